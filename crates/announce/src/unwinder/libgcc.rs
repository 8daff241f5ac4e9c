//! The unwinder of GCC, `libgcc_s`: takes a whole section at once.
//!
//! The LLVM unwinder, which Apple's systems and some with musl have, has functions of the same names that take *one
//! FDE* instead: <https://github.com/bytecodealliance/wasmtime/pull/1914>. A backend for it has to walk the section.
//!
//! What is said of libgcc here and in [`FrameRegistration`](super::FrameRegistration) is from its
//! [`unwind-dw2-fde.c`](https://github.com/gcc-mirror/gcc/blob/master/libgcc/unwind-dw2-fde.c).

use std::ffi::c_void;

// Rust's standard library links libgcc_s wherever this file is compiled, and it is the one that std's panics use.
unsafe extern "C" {
    fn __register_frame(begin: *const c_void);
    fn __deregister_frame(begin: *const c_void);
}

/// `__register_frame`: makes a whole `.eh_frame` section known.
///
/// # Safety
/// As for [`FrameRegistration::new`](super::FrameRegistration::new), and the section describes a function at least.
pub(super) unsafe fn register(eh_frame: *const u8) {
    // SAFETY: passed on to the caller.
    unsafe { __register_frame(eh_frame.cast()) }
}

/// `__deregister_frame`: makes a section forgotten.
///
/// # Safety
/// It was registered and not deregistered since: libgcc aborts the process where it does not find it.
pub(super) unsafe fn deregister(eh_frame: *const u8) {
    // SAFETY: passed on to the caller.
    unsafe { __deregister_frame(eh_frame.cast()) }
}
