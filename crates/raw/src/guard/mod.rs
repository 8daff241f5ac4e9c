//! Calls that come back even when the raw code they run does not.

mod blame;
mod call_sites;
mod code;
mod enter;
mod limits;
mod record;
mod stack;
mod watchdog;

#[cfg(unix)]
#[path = "unix/mod.rs"]
mod platform;

use std::ffi::c_void;
use std::mem::{ManuallyDrop, MaybeUninit};
use std::panic::{self, AssertUnwindSafe};
use std::{ptr, thread};

pub use limits::Limits;

use crate::Fault;
use record::{Record, Scope, THREAD};
use watchdog::Call;

/// Calls `f`.
pub fn call<R>(limits: Limits, f: impl FnOnce() -> R) -> Result<R, Fault> {
    // SAFETY: only raw code is left half-way, and whoever made it callable has promised that this may be done to it.
    unsafe { guarded(limits, Scope::RawCode, f) }
}

/// Calls `f`.
///
/// # Safety
/// x
pub unsafe fn call_all<R>(limits: Limits, f: impl FnOnce() -> R) -> Result<R, Fault> {
    // SAFETY: the caller's promise.
    unsafe { guarded(limits, Scope::Everything, f) }
}

/// What is called and what came of it, on the frame of [`guarded`].
struct Job<F, R> {
    f: ManuallyDrop<F>,
    result: MaybeUninit<thread::Result<R>>,
}

/// Runs a job to its end. A panic must not unwind out of it: `enter`'s frame ends by returning, so that there is no
/// moment at which it is gone and could still be landed on.
unsafe extern "C" fn run<F: FnOnce() -> R, R>(job: *mut c_void) {
    // SAFETY: made by `guarded`, which waits for it and does not use `f` again.
    unsafe {
        let job = &mut *job.cast::<Job<F, R>>();
        let f = ManuallyDrop::take(&mut job.f);
        job.result.write(panic::catch_unwind(AssertUnwindSafe(f)));
    }
}

/// Calls `f` with a record linked that catches what `scope` says.
///
/// # Safety
/// `f` may be left at any point at which something happens that `scope` covers.
#[inline]
unsafe fn guarded<F: FnOnce() -> R, R>(limits: Limits, scope: Scope, f: F) -> Result<R, Fault> {
    // SAFETY: it has no destructor, and is there as long as this thread, which nothing here outlives.
    let thread = THREAD.with(|thread| unsafe { &*ptr::from_ref(thread) });
    if !thread.prepared.get() {
        platform::prepare(thread);
    }
    let mut job = Job {
        f: ManuallyDrop::new(f),
        result: MaybeUninit::uninit(),
    };
    let outer_level = thread.level.get();
    let timed = limits.nanoseconds != u64::MAX;
    let call = match timed {
        true => watchdog::begin(thread, limits.nanoseconds),
        false => Call::unlimited(),
    };
    let mut record = Record::new(scope, call);
    let outer = thread.innermost();
    // SAFETY: the record is unlinked below, in this frame, which `enter` always comes back to: the job does not unwind.
    let stopped = unsafe {
        thread.link(&raw mut record);
        enter::enter(&raw mut record.landing, run::<F, R>, (&raw mut job).cast())
    };
    thread.unlink(outer);
    if timed {
        watchdog::end(thread, call, outer_level);
    }
    if let (true, Some(fault)) = (stopped, record.fault.take()) {
        watchdog::abandon(thread, outer_level);
        return Err(fault);
    }
    // SAFETY: the job returned, so it has written its result.
    match unsafe { job.result.assume_init() } {
        Ok(result) => Ok(result),
        Err(payload) => panic::resume_unwind(payload),
    }
}
