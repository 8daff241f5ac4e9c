//! Why a function could not be taken out of a file.

use std::fmt;

/// Why a function's bytes could not be had, or would not stand alone.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The file is of no format that is known.
    Format,
    /// The file is damaged, or of a version that is not known.
    Damaged {
        /// What does not fit.
        what: String,
    },
    /// The file is for a processor whose code cannot be vouched for.
    Machine {
        /// The processor.
        machine: String,
    },
    /// There is no function of that name.
    NoFunction {
        /// The name that was asked for.
        name: String,
        /// Functions whose names are near, nearest first.
        nearest: Vec<String>,
    },
    /// More than one function can be meant.
    Ambiguous {
        /// The name that was asked for.
        name: String,
        /// What it can mean, each with the member of the archive that holds it.
        candidates: Vec<String>,
    },
    /// The function has no bytes in this file.
    NoBytes {
        /// Its name.
        name: String,
    },
    /// The symbol stands for one of several functions, which is chosen when the program starts (IFUNC).
    Indirect {
        /// Its name.
        name: String,
    },
    /// A relocation would have to be filled in for where the code lies, or with the address of what is not part of it.
    Relocation {
        /// Its type, as the format's documentation calls it.
        kind: String,
        /// Where it is, in bytes from the start of the code.
        offset: u64,
        /// The symbol or section it refers to.
        symbol: String,
        /// Why it cannot be done without.
        reason: &'static str,
    },
    /// The code has variables, which cannot be part of it: it may not write to its own memory.
    Variables {
        /// The section that holds them.
        section: String,
    },
    /// An instruction goes to, or reads, what lies beside the function.
    Leaves {
        /// Where the instruction is, in bytes from the start of the code.
        offset: u64,
        /// What it refers to: a symbol, or a distance from the start.
        target: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Format => write!(
                f,
                "it is no ELF, COFF, Mach-O or Go object, and no archive of such"
            ),
            Error::Damaged { what } => write!(f, "the file is damaged: {what}"),
            Error::Machine { machine } => write!(
                f,
                "it is for {machine}; functions are taken out of files for x86, x86-64 and aarch64"
            ),
            Error::NoFunction { name, nearest } => {
                write!(f, "there is no function `{name}`")?;
                match nearest.as_slice() {
                    [] => Ok(()),
                    nearest => write!(f, "; the nearest are `{}`", nearest.join("`, `")),
                }
            }
            Error::Ambiguous { name, candidates } => write!(
                f,
                "`{name}` can be more than one function: `{}`",
                candidates.join("`, `")
            ),
            Error::NoBytes { name } => write!(f, "function `{name}` has no bytes in this file"),
            Error::Indirect { name } => write!(
                f,
                "`{name}` is chosen among several functions when a program starts (IFUNC); extract one of those"
            ),
            Error::Relocation {
                kind,
                offset,
                symbol,
                reason,
            } => write!(
                f,
                "the bytes would not stand alone: {kind} at offset {offset:#x} refers to `{symbol}`, {reason}"
            ),
            Error::Variables { section } => write!(
                f,
                "section `{section}` is for variables, and code cannot write to its own memory: put what is only read into \
                 `.text` or `.rodata`, and have the caller pass a pointer to the rest"
            ),
            Error::Leaves { offset, target } => write!(
                f,
                "the bytes would not stand alone: the instruction at offset {offset:#x} refers to {target}, which is \
                 outside of them"
            ),
        }
    }
}

impl std::error::Error for Error {}

impl From<object::Error> for Error {
    fn from(error: object::Error) -> Error {
        Error::Damaged {
            what: error.to_string(),
        }
    }
}
