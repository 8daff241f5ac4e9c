//! What can go wrong, with the sizes and addresses at fault and what to do about it.

use std::{fmt, io, ops::Range};

use crate::{Block, MAX_BLOCK_LEN, sys};

/// What went wrong while memory was obtained or its protection changed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A block or function of no bytes was asked for.
    Empty,
    /// A block or function longer than [`MAX_BLOCK_LEN`] was asked for.
    TooLong {
        /// The length asked for, in bytes.
        len: usize,
    },
    /// The range that an arena shall lie near ends before it starts, or is too long to be reached as a whole.
    BadNear {
        /// The range as it was given.
        near: Range<usize>,
    },
    /// No addresses near enough could be reserved.
    NoAddressSpace {
        /// What the addresses had to be near to.
        near: Range<usize>,
        /// The shortest length that was tried, in bytes.
        len: usize,
        /// What the system answered last.
        source: io::Error,
    },
    /// The system refused memory or a change of its protection.
    Refused {
        /// What was to be done, as an infinitive.
        action: &'static str,
        /// Where, or `None` where any address would have done.
        address: Option<usize>,
        /// How many bytes.
        len: usize,
        /// What the system answered.
        source: io::Error,
    },
    /// A part given to [`Block::seal_parts`] is wrong; nothing was changed.
    Part {
        /// The part at fault.
        part: Range<usize>,
        /// What is wrong with it.
        fault: PartFault,
        /// The length of the block, in bytes.
        len: usize,
    },
}

/// What is wrong with a part given to [`Block::seal_parts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PartFault {
    /// It does not start and end at multiples of the page size.
    Unaligned {
        /// The page size in bytes.
        page_size: usize,
    },
    /// It ends where or before it starts.
    Empty,
    /// It starts before the part named ahead of it ends.
    OutOfOrder {
        /// Where the part ahead of it ends.
        previous_end: usize,
    },
    /// It reaches past the end of the block.
    PastTheEnd,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Empty => write!(f, "0 bytes of memory were asked for: ask for at least 1"),
            Error::TooLong { len } => write!(
                f,
                "{len} bytes were asked for in one piece, and the longest is {MAX_BLOCK_LEN}: divide it into several"
            ),
            Error::BadNear { near } => write!(
                f,
                "{:#x}..{:#x} is no range that memory can lie near: it has to start before it ends and be shorter \
                 than 2 GiB",
                near.start, near.end
            ),
            Error::NoAddressSpace { near, len, source } => write!(
                f,
                "no {len} bytes of address space are free within 2 GiB of {:#x}..{:#x} ({source}): unload something \
                 loaded there or raise the limit on address space (`ulimit -v`)",
                near.start, near.end
            ),
            Error::Refused {
                action,
                address: Some(address),
                len,
                source,
            } => {
                write!(
                    f,
                    "cannot {action} {len} bytes at {address:#x} ({source}): {}",
                    sys::advice(source)
                )
            }
            Error::Refused {
                action,
                address: None,
                len,
                source,
            } => {
                write!(
                    f,
                    "cannot {action} {len} bytes ({source}): {}",
                    sys::advice(source)
                )
            }
            Error::Part { part, fault, len } => {
                write!(
                    f,
                    "part {:#x}..{:#x} of a block of {len:#x} bytes {fault}",
                    part.start, part.end
                )
            }
        }
    }
}

impl fmt::Display for PartFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PartFault::Unaligned { page_size } => {
                write!(
                    f,
                    "is not made of whole pages: start and end it at multiples of {page_size:#x}"
                )
            }
            PartFault::Empty => write!(f, "is empty: leave it out"),
            PartFault::OutOfOrder { previous_end } => write!(
                f,
                "starts before the part ahead of it ends, at {previous_end:#x}: name parts in ascending order, none \
                 overlapping another"
            ),
            PartFault::PastTheEnd => write!(
                f,
                "reaches past the end of the block: ask for a longer block"
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::NoAddressSpace { source, .. } | Error::Refused { source, .. } => Some(source),
            Error::Empty | Error::TooLong { .. } | Error::BadNear { .. } | Error::Part { .. } => {
                None
            }
        }
    }
}

/// Why a block could not be sealed, and the block itself, as writable as before.
#[derive(Debug)]
pub struct SealError {
    error: Error,
    block: Option<Block>,
}

impl SealError {
    pub(crate) fn new(error: Error, block: Option<Block>) -> SealError {
        SealError { error, block }
    }

    /// What went wrong.
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// What went wrong, by value; the block is freed.
    pub fn into_error(self) -> Error {
        self.error
    }

    /// The block, with its contents and writable, to be tried again.
    ///
    /// `None` only where the system refused to make some pages executable *and* then refused to make the ones
    /// before them writable again (it ran out of mappings twice); the block is freed then.
    pub fn into_block(self) -> Option<Block> {
        self.block
    }
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for SealError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}

impl From<SealError> for Error {
    /// Frees the block and keeps what went wrong.
    fn from(error: SealError) -> Error {
        error.error
    }
}
