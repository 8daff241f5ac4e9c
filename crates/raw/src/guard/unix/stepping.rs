//! Getting from a function of the host back to the raw code that called it, when time is up.
//!
//! A function of the host must not be left half-way: it may hold a lock. Raw code that calls one in a loop is hardly ever
//! interrupted in its own few instructions, the less so as processors take interrupts at slow instructions of which it
//! may have none. So the rest of the function is run step by step, each instruction ending in a trap, until raw code is
//! reached. That is slow: it is done for a number of instructions, and for half of the time at most, so that a long
//! function takes no more than about twice as long. It is never done across a system call, which may block the trap's
//! signal, or make a process that inherits the stepping.

use std::cell::Cell;
use std::ffi::c_void;

use super::context::{self, Interrupted};
use crate::guard::blame;
use crate::guard::enter::WayBack;
use crate::guard::record::Thread;

/// How many instructions are run in one go.
const STEPS: u32 = 2000;

/// How far a thread is with it.
#[derive(Debug)]
pub(in super::super) struct Stepping {
    /// Instructions left to run; zero when the thread runs as usual.
    left: Cell<u32>,
    /// When it began, and from when on it may be done again, in nanoseconds of the monotonic clock.
    began: Cell<u64>,
    not_before: Cell<u64>,
}

impl Stepping {
    pub(in super::super) const fn new() -> Stepping {
        Stepping {
            left: Cell::new(0),
            began: Cell::new(0),
            not_before: Cell::new(0),
        }
    }
}

/// Begins to step, if raw code whose time is over has called what was interrupted.
///
/// # Safety
/// `context` is what a signal handler got on `thread`, which is this one.
pub(super) unsafe fn begin(thread: &Thread, context: *mut c_void, interrupted: &Interrupted) {
    // Where it cannot be, nothing is looked for either: time is over, and the next interrupt near.
    if !context::CAN_STEP {
        return;
    }
    let stepping = &thread.platform;
    let now = now();
    if stepping.left.get() != 0
        || now < stepping.not_before.get()
        || context::at_system_call(interrupted.program_counter)
    {
        return;
    }
    let (pointer, link) = (interrupted.stack_pointer, interrupted.link);
    // SAFETY: the caller's promise.
    unsafe {
        if blame::is_waited_for_by_late_raw_code(thread, pointer, link) {
            context::set_stepping(context, true);
            stepping.began.set(now);
            stepping.left.set(STEPS);
        }
    }
}

/// What a single step's trap is to do.
pub(super) enum Step {
    /// It is not of this module's making.
    NotOurs,
    /// The thread goes on, stepping or not.
    GoOn,
    /// Raw code is reached.
    Leave(WayBack),
}

/// Takes a step.
///
/// # Safety
/// `context` is what a handler of a trap got on `thread`, which is this one.
pub(super) unsafe fn step(
    thread: &Thread,
    context: *mut c_void,
    interrupted: &Interrupted,
) -> Step {
    let stepping = &thread.platform;
    let left = stepping.left.get();
    if left == 0 || !interrupted.single_step {
        return Step::NotOurs;
    }
    // SAFETY: the caller's promise.
    unsafe {
        if let Some(way_back) = blame::catch_late(thread, interrupted.program_counter) {
            return Step::Leave(way_back);
        }
        let end = left == 1
            || !blame::is_late(thread)
            || context::at_system_call(interrupted.program_counter);
        if end {
            context::set_stepping(context, false);
            let now = now();
            let took = now.saturating_sub(stepping.began.get());
            stepping.not_before.set(now.saturating_add(took));
        }
        stepping.left.set(if end { 0 } else { left - 1 });
    }
    Step::GoOn
}

/// Notes that the thread runs as usual: it is on its way back.
pub(super) fn end(thread: &Thread) {
    thread.platform.left.set(0);
}

fn now() -> u64 {
    // SAFETY: the time is the system's to fill.
    let time = unsafe {
        let mut time: libc::timespec = std::mem::zeroed();
        libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut time);
        time
    };
    (time.tv_sec as u64)
        .wrapping_mul(1_000_000_000)
        .wrapping_add(time.tv_nsec as u64)
}
