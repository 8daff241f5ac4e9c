//! What can be wrong with code under construction.

use std::fmt;

/// Why code could not be finished.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// Code refers to a label that was never put anywhere.
    Unbound {
        /// The label's name or number.
        label: String,
        /// Where the reference is, in bytes from the start.
        offset: usize,
    },
    /// A label was put in two places.
    BoundTwice {
        /// The label's name or number.
        label: String,
    },
    /// A distance does not fit into its field, or is not a multiple of an instruction's length where it has to be.
    TooFar {
        /// The label's name or number.
        label: String,
        /// Where the reference is, in bytes from the start.
        offset: usize,
        /// The distance in bytes.
        distance: i64,
    },
    /// The code holds the address of a label, so it needs to know its own.
    NeedsAddress {
        /// The label's name or number.
        label: String,
        /// Where the address is to stand, in bytes from the start.
        offset: usize,
    },
    /// There is no executable memory for it.
    Memory(jitney_memory::Error),
    /// What `iced-x86`'s assembler has against its code.
    #[cfg(feature = "iced")]
    Iced(iced_x86::IcedError),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Unbound { label, offset } => write!(
                f,
                "the code at offset {offset:#x} refers to label {label}, which was never bound"
            ),
            Error::BoundTwice { label } => write!(f, "label {label} was bound twice"),
            Error::TooFar {
                label,
                offset,
                distance,
            } => write!(
                f,
                "label {label} is {distance} bytes away from the code at offset {offset:#x}, \
                 which its field cannot say; use a wider form of the instruction"
            ),
            Error::NeedsAddress { label, offset } => write!(
                f,
                "the code holds the address of label {label} at offset {offset:#x}, so it has to be \
                 finished for one address: use `finish_at` or `install`"
            ),
            Error::Memory(error) => error.fmt(f),
            #[cfg(feature = "iced")]
            Error::Iced(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Memory(error) => error.source(),
            _ => None,
        }
    }
}

impl From<jitney_memory::Error> for Error {
    fn from(error: jitney_memory::Error) -> Error {
        Error::Memory(error)
    }
}
