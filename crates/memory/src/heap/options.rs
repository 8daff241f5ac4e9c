//! What a heap can be told when it is made.

use std::ops::Range;

use crate::{Error, Heap};

/// How a [`Heap`] shall be: where it lies, what its functions are aligned to, how they are written.
///
/// ```
/// use jitney_memory::{Granule, HeapOptions};
///
/// let heap = HeapOptions::new().granule(Granule::Bytes16).build()?;
/// let function = heap.install(&[0xc3])?;
/// assert_eq!(heap.statistics().used, 16);
/// # Ok::<(), jitney_memory::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct HeapOptions {
    pub(super) near: Option<Range<usize>>,
    pub(super) granule: Granule,
    pub(super) writing: Option<Writing>,
}

/// What functions of a heap start at multiples of, and what their space is rounded up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Granule {
    /// A line of the processor's caches. Functions share none, so that installing one never disturbs a thread that
    /// runs its neighbour.
    #[default]
    Bytes64 = 6,
    /// For functions that are mostly shorter than 48 bytes, and many.
    Bytes16 = 4,
}

impl Granule {
    /// How many bytes it is.
    pub const fn bytes(self) -> usize {
        1 << self.shift()
    }

    /// Its binary logarithm. Dividing by what is known to be a power of two only at run time costs more than finding a
    /// free granule does.
    pub(crate) const fn shift(self) -> u32 {
        self as u32
    }

    /// How many are needed for so many bytes.
    #[inline]
    pub(super) const fn needed(self, len: usize) -> usize {
        (len + self.bytes() - 1) >> self.shift()
    }
}

/// How bytes get into memory that is executable and not writable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Writing {
    /// The memory is mapped a second time, writable and not executable, at an address that nobody is told.
    TwoViews,
    /// A page is filled where it is not executable and then, its permissions flipped, takes the place of the old one.
    /// Costs several system calls for each function.
    Flips,
}

impl HeapOptions {
    /// Anywhere, at multiples of 64 bytes, written in the best way that the system has.
    pub fn new() -> HeapOptions {
        HeapOptions::default()
    }

    /// Every byte of every function lies within 2 GiB of every byte of `near`, and of every other function of the heap.
    pub fn near(mut self, near: Range<usize>) -> HeapOptions {
        self.near = Some(near);
        self
    }

    /// Functions start at multiples of this.
    pub fn granule(mut self, granule: Granule) -> HeapOptions {
        self.granule = granule;
        self
    }

    /// Functions are written in this way; without it, in the best way that the system has.
    pub fn writing(mut self, writing: Writing) -> HeapOptions {
        self.writing = Some(writing);
        self
    }

    /// Makes the heap.
    ///
    /// # Errors
    /// As of [`Heap::new`] and [`Heap::near`]; [`Error::Refused`] also where the system does not have the way of
    /// writing that was asked for.
    pub fn build(self) -> Result<Heap, Error> {
        Heap::with(self)
    }
}
