//! The start of a template, out of a process that may have many threads: nothing but system calls between the copy of the
//! process and its end.

use std::io;

use rustix::process::Pid;

use crate::isolate::Error;

use super::{
    arch::{RUNTIME, Runtime, user_end},
    area::Area,
    script::Script,
    shared::{MOVING_RESULTS, Plan, ScriptAt},
};

/// Makes the template, by way of a helper that shares this process's memory for a moment.
pub(super) fn start(area: &Area, moving: &Script) -> Result<Pid, Error> {
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
        flags: (libc::CLONE_VM | libc::CLONE_VFORK) as u64,
        direct: 0,
        child: 0,
    };
    let clone = |plan: &mut Plan| {
        with_all_signals_blocked(|| {
            // SAFETY: `plan` is what the runtime takes, its steps are system calls that touch the memory of the new
            // process only, and the helper leaves the memory of this one alone but for `plan.child`.
            unsafe { (runtime.start)(plan) }
        })
    };
    let doing = Error::system("start a process");
    let failed = |result: i64| io::Error::from_raw_os_error(-result as i32);
    let child = match clone(&mut plan) {
        helper @ 1.. => {
            wait_for(helper as libc::pid_t);
            // SAFETY: the helper wrote it and has ended.
            unsafe { (&raw const plan.child).read_volatile() }
        }
        // Emulators of Linux know `fork` only. The end of the template is a child's like any other there.
        refused if refused == -(libc::EINVAL as isize) => {
            plan.flags = libc::SIGCHLD as u64;
            plan.direct = 1;
            clone(&mut plan) as i64
        }
        refused => return Err(doing(failed(refused as i64))),
    };
    match i32::try_from(child).ok().and_then(Pid::from_raw) {
        Some(pid) if child > 0 => Ok(pid),
        _ => Err(doing(failed(child))),
    }
}

/// Waits for the end of a child that nobody else waits for.
fn wait_for(child: libc::pid_t) {
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
