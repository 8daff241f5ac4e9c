//! `dlsym` as loaded code calls it.
//!
//! The dynamic loader asks from where it is called: `RTLD_NEXT` means the libraries after the caller's own
//! (<https://man7.org/linux/man-pages/man3/dlsym.3.html>). It does not know loaded code, and refuses. Called from here, the
//! caller is the host, whose place loaded code takes.

use std::ffi::{c_char, c_void};
use std::hint::black_box;

pub(crate) unsafe extern "C" fn symbol(library: *mut c_void, name: *const c_char) -> *mut c_void {
    // SAFETY: the caller's contract is that of `dlsym`. What is done with the result keeps this from being a jump, after
    // which the caller would be loaded code again.
    black_box(unsafe { libc::dlsym(library, name) })
}

pub(crate) unsafe extern "C" fn versioned_symbol(
    library: *mut c_void,
    name: *const c_char,
    version: *const c_char,
) -> *mut c_void {
    // SAFETY: as in `symbol`.
    black_box(unsafe { libc::dlvsym(library, name, version) })
}
