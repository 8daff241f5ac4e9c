//! Memory for a tape, from Windows.

use std::{io, ptr};

use windows_sys::Win32::System::Memory::{
    MEM_COMMIT, MEM_RELEASE, MEM_RESERVE, PAGE_NOACCESS, PAGE_READWRITE, VirtualAlloc, VirtualFree,
};

/// Address space that nobody may touch.
pub(super) fn reserve(len: usize) -> io::Result<*mut u8> {
    // SAFETY: new memory, wherever there is room.
    let start = unsafe { VirtualAlloc(ptr::null(), len, MEM_RESERVE, PAGE_NOACCESS) };
    match start.is_null() {
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
    match unsafe { VirtualAlloc(start.cast(), len, MEM_COMMIT, PAGE_READWRITE) }.is_null() {
        true => Err(io::Error::last_os_error()),
        false => Ok(()),
    }
}

/// Gives all of it back. Should that fail, it stays, which does no harm.
///
/// # Safety
/// It was reserved, and nobody uses it.
pub(super) unsafe fn release(start: *mut u8, _len: usize) {
    // SAFETY: the caller's promise.
    unsafe { VirtualFree(start.cast(), 0, MEM_RELEASE) };
}
