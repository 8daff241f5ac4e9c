//! Finding the address that marks a panic as this program's own.
//!
//! A panic in flight carries the address of a private constant of the standard library
//! (`panic_unwind::imp::CANARY`); code that catches it takes a panic with another address for one
//! of a foreign copy of the library, and aborts. Link-time optimization leaves the constant without
//! a symbol, so it is read from a panic.

use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::arch;

/// The class of Rust's panics, as std writes it.
const RUST: u64 = u64::from_ne_bytes(*b"MOZ\0RUST");

/// Go on to the next frame.
const CONTINUE_UNWIND: c_int = 8;

static SEEN: AtomicU64 = AtomicU64::new(0);

/// Starts a panic, reads its mark on the way, and catches it.
pub(super) fn find() -> Option<u64> {
    let caught = std::panic::catch_unwind(|| {
        // SAFETY: the function may be called, and unwinds.
        unsafe { arch::call_watched(throw) }
    });
    let canary = SEEN.load(Ordering::Acquire);
    (caught.is_err() && canary != 0).then_some(canary)
}

extern "C-unwind" fn throw() {
    // Panics without calling the panic hook.
    std::panic::resume_unwind(Box::new(()))
}

/// The personality routine of [`arch::call_watched`]: the unwinder asks it what its frame does with
/// an exception that passes through.
pub(crate) unsafe extern "C" fn observe(
    _version: c_int,
    _actions: c_int,
    class: u64,
    exception: *const c_void,
    _context: *mut c_void,
) -> c_int {
    /// The unwinder's own header, 32 bytes with an alignment of 16, comes before the mark. It is
    /// there in every version of the library, for others to recognize it by.
    const MARK: usize = 32;
    if class == RUST {
        // SAFETY: an exception of this class is a header and then the mark.
        let canary = unsafe { exception.byte_add(MARK).cast::<u64>().read() };
        SEEN.store(canary, Ordering::Release);
    }
    CONTINUE_UNWIND
}
