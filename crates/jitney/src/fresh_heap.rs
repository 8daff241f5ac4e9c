//! Making the C library's heap look untouched. What building and linking allocate lies elsewhere (`host_heap.rs`), but the
//! C library itself has used and freed a little: to read a folder, to open a library. A program that is about to start
//! gets none of those pieces, and zeroes behind them.
//!
//! This stands on how glibc's heap is laid out (<https://sourceware.org/glibc/wiki/MallocInternals>): one run of pieces,
//! the last of which, the top, is free and ends where the program break is. With another allocator nothing is done.

use std::ffi::c_void;

/// The largest piece that a thread keeps for itself when it is freed, and the distance between two sizes.
const LARGEST_KEPT: usize = 1032;
const STEP: usize = 16;

/// More pieces of one size than there can be.
const MOST: usize = 4096;

/// Takes all pieces that are free, for ever, and clears the top.
///
/// # Safety
/// No other thread allocates meanwhile.
pub(crate) unsafe fn clear() {
    // SAFETY: queries without preconditions.
    let (end, top) = unsafe { (libc::sbrk(0).addr(), libc::mallinfo().keepcost) };
    let Some(top) = usize::try_from(top)
        .ok()
        .and_then(|top| end.checked_sub(top))
    else {
        return;
    };
    let mut last: *mut c_void = std::ptr::null_mut();
    for size in (1..=LARGEST_KEPT / STEP).rev().map(|step| step * STEP + 8) {
        for _ in 0..MOST {
            // SAFETY: any size may be asked for.
            last = unsafe { libc::malloc(size) };
            // A piece of the top is given only when no other fits.
            if last.addr() >= top {
                break;
            }
        }
    }
    // SAFETY: `last` came from `malloc`; null is 0 bytes.
    let usable = unsafe { libc::malloc_usable_size(last) };
    // Two words lie between a piece and the next: the first is the piece's, the second is the next one's size.
    let free = last.addr().saturating_add(usable + size_of::<usize>());
    // SAFETY: a query without preconditions.
    let end = unsafe { libc::sbrk(0).addr() };
    if last.addr() >= top && free < end {
        // SAFETY: the last piece was cut from the top, so all that follows up to the break is the top's, of whose content
        // the allocator makes no use.
        unsafe { (free as *mut u8).write_bytes(0, end - free) };
    }
}
