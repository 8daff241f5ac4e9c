//! The tape: cells between two areas that nobody may touch. Both ends are at page boundaries, so that the first cell
//! off the tape, on either side, is in such an area already.

use std::io;

#[cfg_attr(unix, path = "tape/unix.rs")]
#[cfg_attr(windows, path = "tape/windows.rs")]
mod system;

/// Cells, all 0 at first, with guards around them.
pub(crate) struct Tape {
    start: *mut u8,
    guard: usize,
    cells: usize,
}

impl Tape {
    /// At least `cells` cells (rounded up to whole pages), guarded for at least `guard` bytes on both sides.
    pub(crate) fn new(cells: usize, guard: usize) -> io::Result<Tape> {
        let page = jitney_memory::page_size();
        let round = |len: usize| len.max(1).checked_next_multiple_of(page);
        let (cells, guard) = round(cells)
            .zip(round(guard))
            .ok_or(io::ErrorKind::OutOfMemory)?;
        let len = guard
            .checked_mul(2)
            .and_then(|guards| guards.checked_add(cells));
        let start = system::reserve(len.ok_or(io::ErrorKind::OutOfMemory)?)?;
        let tape = Tape {
            start,
            guard,
            cells,
        };
        // SAFETY: pages in the middle of what was just reserved.
        unsafe { system::open(tape.first(), cells) }?;
        Ok(tape)
    }

    /// The address of cell 0.
    pub(crate) fn first(&self) -> *mut u8 {
        self.start.wrapping_add(self.guard)
    }

    /// The cells.
    pub(crate) fn cells(&mut self) -> &mut [u8] {
        // SAFETY: readable, writable and zeroed by the system; borrowed as long as the slice is.
        unsafe { std::slice::from_raw_parts_mut(self.first(), self.cells) }
    }

    /// How far before the first and after the last cell the guards reach, in bytes.
    pub(crate) fn guarded(&self) -> usize {
        self.guard
    }

    /// Whether an address is in one of the guards.
    pub(crate) fn guards(&self, address: usize) -> bool {
        let first = self.first() as usize;
        let end = first + self.cells;
        (first - self.guard..first).contains(&address) || (end..end + self.guard).contains(&address)
    }
}

impl Drop for Tape {
    fn drop(&mut self) {
        // SAFETY: what `new` reserved; no slice of it is left.
        unsafe { system::release(self.start, self.cells + 2 * self.guard) };
    }
}
