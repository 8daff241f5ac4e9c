//! The tape: cells between two areas that nobody may touch. Both ends are at page boundaries, so that the first cell
//! off the tape, on either side, is in such an area already.

use std::{ffi::c_void, io, ptr};

use rustix::mm::{MapFlags, MprotectFlags, ProtFlags, mmap_anonymous, mprotect, munmap};

/// Cells, all 0 at first, with guards around them.
pub(crate) struct Tape {
    start: *mut u8,
    guard: usize,
    cells: usize,
}

impl Tape {
    /// At least `cells` cells (rounded up to whole pages), guarded for at least `guard` bytes on both sides.
    pub(crate) fn new(cells: usize, guard: usize) -> io::Result<Tape> {
        let page = rustix::param::page_size();
        let round = |len: usize| len.max(1).checked_next_multiple_of(page);
        let (Some(cells), Some(guard)) = (round(cells), round(guard)) else {
            return Err(io::ErrorKind::OutOfMemory.into());
        };
        let len = cells + 2 * guard;
        // SAFETY: new memory, wherever there is room.
        let start = unsafe {
            mmap_anonymous(
                ptr::null_mut(),
                len,
                ProtFlags::empty(),
                MapFlags::PRIVATE | MapFlags::NORESERVE,
            )
        }?
        .cast::<u8>();
        let tape = Tape {
            start,
            guard,
            cells,
        };
        // SAFETY: pages in the middle of what was just mapped.
        unsafe {
            mprotect(
                tape.first().cast::<c_void>(),
                cells,
                MprotectFlags::READ | MprotectFlags::WRITE,
            )
        }?;
        Ok(tape)
    }

    /// The address of cell 0.
    pub(crate) fn first(&self) -> *mut u8 {
        self.start.wrapping_add(self.guard)
    }

    pub(crate) fn cells(&mut self) -> &mut [u8] {
        // SAFETY: mapped, readable, writable and zeroed by the system; borrowed as long as the slice is.
        unsafe { std::slice::from_raw_parts_mut(self.first(), self.cells) }
    }

    /// How far before the first and after the last cell the guards reach, in bytes.
    pub(crate) fn guarded(&self) -> usize {
        self.guard
    }

    /// Whether an address is in one of the guards.
    pub(crate) fn guards(&self, address: usize) -> bool {
        let start = self.start as usize;
        let end = start + self.cells + 2 * self.guard;
        let first = self.first() as usize;
        (start..end).contains(&address) && !(first..first + self.cells).contains(&address)
    }
}

impl Drop for Tape {
    fn drop(&mut self) {
        // SAFETY: what `new` mapped; no slice of it is left. Should it fail, the memory stays, which does no harm.
        let _ = unsafe { munmap(self.start.cast(), self.cells + 2 * self.guard) };
    }
}
