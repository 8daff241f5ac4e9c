//! The last step of running a program: making this process look as one does that has just been started, and calling
//! `main`. What Rust's runtime and jitney changed of it is put back.

use std::arch::global_asm;
use std::ffi::{CString, c_char, c_int};
use std::mem::ManuallyDrop;
use std::ptr;

use crate::fresh_heap;
use crate::handover::{__libc_stack_end, Handover};
use crate::inherited;

/// A program that is about to start.
pub(crate) struct Start {
    /// The addresses of its constructors, in their order.
    pub(crate) constructors: Vec<usize>,
    /// The address of its `main`.
    pub(crate) main: usize,
    pub(crate) name: String,
    pub(crate) arguments: Vec<CString>,
}

/// `main`, and constructors, whose result is nothing.
type Function = extern "C" fn(c_int, *const *const c_char, *const *const c_char) -> c_int;

unsafe extern "C" {
    // glibc's, for messages: `assert` and `err` print the short one, `error` the other.
    static mut program_invocation_name: *const c_char;
    static mut program_invocation_short_name: *const c_char;
    static mut environ: *const *const c_char;
    /// Calls functions, of which `main` is the last before the 0 that ends the table, with a stack and an unwinder that
    /// know nothing of what called them; `exit` with the last one's result. `clear` is how many bytes of unused stack are
    /// given back before, so that they are zero.
    fn jitney_start_main(
        count: c_int,
        arguments: *const *const c_char,
        environment: *const *const c_char,
        functions: *const usize,
        clear: usize,
    ) -> !;
}

// A frame without a return address ends every walk of the stack, as `_start`'s does: an exception that nobody catches is
// the C++ library's to report, and `pthread_exit` in `main` unwinds to here and no further
// (<https://refspecs.linuxbase.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/ehframechpt.html>).
//
// Below the stack pointer nothing is alive, so the stack that jitney used can be zeroed: the rest of the current page by
// hand, the pages below by `madvise` (system call 28) with `MADV_DONTNEED` (4).
global_asm!(
    ".text",
    ".p2align 4",
    ".type jitney_start_main, @function",
    "jitney_start_main:",
    ".cfi_startproc",
    ".cfi_undefined rip",
    "and rsp, -16",
    "mov r12d, edi",
    "mov r13, rsi",
    "mov r14, rdx",
    "mov rbx, rcx",
    "mov r15, r8",
    "test r15, r15",
    "jz 2f",
    "mov rdi, rsp",
    "and rdi, -4096",
    "mov rcx, rsp",
    "sub rcx, rdi",
    "mov r8, rdi",
    "xor eax, eax",
    "rep stosb",
    "mov rdi, r8",
    "sub rdi, r15",
    "mov rsi, r15",
    "mov edx, 4",
    "mov eax, 28",
    "syscall",
    "2:",
    // No exception of a calculation is on record, and rounding is to nearest.
    "fninit",
    "push 0x1f80",
    "ldmxcsr [rsp]",
    "pop rax",
    "xor ebp, ebp",
    "3:",
    "mov edi, r12d",
    "mov rsi, r13",
    "mov rdx, r14",
    "call qword ptr [rbx]",
    "add rbx, 8",
    "cmp qword ptr [rbx], 0",
    "jne 3b",
    "mov edi, eax",
    "call qword ptr [rip + exit@GOTPCREL]",
    "ud2",
    ".cfi_endproc",
    ".size jitney_start_main, . - jitney_start_main",
);

impl Start {
    /// Starts a Rust program. Its `main` shuts Rust's runtime down before it returns.
    pub(crate) fn rust(self) -> ! {
        let mut pointers: Vec<*const c_char> = self
            .arguments
            .iter()
            .map(|argument| argument.as_ptr())
            .collect();
        pointers.push(ptr::null());
        // std keeps the pointers for `std::env::args`, until the very end.
        let pointers = ManuallyDrop::new(pointers);
        self.set_name();
        let count = self.arguments.len() as c_int;
        let mut code = 0;
        for function in self.constructors.into_iter().chain([self.main]) {
            // SAFETY: constructors and the C symbol `main` have this signature, or take less of it.
            let function = unsafe { std::mem::transmute::<usize, Function>(function) };
            clear_errno();
            // SAFETY: the C library's variable, read as any C program would.
            code = function(count, pointers.as_ptr(), unsafe { environ });
        }
        // SAFETY: this is how a C `main` ends. `std::process::exit` would find that std has been
        // shut down already.
        unsafe { libc::exit(code) }
    }

    /// Starts a program in C, or in anything else that has a `main` of C's.
    pub(crate) fn foreign(self) -> ! {
        self.set_name();
        restore_signals();
        // SAFETY: the C library's variables, which nothing else uses now: a program starts while this is the one thread
        // that runs, or is about to share them with the others as any program does.
        unsafe {
            let handover = Handover::new(&self.arguments);
            let name = match handover.count {
                0 => c"".as_ptr(),
                _ => *handover.arguments,
            };
            program_invocation_name = name;
            program_invocation_short_name =
                CString::new(self.name).map_or(name, |short| short.into_raw().cast_const());
            environ = handover.environment;
            let functions: Vec<usize> = self
                .constructors
                .into_iter()
                .chain([self.main, 0])
                .collect();
            let clear = unused_stack();
            let functions = functions.leak();
            // The last step but the stack: what comes after allocates nothing.
            if libc::gettid() == libc::getpid() {
                fresh_heap::clear();
            }
            inherited::close_again();
            clear_errno();
            let Handover {
                count,
                arguments,
                environment,
            } = handover;
            jitney_start_main(count, arguments, environment, functions.as_ptr(), clear)
        }
    }

    /// What the process is called in `/proc` and in a list of processes; children inherit it.
    fn set_name(&self) {
        if let Ok(name) = CString::new(self.name.as_bytes()) {
            // SAFETY: the kernel copies 15 bytes of a C string.
            unsafe { libc::prctl(libc::PR_SET_NAME, name.as_ptr()) };
        }
    }
}

/// A program begins with no error on record; building it may have left one.
fn clear_errno() {
    // SAFETY: the C library's answer is the place of this thread's `errno`.
    unsafe { *libc::__errno_location() = 0 };
}

/// Takes back what Rust's runtime does at the start of a process: it ignores SIGPIPE, and reports a stack overflow by
/// handlers that run on a stack of their own (`std::sys::pal::unix::stack_overflow`). A signal that is handled by default
/// is put back too: whoever handled it for a while left flags behind.
fn restore_signals() {
    /// The system call's own form (<https://man7.org/linux/man-pages/man2/sigaction.2.html>, "C library/kernel
    /// differences"): the C library's adds a flag.
    const BY_DEFAULT: [u64; 4] = [0; 4];
    const IGNORED: [u64; 4] = [libc::SIG_IGN as u64, 0, 0, 0];
    const BYTES_OF_MASK: usize = 8;
    // SAFETY: all zeroes is a valid value of these C structs, and means SIG_DFL to the kernel, which is a valid action for
    // every signal. No signal stack is in use, since this is no signal handler.
    unsafe {
        for signal in 1..=libc::SIGSYS {
            let mut action: libc::sigaction = std::mem::zeroed();
            libc::sigaction(signal, ptr::null(), &mut action);
            let of_rust = [libc::SIGPIPE, libc::SIGSEGV, libc::SIGBUS].contains(&signal);
            if of_rust || (action.sa_sigaction == libc::SIG_DFL && action.sa_flags != 0) {
                let new = match signal == libc::SIGPIPE && inherited::ignores_sigpipe() {
                    true => IGNORED,
                    false => BY_DEFAULT,
                };
                libc::syscall(
                    libc::SYS_rt_sigaction,
                    signal,
                    new.as_ptr(),
                    ptr::null_mut::<u64>(),
                    BYTES_OF_MASK,
                );
            }
        }
        let mut stack: libc::stack_t = std::mem::zeroed();
        stack.ss_flags = libc::SS_DISABLE;
        libc::sigaltstack(&stack, ptr::null_mut());
    }
}

/// How much of the stack below this function may be given back: 0 when this is not the main thread, whose stack alone is
/// known to have nothing below it.
fn unused_stack() -> usize {
    /// More than building and linking ever use. What lies below the stack's end is never another mapping's: the kernel
    /// keeps at least this much free there (`stack_guard_gap`).
    const USED_AT_MOST: usize = 1 << 20;
    let mark = 0u8;
    let here = ptr::from_ref(&mark).addr();
    // SAFETY: calls without preconditions, and a variable that the loader wrote before the process began.
    let (is_main_thread, end) = unsafe { (libc::gettid() == libc::getpid(), __libc_stack_end) };
    let on_its_stack = here < end && end - here < USED_AT_MOST;
    match is_main_thread && on_its_stack {
        true => USED_AT_MOST,
        false => 0,
    }
}
