//! What a thread needs before it can take a fault: room on its stack for the handler, and to be found by it.

use std::cell::Cell;
use std::ffi::c_int;
use std::ptr;
use std::sync::OnceLock;

use windows_sys::Win32::System::Memory::{
    MEM_COMMIT, MEMORY_BASIC_INFORMATION, PAGE_GUARD, PAGE_READWRITE, VirtualProtect, VirtualQuery,
};
use windows_sys::Win32::System::Threading::{
    GetCurrentThreadStackLimits, SetThreadStackGuarantee, TLS_OUT_OF_INDEXES, TlsAlloc,
    TlsGetValue, TlsSetValue,
};

use super::handler;
use crate::guard::record::Thread;
use crate::guard::watchdog;
use crate::{Fault, FaultKind};

/// How much of a stack that is used up is left for handlers.
const ROOM: u32 = 64 << 10;

unsafe extern "C" {
    /// <https://learn.microsoft.com/en-us/cpp/c-runtime-library/reference/resetstkoflw>
    fn _resetstkoflw() -> c_int;
}

/// What the guard knows of a thread on this system. Dropped when the thread ends.
#[derive(Debug)]
pub(in super::super) struct ThreadState {
    /// What it is a part of, once the thread is prepared.
    thread: Cell<*const Thread>,
    handling: Cell<bool>,
}

impl ThreadState {
    pub(in super::super) const fn new() -> ThreadState {
        ThreadState {
            thread: Cell::new(ptr::null()),
            handling: Cell::new(false),
        }
    }

    /// Says that the thread is in the handler, until the result is dropped.
    pub(super) fn handling(&self) -> impl Drop {
        struct Handling<'a>(&'a Cell<bool>, bool);
        impl Drop for Handling<'_> {
            fn drop(&mut self) {
                self.0.set(self.1);
            }
        }
        Handling(&self.handling, self.handling.replace(true))
    }

    /// Whether it is: then it must not be left, however late it is.
    pub(super) fn is_handling(&self) -> bool {
        self.handling.get()
    }
}

impl Drop for ThreadState {
    fn drop(&mut self) {
        // SAFETY: the rest of the thread's state has no destructors, and is there until this one has run.
        if let Some(thread) = unsafe { self.thread.get().as_ref() } {
            watchdog::forget(thread);
            set_this(ptr::null());
        }
    }
}

/// Makes this thread ready to be guarded.
///
/// # Panics
/// If the system has no memory for a handler, or the process no thread-local index left.
#[cold]
#[inline(never)]
pub(in super::super) fn prepare(thread: &Thread) {
    handler::install();
    let (mut low, mut high, mut room) = (0, 0, ROOM);
    // SAFETY: the variables are filled in. A thread that has more room already keeps it.
    unsafe {
        GetCurrentThreadStackLimits(&mut low, &mut high);
        SetThreadStackGuarantee(&mut room);
    }
    warn_early(low);
    thread.stack.set(low, high, 0, true);
    thread.platform.thread.set(thread);
    set_this(thread);
    thread.prepared.set(true);
}

/// Sets the page whose use tells the system that a stack is nearly used up, where there is none: Wine gives all of a
/// stack memory at once, and warns at its last page, which is too late for any handler.
fn warn_early(low: usize) {
    const PAGE: usize = 4096;
    let here = (&raw const low).addr();
    let place = low + ROOM as usize + 2 * PAGE;
    if here < place + ROOM as usize {
        return;
    }
    let place = ptr::with_exposed_provenance(place);
    let mut info = MEMORY_BASIC_INFORMATION::default();
    let mut before = 0;
    // SAFETY: the variables are filled in. The page belongs to this thread's stack, far below what is in use, and can be
    // used as before: the system takes the warning away then.
    unsafe {
        if VirtualQuery(place, &mut info, size_of_val(&info)) != 0
            && (info.State, info.Protect) == (MEM_COMMIT, PAGE_READWRITE)
        {
            VirtualProtect(place, PAGE, PAGE_READWRITE | PAGE_GUARD, &mut before);
        }
    }
}

/// How far this thread's stack may grow, in bytes.
pub(in super::super) fn stack_limit() -> Option<usize> {
    let (mut low, mut high) = (0, 0);
    // SAFETY: the variables are filled in.
    unsafe { GetCurrentThreadStackLimits(&mut low, &mut high) };
    Some(high - low)
}

/// What a thread needs that is back from this fault: the page that ends its stack, which the system took away to let the
/// handler run.
pub(in super::super) fn recover(fault: &Fault) {
    if fault.kind == FaultKind::StackOverflow {
        // SAFETY: the stack is as short again as it was when the guard was entered.
        unsafe { _resetstkoflw() };
    }
}

/// This thread, if it is prepared. An index of our own, because a Rust thread-local may allocate when it is asked for.
pub(super) fn this() -> Option<&'static Thread> {
    let index = *INDEX.get()?;
    // SAFETY: what is set there lives until the thread ends.
    unsafe { TlsGetValue(index).cast::<Thread>().as_ref() }
}

fn set_this(thread: *const Thread) {
    let index = *INDEX.get_or_init(|| {
        // SAFETY: no conditions.
        let index = unsafe { TlsAlloc() };
        assert!(
            index != TLS_OUT_OF_INDEXES,
            "the guard needs a thread-local index, and none is left"
        );
        index
    });
    // SAFETY: the index is ours.
    unsafe { TlsSetValue(index, thread.cast()) };
}

static INDEX: OnceLock<u32> = OnceLock::new();
