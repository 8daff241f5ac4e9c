//! How the watchdog interrupts a thread: it stops it, looks at its registers, and may change them.

use std::ptr;

use windows_sys::Win32::{
    Foundation::{CloseHandle, DUPLICATE_SAME_ACCESS, DuplicateHandle, HANDLE},
    System::{
        Diagnostics::Debug::{
            CONTEXT, CONTEXT_CONTROL_AMD64, CONTEXT_INTEGER_AMD64, GetThreadContext,
            SetThreadContext,
        },
        Threading::{GetCurrentProcess, GetCurrentThread, ResumeThread, SuspendThread},
    },
};

use super::context;
use crate::guard::blame;
use crate::guard::record::Thread;

/// Nothing is needed for time limits.
pub(in super::super) fn prepare_process() {}

/// There are no signals.
pub(in super::super) fn without_signals<R>(f: impl FnOnce() -> R) -> R {
    f()
}

/// A thread, for the watchdog.
#[derive(Debug)]
pub(in super::super) struct Target {
    /// Null if the system had none to give: then no time limit of the thread is kept.
    handle: HANDLE,
    thread: *const Thread,
}

impl Target {
    pub(in super::super) fn this_thread(thread: &Thread) -> Target {
        let mut handle = ptr::null_mut();
        // SAFETY: the process and the thread are this one; the variable is filled in.
        unsafe {
            let process = GetCurrentProcess();
            DuplicateHandle(
                process,
                GetCurrentThread(),
                process,
                &mut handle,
                0,
                0,
                DUPLICATE_SAME_ACCESS,
            )
        };
        Target { handle, thread }
    }

    /// Sends the thread back if the time of one of its calls is over.
    ///
    /// Nothing is allocated and no lock taken while the thread stands still, since it may hold any.
    pub(in super::super) fn interrupt(&self) {
        let mut registers = CONTEXT {
            ContextFlags: CONTEXT_CONTROL_AMD64 | CONTEXT_INTEGER_AMD64,
            ..CONTEXT::default()
        };
        // SAFETY: the thread's state is there while the thread is registered, and the registry is locked by the caller.
        // Between the first and the last call the thread changes nothing in it.
        unsafe {
            if SuspendThread(self.handle) == u32::MAX {
                return;
            }
            let thread = &*self.thread;
            if GetThreadContext(self.handle, &mut registers) != 0
                && !thread.platform.is_handling()
                && let Some(way_back) = blame::catch_late(thread, registers.Rip as usize)
            {
                context::redirect(&mut registers, &way_back);
                SetThreadContext(self.handle, &registers);
            }
            ResumeThread(self.handle);
        }
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if !self.handle.is_null() {
            // SAFETY: the handle is ours.
            unsafe { CloseHandle(self.handle) };
        }
    }
}
