//! The three scripts for one isolate, written into its orders: what is mapped where, which rights go, in which order.

use std::{
    io,
    os::fd::{AsRawFd, BorrowedFd},
};

use crate::isolate::{Limits, Protection};

use super::{
    arch::{self, GAP, KernelAction, RUNTIME, Runtime, TASKS, map},
    area::{Area, Files, Layout, Part},
    filter::{LENGTH, filter},
    script::{Script, step},
    shared::{Orders, ScriptAt, Step, TEMPLATE_STEPS, WORKER_STEPS},
    start::Kernel,
    unmap::unmap_all_but,
};

/// What system calls point to, in the orders behind their head.
#[repr(C)]
struct Constants {
    no_limit_left: [u64; 2],
    by_default: KernelAction,
    handled: KernelAction,
    signal_stack: libc::stack_t,
    blocked: [u32; 2],
    program: libc::sock_fprog,
    filter: [libc::sock_filter; LENGTH],
    name: [u8; 16],
    template: [Step; TEMPLATE_STEPS],
    worker: [Step; WORKER_STEPS],
}

/// Where the constants lie in the orders.
const CONSTANTS: usize = 1024;
const _: () = assert!(size_of::<Orders>() <= CONSTANTS);
const _: () = assert!(CONSTANTS + size_of::<Constants>() <= TASKS);

/// The signals that a worker handles; all others are blocked there, so that what the terminal sends to everyone does
/// not end a worker whose host goes on.
const HANDLED: [i32; 7] = [
    libc::SIGSEGV,
    libc::SIGBUS,
    libc::SIGILL,
    libc::SIGFPE,
    libc::SIGTRAP,
    libc::SIGSYS,
    libc::SIGALRM,
];

/// Signals are numbered from 1 to this.
const SIGNALS: i32 = 64;

/// Room for what the codes expect above their arguments: Go's functions spill theirs there.
const ABOVE_STACK: u64 = 1024;

/// The scripts of an isolate, as the host remembers them.
#[derive(Debug)]
pub(super) struct Scripts {
    pub(super) moving: Script,
    pub(super) settling: Script,
    pub(super) locking: Script,
}

/// The descriptors that a template has.
pub(super) struct Kept<'a> {
    /// Its end of the line to the host.
    pub(super) commands: BorrowedFd<'a>,
    /// The host, as a process.
    pub(super) host: BorrowedFd<'a>,
    /// What it shares with the host.
    pub(super) files: &'a Files,
    /// A Landlock ruleset.
    pub(super) ruleset: Option<BorrowedFd<'a>>,
}

/// Writes all the orders that stay the same as long as the isolate lives.
pub(super) fn prepare(
    area: &Area,
    limits: &Limits,
    kept: &Kept,
    spins: u32,
    kernel: Kernel,
) -> io::Result<Scripts> {
    let runtime = Runtime::get();
    if runtime.bytes.len() as u64 > GAP {
        return Err(io::ErrorKind::Unsupported.into());
    }
    area.runtime.write(0, runtime.bytes);

    let layout = &area.layout;
    let at = |offset: usize| layout.orders.start + (CONSTANTS + offset) as u64;
    let scripts = Scripts {
        moving: moving(area, layout, kept.files)?,
        settling: settling(layout, limits, kept, kernel, &at),
        locking: locking(limits, &at),
    };
    let mut template = [step(0, &[]); TEMPLATE_STEPS];
    let mut worker = [step(0, &[]); WORKER_STEPS];
    let too_many = "a script that fits is written";
    template
        .get_mut(..scripts.settling.steps.len())
        .expect(too_many)
        .copy_from_slice(&scripts.settling.steps);
    worker
        .get_mut(..scripts.locking.steps.len())
        .expect(too_many)
        .copy_from_slice(&scripts.locking.steps);

    let constants = Constants {
        no_limit_left: [0; 2],
        by_default: KernelAction::default(),
        handled: KernelAction::handler(runtime.handler, runtime.restorer),
        signal_stack: libc::stack_t {
            ss_sp: std::ptr::without_provenance_mut(layout.signal_stack.start as usize),
            ss_flags: 0,
            ss_size: (layout.signal_stack.end - layout.signal_stack.start) as usize,
        },
        blocked: all_but_handled(),
        program: libc::sock_fprog {
            len: LENGTH as u16,
            filter: std::ptr::without_provenance_mut(
                at(std::mem::offset_of!(Constants, filter)) as usize
            ),
        },
        filter: filter(RUNTIME, RUNTIME + runtime.bytes.len() as u64),
        name: *b"jitney-isolate\0\0",
        template,
        worker,
    };
    let script = |offset: usize, steps: &[Step]| ScriptAt {
        steps: at(offset),
        count: steps.len() as u64,
    };
    let orders = Orders {
        goroutine: [0; 64],
        request: 0.into(),
        host_sleeps: 0.into(),
        overdue: u32::MAX.into(),
        count: 0,
        spins,
        float_control: arch::FLOAT_CONTROL,
        answers: layout.answers.start,
        nursery: layout.nursery.start,
        stack_top: layout.stack.end - ABOVE_STACK,
        code_start: layout.code.start,
        code_used: 0,
        template: script(
            std::mem::offset_of!(Constants, template),
            &scripts.settling.steps,
        ),
        worker: script(
            std::mem::offset_of!(Constants, worker),
            &scripts.locking.steps,
        ),
    };
    // SAFETY: the orders have room for both, which was checked when this was compiled, and no process reads them yet.
    unsafe {
        area.orders().write(orders);
        area.orders.start.add(CONSTANTS).cast().write(constants);
    }
    Ok(scripts)
}

/// In the copy of the host's memory: the areas are mapped where they belong.
fn moving(area: &Area, layout: &Layout, files: &Files) -> io::Result<Script> {
    let mut script = Script::default();
    // With READ_IMPLIES_EXEC, everything that is mapped from here on would be executable.
    script.extra(step(libc::SYS_personality, &[0]));
    let (read, write, execute) = (libc::PROT_READ, libc::PROT_WRITE, libc::PROT_EXEC);
    let (trusted, open) = (files.trusted.as_raw_fd(), files.open.as_raw_fd());
    let mut share = |start: u64, part: &Part, protection: i32, file: i32| {
        let flags = libc::MAP_SHARED | libc::MAP_FIXED;
        let step = map(start, part.len as u64, protection, flags, file, part.offset);
        script.essential("map what is shared", step);
    };
    share(RUNTIME, &area.runtime, read | execute, trusted);
    share(layout.orders.start, &area.orders, read, trusted);
    share(layout.code.start, &area.code, read | execute, trusted);
    share(layout.answers.start, &area.answers, read | write, open);
    share(layout.nursery.start, &area.nursery, read | write, open);
    share(layout.data.start, &area.data, read | write, open);
    for stack in [&layout.stack, &layout.signal_stack] {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED | libc::MAP_NORESERVE;
        let step = map(
            stack.start,
            stack.end - stack.start,
            read | write,
            flags,
            -1,
            0,
        );
        script.essential("map a stack", step);
    }
    Ok(script)
}

/// The template, in its own place: the host is forgotten, rights are given up.
fn settling(
    layout: &Layout,
    limits: &Limits,
    kept: &Kept,
    kernel: Kernel,
    at: &dyn Fn(usize) -> u64,
) -> Script {
    let mut script = Script::default();
    let required = limits.required();
    unmap_all_but(&mut script, &layout.span(), kernel);
    for (number, arguments) in arch::FORGET {
        script.extra(step(*number, arguments));
    }
    script.essential(
        "give up new privileges",
        step(libc::SYS_prctl, &[libc::PR_SET_NO_NEW_PRIVS as u64, 1]),
    );
    script.essential(
        "keep others out",
        step(libc::SYS_prctl, &[libc::PR_SET_DUMPABLE as u64, 0]),
    );
    match kept.ruleset {
        Some(ruleset) => {
            let ruleset = ruleset.as_raw_fd() as u64;
            script.protect(
                &required,
                Protection::Landlock,
                step(libc::SYS_landlock_restrict_self, &[ruleset]),
            );
        }
        // No such descriptor: the step fails, and says so in its place.
        None => script.protect(
            &required,
            Protection::Landlock,
            step(libc::SYS_landlock_restrict_self, &[u64::from(u32::MAX)]),
        ),
    }
    let mut descriptors = [
        kept.commands.as_raw_fd() as u64,
        kept.host.as_raw_fd() as u64,
    ];
    descriptors.sort_unstable();
    let mut next = 0;
    for end in descriptors.into_iter().chain([1 << 32]) {
        if next < end {
            script.essential(
                "close the host's files",
                step(libc::SYS_close_range, &[next, end - 1]),
            );
        }
        next = end + 1;
    }
    script.extra(step(
        libc::SYS_prctl,
        &[
            libc::PR_SET_NAME as u64,
            at(std::mem::offset_of!(Constants, name)),
        ],
    ));
    let zero = at(std::mem::offset_of!(Constants, no_limit_left));
    for resource in [
        libc::RLIMIT_CORE,
        libc::RLIMIT_FSIZE,
        libc::RLIMIT_MEMLOCK,
        libc::RLIMIT_MSGQUEUE,
    ] {
        let limit = step(libc::SYS_prlimit64, &[0, u64::from(resource), zero]);
        script.protect(&required, Protection::Resources, limit);
    }
    let nursery = (
        layout.nursery.start,
        layout.nursery.end - layout.nursery.start,
    );
    let unforked = [nursery.0, nursery.1, libc::MADV_DONTFORK as u64];
    script.essential(
        "hide the template's notes",
        step(libc::SYS_madvise, &unforked),
    );
    // A mapping that is not executable stays so (Linux 6.3).
    script.extra(step(
        libc::SYS_prctl,
        &[PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN],
    ));
    for signal in 1..=SIGNALS {
        let action = if HANDLED.contains(&signal) {
            at(std::mem::offset_of!(Constants, handled))
        } else {
            at(std::mem::offset_of!(Constants, by_default))
        };
        let step = step(libc::SYS_rt_sigaction, &[signal as u64, action, 0, 8]);
        match signal {
            libc::SIGKILL | libc::SIGSTOP => {}
            _ => script.essential("set signal handlers", step),
        }
    }
    let stack = at(std::mem::offset_of!(Constants, signal_stack));
    script.essential(
        "set the signal stack",
        step(libc::SYS_sigaltstack, &[stack]),
    );
    script
}

/// `prctl`, since Linux 6.3; not in every version of the `libc` crate.
const PR_SET_MDWE: u64 = 65;
const PR_MDWE_REFUSE_EXEC_GAIN: u64 = 1;

/// A worker: no descriptors, no resources, and at last no system calls.
fn locking(limits: &Limits, at: &dyn Fn(usize) -> u64) -> Script {
    let mut script = Script::default();
    let required = limits.required();
    script.essential(
        "close all files",
        step(libc::SYS_close_range, &[0, u64::from(u32::MAX)]),
    );
    let zero = at(std::mem::offset_of!(Constants, no_limit_left));
    for resource in [libc::RLIMIT_NOFILE, libc::RLIMIT_NPROC, libc::RLIMIT_AS] {
        let limit = step(libc::SYS_prlimit64, &[0, u64::from(resource), zero]);
        script.protect(&required, Protection::Resources, limit);
    }
    let blocked = at(std::mem::offset_of!(Constants, blocked));
    let mask = [libc::SIG_SETMASK as u64, blocked, 0, 8];
    script.essential("unblock signals", step(libc::SYS_rt_sigprocmask, &mask));
    let program = at(std::mem::offset_of!(Constants, program));
    let mode = u64::from(libc::SECCOMP_MODE_FILTER);
    let seccomp = step(
        libc::SYS_prctl,
        &[libc::PR_SET_SECCOMP as u64, mode, program],
    );
    script.protect(&required, Protection::SystemCalls, seccomp);
    script
}

/// A signal mask as the kernel has it, in halves.
fn all_but_handled() -> [u32; 2] {
    let handled = HANDLED
        .iter()
        .fold(0u64, |mask, signal| mask | 1 << (signal - 1));
    [!handled as u32, (!handled >> 32) as u32]
}
