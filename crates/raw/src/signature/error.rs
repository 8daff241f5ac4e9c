//! What can be wrong with a signature or with the values for it.

use std::fmt;

use super::{MAX_PARAMETERS, types::NAMED};

/// Why a signature cannot be used, or not with these values.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The text of a signature goes on in another way than it must.
    Syntax {
        /// Which character it is, counted from 1.
        column: usize,
        /// What stands there; empty at the end.
        found: String,
        /// What would have been right.
        expected: &'static str,
    },
    /// A type that has no meaning here.
    UnknownType {
        /// Which character it begins with, counted from 1.
        column: usize,
        /// The type as it was written.
        name: String,
    },
    /// A reference where only a value may stand.
    OutOfPlace {
        /// What stands there.
        name: String,
        /// What it would belong to.
        place: &'static str,
    },
    /// There are more than [`MAX_PARAMETERS`] parameters.
    TooMany {
        /// How many there are.
        given: usize,
    },
    /// There are too few values, or too many.
    Count {
        /// How many the signature takes.
        wanted: usize,
        /// How many there are.
        given: usize,
    },
    /// A value is not of its type.
    Value {
        /// Which one, counted from 1.
        position: usize,
        /// The value as it was given.
        text: String,
        /// Its type.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A parameter's type means nothing in the convention that is asked for.
    Convention {
        /// The type.
        name: String,
        /// What to write.
        instead: &'static str,
    },
    /// The memory given for what arguments point to is too short.
    Memory {
        /// How many bytes it has to have.
        needed: usize,
        /// How many it has.
        given: usize,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Syntax {
                column,
                found,
                expected,
            } => match found.is_empty() {
                true => write!(f, "signature: {expected} is missing at its end"),
                false => write!(
                    f,
                    "signature: column {column}: `{found}` where {expected} is expected"
                ),
            },
            Error::UnknownType { column, name } => {
                let names: Vec<_> = NAMED.iter().map(|(name, _)| *name).collect();
                write!(
                    f,
                    "signature: column {column}: `{name}` is no type here; there are {}, `*const c_char`, other raw \
                     pointers, `&[T]`, `&mut [T]`, `&{{T, T}}` and `&str`",
                    names.join(", ")
                )
            }
            Error::OutOfPlace { name, place } => {
                write!(
                    f,
                    "signature: `{name}` cannot stand before {place}, only before a parameter"
                )
            }
            Error::TooMany { given } => {
                write!(
                    f,
                    "signature: {given} parameters are more than {MAX_PARAMETERS}"
                )
            }
            Error::Count { wanted, given } => {
                let s = if *wanted == 1 { "" } else { "s" };
                let were = if *given == 1 { "was" } else { "were" };
                write!(
                    f,
                    "the signature takes {wanted} value{s}, and {given} {were} given"
                )
            }
            Error::Value {
                position,
                text,
                name,
                reason,
            } => write!(
                f,
                "value {position}: `{text}` is no value of type {name}: {reason}"
            ),
            Error::Convention { name, instead } => {
                write!(f, "signature: {name} is a type of Go's: {instead}")
            }
            Error::Memory { needed, given } => {
                write!(
                    f,
                    "the arguments point to {needed} bytes, and there is memory for {given}"
                )
            }
        }
    }
}

impl std::error::Error for Error {}
