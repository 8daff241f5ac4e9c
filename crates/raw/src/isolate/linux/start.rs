//! The start of a template, out of a process that may have many threads: nothing but system calls between the copy of
//! the process and its end.

use std::io;

use rustix::process::Pid;

use crate::isolate::Error;

use super::{
    arch::{RUNTIME, Runtime, user_end},
    area::Area,
    script::Script,
    shared::{MOVING_RESULTS, Plan, ScriptAt},
};

/// What runs this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kernel {
    Linux,
    /// A program that makes the system calls of another processor for us, and knows `fork` only.
    Emulator,
}

/// Makes the template, on Linux by way of a helper that shares this process's memory for a moment. `None` if such a
/// helper is refused, as emulators do.
pub(super) fn start(area: &Area, moving: &Script, kernel: Kernel) -> Result<Option<Pid>, Error> {
    // Nothing that the processes read from the host's own memory may lie where the areas will be mapped in its copy.
    let span = area.layout.span();
    let probe = 0u8;
    let places = [
        moving.steps.as_ptr() as u64,
        area.nursery.start.as_ptr() as u64,
        start as *const () as u64,
        &raw const probe as u64,
    ];
    if places.iter().any(|place| span.contains(place)) || span.end >= user_end() {
        return Err(Error::System {
            doing: "keep a worker's addresses free: this process has something there",
            source: io::ErrorKind::AddrInUse.into(),
        });
    }
    let nursery = area.nursery();
    let runtime = Runtime::get();
    debug_assert!(runtime.template > RUNTIME);
    let mut plan = Plan {
        script: ScriptAt {
            steps: moving.steps.as_ptr() as u64,
            count: moving.steps.len() as u64,
        },
        // SAFETY: only an address is made of it.
        results: unsafe { &raw mut (*nursery).steps[MOVING_RESULTS] } as u64,
        next: runtime.template,
        flags: match kernel {
            Kernel::Linux => libc::CLONE_VM | libc::CLONE_VFORK,
            Kernel::Emulator => libc::SIGCHLD,
        } as u64,
        direct: (kernel == Kernel::Emulator).into(),
        child: 0,
    };
    let cloned = with_all_signals_blocked(|| {
        // SAFETY: `plan` is what the runtime takes, its steps are system calls that touch the memory of the new
        // process only, and the helper leaves the memory of this one alone but for `plan.child`.
        unsafe { (runtime.start)(&raw mut plan) }
    });
    let child = match (kernel, cloned) {
        (Kernel::Linux, refused) if refused == -(libc::EINVAL as isize) => return Ok(None),
        (Kernel::Linux, helper @ 1..) => {
            wait_for(helper as libc::pid_t);
            // SAFETY: the helper wrote it and has ended.
            unsafe { (&raw const plan.child).read_volatile() }
        }
        _ => cloned as i64,
    };
    process_id(child)
        .map(Some)
        .map_err(Error::system("start a process"))
}

/// What `clone` answered: a process, or a negative error number.
pub(super) fn process_id(answer: i64) -> io::Result<Pid> {
    match i32::try_from(answer) {
        Ok(pid @ 1..) => Pid::from_raw(pid).ok_or_else(|| io::ErrorKind::InvalidData.into()),
        Ok(errno) => Err(io::Error::from_raw_os_error(errno.saturating_neg())),
        Err(_) => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// Waits for the end of a child that nobody else waits for.
pub(super) fn wait_for(child: libc::pid_t) {
    let mut status = 0;
    // SAFETY: `status` is written only.
    while unsafe { libc::waitpid(child, &mut status, libc::__WALL) } == -1
        && io::Error::last_os_error().kind() == io::ErrorKind::Interrupted
    {}
}

/// Runs `f` with every signal blocked, the C library's own included: the new process must not run this one's handlers.
fn with_all_signals_blocked<T>(f: impl FnOnce() -> T) -> T {
    let change = |new: &[u32; 2], old: *mut [u32; 2]| {
        // SAFETY: both point to masks as long as the kernel's.
        unsafe { libc::syscall(libc::SYS_rt_sigprocmask, libc::SIG_SETMASK, new, old, 8) };
    };
    let mut before = [0; 2];
    change(&[!0; 2], &mut before);
    let result = f();
    change(&before, std::ptr::null_mut());
    result
}
