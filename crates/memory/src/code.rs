//! Sealed memory: the second half of the typestate. Made by sealing a [`Block`]; it can run, and nothing here can
//! write to it.

use std::{fmt, io, ops::Range};

use crate::{Block, Error, Protection, lookup::Entered, pages::Pages, protection::Run};

/// Executable memory that is not writable; with [`Block::seal_parts`], constants and variables beside it.
///
/// Dropping it frees it, even while function pointers into it exist: turning an address into a function pointer is
/// `unsafe`, and whoever does so vouches that the code is still there at each call.
pub struct Code {
    /// Among what is found by address; goes before the pages do.
    _entered: Entered,
    pages: Pages,
    runs: Vec<Run>,
}

impl Code {
    pub(crate) fn new(pages: Pages, runs: Vec<Run>) -> Code {
        let executable = |address| {
            let offset = address - pages.address();
            runs.iter().any(|(run, protection)| {
                *protection == Protection::ReadExecute && run.contains(&offset)
            })
        };
        let entered = Entered::piece(pages.address(), pages.len(), !pages.vouched, executable);
        Code {
            _entered: entered,
            pages,
            runs,
        }
    }

    /// Where it starts: the address that the block had.
    pub fn address(&self) -> usize {
        self.pages.address()
    }

    /// How long it is in bytes, a multiple of the page size.
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// The start of it, to be turned into function pointers.
    pub fn as_ptr(&self) -> *const u8 {
        self.pages.as_ptr()
    }

    /// The whole of it; `None` where a part is [`Protection::ReadWrite`], since running code may change that at any
    /// time, which a slice does not allow.
    pub fn as_slice(&self) -> Option<&[u8]> {
        self.slice(0..self.len())
    }

    /// The bytes at these offsets; `None` where they reach past the end or into a part that is
    /// [`Protection::ReadWrite`].
    pub fn slice(&self, range: Range<usize>) -> Option<&[u8]> {
        let constant = range.start <= range.end
            && range.end <= self.len()
            && self.runs.iter().all(|(run, protection)| {
                *protection != Protection::ReadWrite
                    || run.end <= range.start
                    || range.end <= run.start
            });
        // SAFETY: the range lies within the pages, which are mapped and readable, and nothing can write to it while
        // `self` is there: changing its protection takes `self` by value.
        constant.then(|| unsafe {
            std::slice::from_raw_parts(self.as_ptr().add(range.start), range.len())
        })
    }

    /// Writes the whole of it to `out`, a file for example.
    ///
    /// # Errors
    /// Those of `out`, and [`io::ErrorKind::Unsupported`] where a part is [`Protection::ReadWrite`], as with
    /// [`as_slice`](Code::as_slice).
    pub fn write_to(&self, out: &mut impl io::Write) -> io::Result<()> {
        let bytes = self.as_slice().ok_or_else(|| {
            let reason = "running code may change its variables meanwhile: write the parts that are not `ReadWrite`, \
                          by `slice`";
            io::Error::new(io::ErrorKind::Unsupported, reason)
        })?;
        out.write_all(bytes)
    }

    /// What each run of pages may be used for, as offsets: ascending, covering everything, no two neighbours alike.
    pub fn parts(&self) -> &[(Range<usize>, Protection)] {
        &self.runs
    }

    /// Makes all of it writable and no longer executable, at the same address and with the same contents.
    ///
    /// The block's [`io::Write`] starts again at its beginning. No thread may be running in the code
    /// or call it until it is sealed again: such a call ends in a fault.
    ///
    /// # Errors
    /// [`Error::Refused`] where the system does not allow it, which happens when it runs out of mappings; the code
    /// is freed then.
    pub fn into_block(self) -> Result<Block, Error> {
        // SAFETY: `self` was moved here, so that no slice of it lives on.
        unsafe {
            self.pages
                .protect(0, self.len(), Protection::ReadWrite, "make writable")
        }?;
        Ok(Block::from_pages(self.pages))
    }

    /// Keeps it for the rest of the process's life, together with the arena it came from.
    pub fn leak(self) -> &'static Code {
        Box::leak(Box::new(self))
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start, end) = (self.address(), self.address() + self.len());
        write!(f, "Code({start:#x}..{end:#x}, {:x?})", self.runs)
    }
}
