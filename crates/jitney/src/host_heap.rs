//! The memory of a host that runs programs, apart from the C library's heap, which is the program's.
//!
//! A process that has just started finds that heap untouched: what it gets first is zero, and one piece lies behind the
//! other. Programs, knowingly or not, depend on both. What building and linking need therefore comes from pages of its
//! own: powers of two, cut from one range, each with a list of those that are free again.

use std::alloc::Layout;
use std::cell::UnsafeCell;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// The range's size: address space alone, of which only touched pages are memory. A program that lowers its limits counts
/// it too, so most is given back before one starts.
const RANGE: usize = 4 << 30;

/// What a program that runs leaves to the host: for the blocks of its thread-local variables, say.
const WHILE_RUNNING: usize = 16 << 20;

/// The smallest piece, which holds a link of a free list.
const SMALLEST: usize = 16;

/// Pieces of this size and more begin at a page.
const PAGE: usize = 4096;

const CLASSES: usize = usize::BITS as usize;

/// One heap.
#[derive(Debug)]
pub(crate) struct HostHeap {
    locked: AtomicBool,
    /// The range's first address: 0 before the first allocation, 1 where there is none to be had.
    start: AtomicUsize,
    /// The address after its last.
    end: AtomicUsize,
    /// Under `locked`.
    state: UnsafeCell<State>,
}

#[derive(Debug)]
struct State {
    /// The first address that has not been given out.
    next: usize,
    /// The first free piece of each size, by the power of two. Its first word holds the next one's address.
    free: [usize; CLASSES],
}

// SAFETY: the state is only used under the lock.
unsafe impl Sync for HostHeap {}

impl HostHeap {
    pub(crate) const fn new() -> HostHeap {
        HostHeap {
            locked: AtomicBool::new(false),
            start: AtomicUsize::new(0),
            end: AtomicUsize::new(0),
            state: UnsafeCell::new(State {
                next: 0,
                free: [0; CLASSES],
            }),
        }
    }

    /// Whether a piece of memory is of this heap.
    #[inline]
    pub(crate) fn holds(&self, piece: *mut u8) -> bool {
        let start = self.start.load(Ordering::Relaxed);
        piece.addr() >= start && piece.addr() < self.end.load(Ordering::Relaxed)
    }

    /// A piece of memory, and whether it is zero. None when there is no room.
    pub(crate) fn allocate(&self, layout: Layout) -> Option<(*mut u8, bool)> {
        let size = piece_size(layout)?;
        self.locked(|state| {
            if self.start.load(Ordering::Relaxed) == 0 {
                self.map(state);
            }
            let free = &mut state.free[size.trailing_zeros() as usize];
            if *free != 0 {
                let piece = *free as *mut usize;
                // SAFETY: a piece on the list is free, and its first word is the list's.
                *free = unsafe { piece.read() };
                return Some((piece.cast(), false));
            }
            // A power of two of at most a page is aligned to itself; all larger ones are to a page.
            let piece = state.next.checked_next_multiple_of(size.min(PAGE))?;
            let end = piece.checked_add(size)?;
            if layout.align() > PAGE || end > self.end.load(Ordering::Relaxed) {
                return None;
            }
            state.next = end;
            Some((piece as *mut u8, true))
        })
    }

    /// Whether a piece of one layout serves for another size as it is.
    pub(crate) fn serves(layout: Layout, size: usize) -> bool {
        let other = Layout::from_size_align(size, layout.align()).ok();
        piece_size(layout).is_some() && other.and_then(piece_size) == piece_size(layout)
    }

    /// Takes a piece back.
    ///
    /// # Safety
    /// It came from [`HostHeap::allocate`] with this layout, and is not used any more.
    pub(crate) unsafe fn free(&self, piece: *mut u8, layout: Layout) {
        let Some(size) = piece_size(layout) else {
            return;
        };
        self.locked(|state| {
            let free = &mut state.free[size.trailing_zeros() as usize];
            // SAFETY: the piece is nobody's any more, and large and aligned enough for a word.
            unsafe { piece.cast::<usize>().write(*free) };
            *free = piece.addr();
        });
    }

    /// Gives back the address space that a program which is about to run could miss.
    pub(crate) fn shrink(&self) {
        self.locked(|state| {
            let end = self.end.load(Ordering::Relaxed);
            let keep = state
                .next
                .next_multiple_of(PAGE)
                .saturating_add(WHILE_RUNNING);
            if state.next != 0 && keep < end {
                self.end.store(keep, Ordering::Relaxed);
                // SAFETY: what lies from `keep` on has never been given out.
                unsafe { libc::munmap(keep as *mut libc::c_void, end - keep) };
            }
        });
    }

    fn map(&self, state: &mut State) {
        // SAFETY: new pages at a place of the kernel's choice.
        let range = unsafe {
            libc::mmap(
                ptr::null_mut(),
                RANGE,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        if range == libc::MAP_FAILED {
            self.start.store(1, Ordering::Relaxed);
            return;
        }
        state.next = range.addr();
        self.end.store(range.addr() + RANGE, Ordering::Relaxed);
        self.start.store(range.addr(), Ordering::Relaxed);
    }

    /// A lock that allocates nothing. Who waits lets others run: the work under it is a few instructions.
    fn locked<R>(&self, work: impl FnOnce(&mut State) -> R) -> R {
        while self
            .locked
            .compare_exchange_weak(false, true, Ordering::Acquire, Ordering::Relaxed)
            .is_err()
        {
            std::thread::yield_now();
        }
        // SAFETY: this thread holds the lock.
        let result = work(unsafe { &mut *self.state.get() });
        self.locked.store(false, Ordering::Release);
        result
    }
}

/// The power of two that a layout takes.
fn piece_size(layout: Layout) -> Option<usize> {
    layout
        .size()
        .max(layout.align())
        .max(SMALLEST)
        .checked_next_power_of_two()
        .filter(|size| *size <= RANGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_aligned_apart_and_used_again() {
        let heap = HostHeap::new();
        let layout = |size, align| Layout::from_size_align(size, align).unwrap();
        let mut pieces = Vec::new();
        for (size, align) in [
            (1, 1),
            (24, 8),
            (100, 64),
            (5000, 16),
            (70_000, 4096),
            (0, 2048),
        ] {
            let layout = layout(size, align);
            let (piece, zero) = heap.allocate(layout).unwrap();
            assert!(zero && heap.holds(piece) && piece.addr().is_multiple_of(align));
            // SAFETY: the piece has this size.
            unsafe { piece.write_bytes(size as u8, size) };
            pieces.push((piece, layout));
        }
        for (piece, layout) in &pieces {
            // SAFETY: as above; nothing has written over it.
            let bytes = unsafe { std::slice::from_raw_parts(*piece, layout.size()) };
            assert!(bytes.iter().all(|byte| *byte == layout.size() as u8));
        }
        let (piece, layout) = pieces[1];
        // SAFETY: it is not used any more.
        unsafe { heap.free(piece, layout) };
        assert_eq!(heap.allocate(layout), Some((piece, false)));
        assert_eq!(
            heap.allocate(Layout::from_size_align(8, 1 << 20).unwrap()),
            None
        );
        heap.shrink();
        assert_eq!(
            heap.allocate(Layout::from_size_align(1 << 30, 8).unwrap()),
            None
        );
        assert!(heap.holds(pieces[4].0) && !heap.holds(ptr::from_ref(&heap).cast_mut().cast()));
    }
}
