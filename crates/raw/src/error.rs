//! What can be wrong with bytes, or with the type that they are to be called as.

use std::fmt;

/// Why bytes did not become a function.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// There are no bytes.
    Empty,
    /// The type is a function of Rust's own calling convention, which is not fixed.
    RustConvention {
        /// The type as Rust spells it.
        given: &'static str,
    },
    /// The type is not a function pointer.
    NotAFunction {
        /// The type as Rust spells it.
        given: &'static str,
    },
    /// A function is said to begin outside of its library.
    Outside {
        /// Where it was said to begin, in bytes.
        offset: usize,
        /// The length of the library, in bytes.
        len: usize,
    },
    /// There was no executable memory to be had.
    Memory(jitney_memory::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Empty => write!(f, "there are no bytes to call: a function has at least one"),
            Error::RustConvention { given } => write!(
                f,
                "`{given}` has Rust's own calling convention, which is not fixed: write `{}` for code of the C convention",
                with_c_convention(given)
            ),
            Error::NotAFunction { given } => write!(
                f,
                "`{given}` is not a function pointer: write a type such as `extern \"C\" fn(i32) -> i32`"
            ),
            Error::Outside { offset, len } => write!(
                f,
                "offset {offset:#x} is outside of the library, which is {len:#x} bytes long"
            ),
            Error::Memory(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            // Its text is in this one's.
            Error::Memory(error) => error.source(),
            _ => None,
        }
    }
}

impl From<jitney_memory::Error> for Error {
    fn from(error: jitney_memory::Error) -> Error {
        match error {
            jitney_memory::Error::Empty => Error::Empty,
            error => Error::Memory(error),
        }
    }
}

/// The same function type with the C convention, as one would write it.
fn with_c_convention(given: &str) -> String {
    let given = given.replace("&'_ ", "&");
    match given.find("fn(") {
        Some(at) => format!("{}extern \"C\" {}", &given[..at], &given[at..]),
        None => given,
    }
}
