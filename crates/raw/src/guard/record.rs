//! Which guarded calls a thread is in: a chain of records on its own stack, innermost first.
//!
//! The thread links and unlinks records; the signal handler that interrupts the same thread reads the chain. Both sides
//! are one thread, so relaxed atomics keep them from tearing and compiler fences from being reordered.

use std::cell::Cell;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering, compiler_fence};

use super::enter::Landing;
use super::platform::ThreadState;
use super::stack::Stack;
use super::watchdog::{Call, Level};
use crate::Fault;

/// What a record catches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// What raw code is to blame for.
    RawCode,
    /// Whatever stops the thread.
    Everything,
}

/// One guarded call in progress.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) landing: Landing,
    pub(super) scope: Scope,
    pub(super) outer: *mut Record,
    /// What the watchdog knows of it.
    pub(super) call: Call,
    /// What stopped the call: written by the handler before it sends the thread to the landing pad.
    pub(super) fault: Option<Fault>,
}

impl Record {
    pub(super) fn new(scope: Scope, call: Call) -> Record {
        Record {
            landing: Landing::new(),
            scope,
            call,
            outer: ptr::null_mut(),
            fault: None,
        }
    }
}

/// What the guard knows about one thread.
#[derive(Debug)]
pub(super) struct Thread {
    innermost: AtomicPtr<Record>,
    /// Whether the thread can take a fault: see `prepare` of the platform.
    pub(super) prepared: Cell<bool>,
    pub(super) stack: Stack,
    /// What the platform's handler keeps for the thread.
    pub(super) platform: ThreadState,
    /// The level of the innermost timed call; null outside of any.
    pub(super) level: Cell<*const Level>,
    /// The level of the outermost one; null if there has been none.
    pub(super) first_level: Cell<*const Level>,
}

thread_local! {
    // Constant and without a destructor: a handler may ask for it at any time, and it is one instruction away.
    pub(super) static THREAD: Thread = const {
        Thread {
            innermost: AtomicPtr::new(ptr::null_mut()),
            prepared: Cell::new(false),
            stack: Stack::unknown(),
            platform: ThreadState::new(),
            level: Cell::new(ptr::null()),
            first_level: Cell::new(ptr::null()),
        }
    };
}

impl Thread {
    /// The innermost guarded call; null outside of any.
    #[inline(always)]
    pub(super) fn innermost(&self) -> *mut Record {
        self.innermost.load(Ordering::Relaxed)
    }

    /// The level for a timed call that begins now; null if there is none yet.
    #[inline(always)]
    pub(super) fn next_level(&self) -> *const Level {
        // SAFETY: a thread's levels live until it ends.
        match unsafe { self.level.get().as_ref() } {
            None => self.first_level.get(),
            Some(level) => level.deeper(),
        }
    }

    /// Makes `record` the innermost one.
    ///
    /// # Safety
    /// It must stay where it is until [`Thread::unlink`], which has to come before its frame is left.
    #[inline(always)]
    pub(super) unsafe fn link(&self, record: *mut Record) {
        // SAFETY: the caller's record, which is alive.
        unsafe { (*record).outer = self.innermost() };
        compiler_fence(Ordering::Release);
        self.innermost.store(record, Ordering::Relaxed);
    }

    /// Makes `outer` the innermost record: what lay within it is over.
    #[inline(always)]
    pub(super) fn unlink(&self, outer: *mut Record) {
        self.innermost.store(outer, Ordering::Relaxed);
        compiler_fence(Ordering::Acquire);
    }
}
