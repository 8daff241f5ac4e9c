//! Writable memory for code: the first half of the typestate. It becomes [`Code`] by being sealed, and only then can
//! it run.

use std::{fmt, io, ops::Range};

use crate::{
    Code, Error, MAX_BLOCK_LEN, Protection, SealError, page_size,
    pages::Pages,
    protection::{self, Run},
    sys,
};

/// Writable, zeroed memory that is not executable. Write machine code and data into it, then seal it.
///
/// It is freed when dropped. Contents go in through [`as_mut_slice`](Block::as_mut_slice), or one after the other
/// through [`io::Write`].
pub struct Block {
    pages: Pages,
    written: usize,
}

impl Block {
    /// A block of at least `len` bytes, anywhere in memory.
    ///
    /// Code that refers to the running program by 32-bit displacements needs one [near](crate::Arena) it instead.
    ///
    /// # Errors
    /// [`Error::Empty`] and [`Error::TooLong`] for a length of 0 or above [`MAX_BLOCK_LEN`]; [`Error::Refused`] where
    /// the system has no memory.
    pub fn new(len: usize) -> Result<Block, Error> {
        Pages::anywhere(whole_pages(len)?).map(Block::from_pages)
    }

    /// A block of at least `len` bytes, anywhere in memory, with `guard` bytes before and behind it that nobody can
    /// read, write or run: what runs over either end faults instead of meeting other memory.
    ///
    /// Both lengths are rounded up to whole pages, so that only accesses past the rounded end fault. Guards cost
    /// addresses and no memory. They stay when the block is sealed, and go with it.
    ///
    /// # Errors
    /// As [`new`](Block::new); a guard longer than [`MAX_BLOCK_LEN`] is [`Error::TooLong`], a guard of 0 bytes
    /// [`Error::Empty`].
    pub fn guarded(len: usize, guard: usize) -> Result<Block, Error> {
        Pages::guarded(whole_pages(len)?, whole_pages(guard)?).map(Block::from_pages)
    }

    pub(crate) fn from_pages(pages: Pages) -> Block {
        Block { pages, written: 0 }
    }

    /// Where the block starts: an address at a multiple of the page size. It stays the same when sealed.
    pub fn address(&self) -> usize {
        self.pages.address()
    }

    /// How long it is in bytes: what was asked for, rounded up to whole pages.
    #[expect(clippy::len_without_is_empty, reason = "a block is never empty")]
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// What is in it.
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: the pages are mapped, initialized (by the kernel, with zeroes) and readable, and they are written
        // through `&mut self` only.
        unsafe { std::slice::from_raw_parts(self.pages.as_ptr(), self.len()) }
    }

    /// What is in it, to be written anywhere and in any order.
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        // SAFETY: as in `as_slice`, and the pages are writable: they stop being so only when `seal` takes the block.
        unsafe { std::slice::from_raw_parts_mut(self.pages.as_ptr(), self.len()) }
    }

    /// Writes all that is in it to `out`, a file for example; what went in through [`io::Write`] alone is
    /// `&block.as_slice()[..block.written()]`.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_to(&self, out: &mut impl io::Write) -> io::Result<()> {
        out.write_all(self.as_slice())
    }

    /// Keeps it, writable, for the rest of the process's life, together with the arena it came from.
    pub fn leak(self) -> &'static mut [u8] {
        Box::leak(Box::new(self)).as_mut_slice()
    }

    /// Says that what is sealed here deserves the trust that the program's own code has, because its compiler checked
    /// it: [`is_raw_code`](crate::is_raw_code) leaves it out. What recovers from faults of raw code by leaving it must
    /// not leave code like this, whose locks and destructors are waited for.
    pub fn vouched(mut self) -> Block {
        self.pages.vouched = true;
        self
    }

    /// Says that about the first `len` bytes will be written right away, which saves the time of a page fault for
    /// each page. Worth it from some ten pages on; where the system cannot, nothing happens.
    pub fn expect_writes(&self, len: usize) {
        const FEW: usize = 16;
        let len = len.min(self.len()).next_multiple_of(page_size());
        if len >= FEW * page_size() {
            sys::populate(self.address(), len);
        }
    }

    /// How many bytes went in through [`io::Write`] so far, which is where the next one goes.
    pub fn written(&self) -> usize {
        self.written
    }

    /// Makes the whole block executable, and no longer writable.
    ///
    /// # Errors
    /// [`Error::Refused`] where the system does not allow it. The error gives the block back.
    pub fn seal(self) -> Result<Code, SealError> {
        let whole = 0..self.len();
        self.seal_runs(vec![(whole, Protection::ReadExecute)])
    }

    /// Seals the block part by part, so that code, constants and variables can lie beside one another.
    ///
    /// Parts are ranges of offsets into the block, made of whole pages, ascending, none overlapping another. Pages
    /// that no part names become [`Protection::Read`].
    ///
    /// # Errors
    /// [`Error::Part`] where a part is wrong, [`Error::Refused`] where the system does not allow it. Either way the
    /// error gives the block back as it was.
    pub fn seal_parts(self, parts: &[(Range<usize>, Protection)]) -> Result<Code, SealError> {
        match protection::runs(parts, self.len(), page_size()) {
            Ok(runs) => self.seal_runs(runs),
            Err(error) => Err(SealError::new(error, Some(self))),
        }
    }

    fn seal_runs(self, runs: Vec<Run>) -> Result<Code, SealError> {
        for (range, protection) in &runs {
            let action = match protection {
                Protection::ReadExecute => "make executable",
                Protection::Read => "make read-only",
                Protection::ReadWrite => continue,
            };
            // SAFETY: the block was moved here, so that no slice of it lives on.
            if let Err(error) = unsafe {
                self.pages
                    .protect(range.start, range.len(), *protection, action)
            } {
                // SAFETY: the same. Running out of mappings can leave even the run at fault half done, so that the
                // whole block is made writable again.
                let undone = unsafe {
                    self.pages
                        .protect(0, self.len(), Protection::ReadWrite, "make writable")
                };
                return Err(SealError::new(error, undone.is_ok().then_some(self)));
            }
        }
        Ok(Code::new(self.pages, runs))
    }
}

/// Writes from where the last write ended. A write that does not fit writes what fits; one at the end writes
/// nothing, so that [`write_all`](io::Write::write_all) gives [`io::ErrorKind::WriteZero`] for what does not fit.
impl io::Write for Block {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let at = self.written;
        let count = bytes.len().min(self.len() - at);
        self.as_mut_slice()[at..at + count].copy_from_slice(&bytes[..count]);
        self.written += count;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start, end) = (self.address(), self.address() + self.len());
        write!(f, "Block({start:#x}..{end:#x}, {} written)", self.written)
    }
}

/// `len` rounded up to whole pages, if a block can be that long.
pub(crate) fn whole_pages(len: usize) -> Result<usize, Error> {
    match len {
        0 => Err(Error::Empty),
        1..=MAX_BLOCK_LEN => Ok(len.next_multiple_of(page_size())),
        _ => Err(Error::TooLong { len }),
    }
}
