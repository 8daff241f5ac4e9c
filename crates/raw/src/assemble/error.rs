//! Why a text did not become code.

use std::path::PathBuf;
use std::{fmt, io};

use crate::extract;

/// Why a text did not become code.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The assembler is not installed.
    NotFound {
        /// The program that was looked for.
        program: &'static str,
        /// Where, and what to do.
        advice: String,
    },
    /// The assembler is there but does not run, or what it wrote cannot be read.
    Start {
        /// Its executable.
        program: PathBuf,
        /// What happened.
        reason: String,
    },
    /// The assembler does not accept the text.
    Refused {
        /// What it said, whole, with the text's own name and line numbers.
        message: String,
    },
    /// The code refers to what is not in the text.
    Standalone {
        /// The text's name.
        name: String,
        /// What of it, and where.
        source: extract::Error,
    },
    /// The bytes hold an address of their own, which is not known before they are in memory.
    Address {
        /// The text's name.
        name: String,
        /// Where, in bytes from the start.
        offset: usize,
    },
    /// The text asks for an object file or a program where bytes are wanted.
    Format {
        /// The text's name.
        name: String,
    },
    /// The text holds no instruction and no data.
    Empty {
        /// The text's name.
        name: String,
    },
    /// The files that the assembler needs on its way could not be written or read.
    Files {
        /// What was to be done, and where.
        what: String,
        /// The system's reason.
        source: io::Error,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NotFound { program, advice } => {
                write!(f, "no `{program}` to assemble with: {advice}")
            }
            Error::Start { program, reason } => {
                write!(f, "`{}` is of no use: {reason}", program.display())
            }
            Error::Refused { message } => f.write_str(message.trim_end()),
            Error::Standalone { name, source } => write!(f, "{name}: {source}"),
            Error::Address { name, offset } => write!(
                f,
                "{name}: the bytes at offset {offset:#x} are an address of the code itself, which is not known before it \
                 is in memory; refer to it relative to the instruction pointer"
            ),
            Error::Format { name } => write!(
                f,
                "{name}: it asks for an object file or a program; take out its `format` directive, so that it gives bytes"
            ),
            Error::Empty { name } => write!(f, "{name}: it holds no instruction and no data"),
            Error::Files { what, source } => write!(f, "cannot {what}: {source}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Files { source, .. } => Some(source),
            _ => None,
        }
    }
}
