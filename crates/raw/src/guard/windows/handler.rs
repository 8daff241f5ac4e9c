//! The exception handler: sends a thread back to its guard, or lets the next handler have it.

use std::sync::Once;

use windows_sys::Win32::{
    Foundation::{GetLastError, SetLastError},
    System::Diagnostics::Debug::{
        AddVectoredExceptionHandler, EXCEPTION_CONTINUE_EXECUTION, EXCEPTION_CONTINUE_SEARCH,
        EXCEPTION_POINTERS,
    },
};

use super::{context, stop, thread};
use crate::guard::blame;

/// Installs the handler, once for the process, before those that are there.
///
/// # Panics
/// If the system has no memory for it.
pub(super) fn install() {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| {
        // SAFETY: the handler may be called for any exception of any thread.
        let handler = unsafe { AddVectoredExceptionHandler(1, Some(on_exception)) };
        assert!(
            !handler.is_null(),
            "the guard needs an exception handler, and the system has no memory for one"
        );
    });
}

/// Handles all exceptions of the process.
///
/// It allocates nothing, takes no lock and cannot panic.
unsafe extern "system" fn on_exception(exception: *mut EXCEPTION_POINTERS) -> i32 {
    // SAFETY: no conditions. Asking for a thread-local clears the error of the last call.
    let error = unsafe { GetLastError() };
    // SAFETY: the system's, for this thread; guards that are linked are in progress.
    let caught = unsafe {
        let (record, context) = (
            &*(*exception).ExceptionRecord,
            &mut *(*exception).ContextRecord,
        );
        thread::this()
            .filter(|thread| !thread.innermost().is_null())
            .is_some_and(|thread| {
                let handling = thread.platform.handling();
                let way_back = stop::read(record, context, thread)
                    .and_then(|stop| blame::catch(thread, &stop));
                if let Some(way_back) = &way_back {
                    context::redirect(context, way_back);
                }
                drop(handling);
                way_back.is_some()
            })
    };
    // SAFETY: no conditions.
    unsafe { SetLastError(error) };
    if caught {
        EXCEPTION_CONTINUE_EXECUTION
    } else {
        EXCEPTION_CONTINUE_SEARCH
    }
}
