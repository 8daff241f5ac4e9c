//! The C library's variables, in this executable.
//!
//! Objects compiled for an executable refer to `stderr` or `optind` as if they were the executable's
//! own. A system linker makes it so: it gives the executable a place for the variable, which the
//! dynamic loader fills and binds the library itself to (a copy relocation: System V ABI, x86-64
//! supplement, "R_X86_64_COPY"). Referring to the variables in that way here gets them a place within
//! reach of everything that `jitney run` loads.

macro_rules! variables {
    ($($name:literal)*) => {
        // SAFETY: a table of distances in read-only data, which nothing reads. A variable that this C
        // library does not have is 0: the references are weak.
        core::arch::global_asm!(
            ".pushsection .rodata.jitney_variables,\"aR\"",
            $(concat!(".weak ", $name), concat!(".long ", $name, " - ."),)*
            ".popsection",
        );
    };
}

variables! {
    "stdin" "stdout" "stderr"
    "__libc_single_threaded" // which C++'s headers read
    "environ" "optarg" "optind" "opterr" "optopt"
    "timezone" "daylight" "tzname" "getdate_err"
    "program_invocation_name" "program_invocation_short_name"
    "error_message_count" "error_one_per_line" "error_print_progname"
    "obstack_alloc_failed_handler" "obstack_exit_failure"
    "re_syntax_options" "argp_program_version_hook"
    "argp_program_version" "argp_program_bug_address" "argp_err_exit_status"
    "in6addr_any" "in6addr_loopback"
}
