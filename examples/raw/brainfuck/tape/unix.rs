//! Memory for a tape, from a Unix system.

use std::{io, ptr};

/// Address space that nobody may touch.
pub(super) fn reserve(len: usize) -> io::Result<*mut u8> {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    // SAFETY: new memory, wherever there is room.
    let start = unsafe { libc::mmap(ptr::null_mut(), len, libc::PROT_NONE, flags, -1, 0) };
    match start == libc::MAP_FAILED {
        true => Err(io::Error::last_os_error()),
        false => Ok(start.cast()),
    }
}

/// Makes pages of it readable and writable.
///
/// # Safety
/// They were reserved.
pub(super) unsafe fn open(start: *mut u8, len: usize) -> io::Result<()> {
    // SAFETY: the caller's promise.
    match unsafe { libc::mprotect(start.cast(), len, libc::PROT_READ | libc::PROT_WRITE) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Gives all of it back. Should that fail, it stays, which does no harm.
///
/// # Safety
/// It was reserved with this length, and nobody uses it.
pub(super) unsafe fn release(start: *mut u8, len: usize) {
    // SAFETY: the caller's promise.
    unsafe { libc::munmap(start.cast(), len) };
}
