//! Calls that come back even when the raw code they run does not: [`call`] and [`call_all`].
//!
//! ```
//! # #[cfg(all(target_os = "linux", target_arch = "x86_64"))] {
//! use jitney_raw::guard::{self, Limits};
//! use jitney_raw::{FaultKind, Raw};
//! use std::time::Duration;
//!
//! // mov rax, [rdi]; ret
//! // SAFETY: a function of this type, for pointers that can be read.
//! let load = unsafe { Raw::<unsafe extern "sysv64" fn(*const u64) -> u64>::new(&[0x48, 0x8b, 0x07, 0xc3]) }?;
//! // SAFETY: it is not, and the guard takes what comes of it.
//! let fault = guard::call(Limits::none(), || unsafe { load(8 as *const u64) }).unwrap_err();
//! assert_eq!(fault.kind, FaultKind::Segmentation);
//! assert_eq!((fault.address, fault.offset), (Some(8), Some(0)));
//!
//! // jmp $
//! // SAFETY: it never returns.
//! let spin = unsafe { Raw::<extern "sysv64" fn()>::new(&[0xeb, 0xfe]) }?;
//! let limit = Duration::from_millis(10);
//! let fault = guard::call(Limits::time(limit), || spin()).unwrap_err();
//! assert_eq!(fault.kind, FaultKind::TimeLimit(limit));
//! # }
//! # Ok::<(), jitney_raw::Error>(())
//! ```
//!
//! # What is caught
//! Whatever the processor stops raw code for, as a [`FaultKind`](crate::FaultKind) says, and running past a time limit.
//! Raw code is what lies in memory that jitney-memory made executable (but not the modules that jitney loads: that is
//! checked code, and left to end as it would). It is to blame for a fault of its own instructions, for one of a function
//! of the host that it called, and for a jump to where no code is. Anything else, such as a null pointer or an overflow
//! of the stack in Rust code, is not the guard's business, and ends the process as it would without.
//!
//! Which function called which is read off the stack: any word of it that is an address after a call instruction of raw
//! code counts. A fault of Rust code may so be laid to raw code that had returned by then, if its return address was left
//! in a part of the stack that has not been written since. For an overflow of the stack in a function of the
//! host only the last 64 KiB are read: it is raw code's if raw code took part in the recursion, not if the function did it
//! alone.
//!
//! # What it cannot undo
//! The thread is back, and its registers, flags, floating-point control words, signal mask and stack are in order. All
//! else is as the raw code left it:
//! - **Memory that it wrote to, wherever that was.** A wild write that hits something of the program's is not noticed.
//! - Functions of the host that it called and that faulted are left half-way: their locks stay locked (that of the
//!   allocator, too), and what they allocated stays allocated.
//! - So are the frames of Rust between the guard and the raw code. Their destructors do not run, as with
//!   [`mem::forget`](std::mem::forget), but their memory is gone. Whoever makes raw code callable that may fault or be
//!   timed must see to it that nothing in between relies on being dropped (a scoped thread, a pin to the stack): best
//!   keep to a closure that does nothing but call it.
//!
//! # What hostile code can still do
//! The guard is for code that is wrong, not for code that is out to do harm. Such code calls the system, jumps into the
//! middle of the program's own functions, returns with another pointer to the thread's thread-locals (`wrfsbase`; after a
//! fault it is put back), changes the signal mask, the protection keys or the handlers themselves, ends the thread, jumps over the page that ends the stack into memory
//! of others, or overwrites the guard's own record. Code that nobody trusts belongs into another process:
//! `jitney_raw::isolate`.
//!
//! # Time limits
//! Limits are in time of the clock on the wall. A watchdog thread, begun by the first timed call and asleep while there is
//! none, interrupts a call after its limit: later by up to a tenth of the shortest limit in use (but not less than a
//! quarter of a millisecond, and not more than 25), and by what the system takes to wake a thread. Never earlier.
//!
//! Raw code is left at once. A function of the host that it called is not: it may hold a lock. It gets the time to return
//! (on x86 the rest of it is then run step by step, so that the return is not missed), and so does Rust code of the
//! closure's own. System calls that sleep meanwhile return `EINTR`, again and again until the call is over. A call in
//! progress in a thread that forks is no longer timed in the child.
//!
//! # What it costs
//! Some 6 ns a call more than without, 9 ns with a time limit; a fault costs what the system takes to deliver a signal.
//! Nothing is allocated for a call. A thread's first guarded call gives it a stack for its handlers (36 KiB and more), unless
//! it has a large one, and unblocks the signals in question.
//!
//! # Signals, and other libraries
//! On Unix the first use in a process installs handlers for `SIGSEGV`, `SIGBUS`, `SIGILL`, `SIGFPE`, `SIGTRAP` and for the
//! last real-time signal that nobody has a handler for. What is not the guard's is passed on to the handler that was
//! there before, with the signals blocked that it asked for; where there was none, the process ends as it would have.
//! Faults in raw code are not passed on, even if that handler could have repaired them.
//!
//! A library that installs its handler later gets the signals first. If it passes on what is not its own, all is well; if
//! it does not, raw code's faults are its business from then on, and the guard never learns of them.
//!
//! Raw code that faults while the signal in question is blocked ends the process.
//!
//! # Where it works
//! On Linux on x86-64, 32-bit x86 and aarch64, and on Windows on x86-64. Where there is no guard, there is no such module.
//! Processors of ARM do not trap on a division.
//!
//! On ARM and on Windows a function of the host is not run step by step: there, raw code that has run out of time and does
//! little but call such functions may go on for longer, and on some processors for ever, as they are never interrupted
//! in its few instructions. Windows tells a thread of a fault on the thread's own stack, and
//! ends a process whose thread has lost it: raw code that loads a wild stack pointer is not caught there.

mod blame;
mod call_sites;
mod code;
mod enter;
mod limits;
mod record;
mod stack;
mod watchdog;

#[cfg_attr(unix, path = "unix/mod.rs")]
#[cfg_attr(windows, path = "windows/mod.rs")]
mod platform;

use std::ffi::c_void;
use std::mem::{ManuallyDrop, MaybeUninit};
use std::panic::{self, AssertUnwindSafe};
use std::{ptr, thread};

pub use limits::Limits;

use crate::Fault;
use record::{Record, Scope, THREAD};
use watchdog::Call;

/// Calls `f`, and comes back with a [`Fault`] if raw code that it runs goes wrong or takes too long.
///
/// The result of `f` is returned as it is, and a panic of `f` goes on to the caller. Calls may be nested: the innermost
/// one whose code is to blame reports, and a time limit counts for all that is called within it. After a fault whatever
/// `f` owned is leaked; see the [module](self) for what else is not undone.
///
/// It is safe to call, since nothing but raw code is ever left half-way, and `unsafe` was needed to make that callable.
///
/// # Errors
/// What raw code was stopped for.
///
/// # Panics
/// If the system has no memory for a handler's stack (in a thread's first guarded call), no thread for the watchdog, or
/// no signal for it (in a process's first timed call). And if `f` does.
#[inline]
pub fn call<R>(limits: Limits, f: impl FnOnce() -> R) -> Result<R, Fault> {
    // SAFETY: only raw code is left half-way, and whoever made it callable has promised that this may be done to it.
    unsafe { guarded(limits, Scope::RawCode, f) }
}

/// As [`call`], but comes back from every fault of this thread, and when time is over from any code at all: for code that
/// another JIT has made, or that may jump into the middle of the program's own.
///
/// # Errors
/// What the thread was stopped for.
///
/// # Panics
/// As [`call`].
///
/// # Safety
/// It must be all right for `f`, and for anything that it calls, to be left at any instruction that can fault; with a
/// time limit, at any instruction at all. No destructor runs, and locks stay locked: the allocator's, for one.
#[inline]
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
        platform::recover(&fault);
        return Err(fault);
    }
    // SAFETY: the job returned, so it has written its result.
    match unsafe { job.result.assume_init() } {
        Ok(result) => Ok(result),
        Err(payload) => panic::resume_unwind(payload),
    }
}
