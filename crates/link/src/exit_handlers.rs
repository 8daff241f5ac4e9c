//! What loaded code wants run at the end: the functions that it gives to `atexit` and its kin.
//!
//! The C library keeps each with the handle of the library that registered it, and runs those of one
//! library when that is closed (Itanium C++ ABI, "DSO Object Destruction API",
//! <https://itanium-cxx-abi.github.io/cxx-abi/abi.html#dso-dtor>). C++ passes the address of
//! `__dso_handle` itself, and so do the functions of `libc_nonshared.a`, which a compiler links into each
//! program and shared library. Where that is not among the archives, the functions here stand in for it:
//! the image is that of the function that is registered.

use std::ffi::{c_int, c_void};

use crate::destructors::handle_of;

type Handler = extern "C" fn();
type HandlerWithArgument = unsafe extern "C" fn(*mut c_void);

unsafe extern "C" {
    fn __cxa_atexit(f: HandlerWithArgument, argument: *mut c_void, image: *mut c_void) -> c_int;
    fn __cxa_at_quick_exit(f: HandlerWithArgument, image: *mut c_void) -> c_int;
    fn __register_atfork(
        prepare: Option<Handler>,
        parent: Option<Handler>,
        child: Option<Handler>,
        image: *mut c_void,
    ) -> c_int;
    fn __cxa_finalize(image: *mut c_void);
}

/// The image that has one of these functions, for the C library; null for none.
fn image_of<const N: usize>(handlers: [Option<Handler>; N]) -> *mut c_void {
    let handle = handlers
        .into_iter()
        .flatten()
        .find_map(|handler| handle_of(handler as *const () as usize));
    std::ptr::with_exposed_provenance_mut(handle.unwrap_or(0))
}

/// A function without parameters as one with a parameter, which it ignores.
fn ignoring_its_argument(f: Handler) -> HandlerWithArgument {
    // SAFETY: a function without parameters may be called with one by this ABI: the caller puts it
    // into a register and cleans up. This is what glibc's own `atexit` does.
    unsafe { std::mem::transmute::<Handler, HandlerWithArgument>(f) }
}

/// Stands in for `atexit`.
pub(crate) extern "C" fn at_exit(f: Handler) -> c_int {
    let image = image_of([Some(f)]);
    // SAFETY: the function may be called at any time, with any argument.
    unsafe { __cxa_atexit(ignoring_its_argument(f), std::ptr::null_mut(), image) }
}

/// Stands in for `at_quick_exit`.
pub(crate) extern "C" fn at_quick_exit(f: Handler) -> c_int {
    let image = image_of([Some(f)]);
    // SAFETY: as in `at_exit`.
    unsafe { __cxa_at_quick_exit(ignoring_its_argument(f), image) }
}

/// Stands in for `pthread_atfork`.
pub(crate) extern "C" fn at_fork(
    prepare: Option<Handler>,
    parent: Option<Handler>,
    child: Option<Handler>,
) -> c_int {
    let image = image_of([prepare, parent, child]);
    // SAFETY: as in `at_exit`.
    unsafe { __register_atfork(prepare, parent, child, image) }
}

/// Runs what was registered for the end in an image's name, the last first, and forgets what was
/// registered for a fork or a quick exit.
///
/// # Safety
/// `image` is an image's `__dso_handle`, and those functions are fit to run now.
pub(crate) unsafe fn run(image: usize) {
    // Null would stand for every library there is.
    debug_assert_ne!(image, 0);
    // SAFETY: the caller's promise.
    unsafe { __cxa_finalize(std::ptr::with_exposed_provenance_mut(image)) }
}
