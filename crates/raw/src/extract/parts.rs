//! What an object file is made of, in the terms that taking bytes out of it needs; the same for every format.
//!
//! A reader of a format ([`object_file`](super::object_file), [`go_object`](super::go_object)) offers parts: runs of bytes with references to places in
//! other parts. [`gather`](super::gather) puts together what is wanted, and [`reach`](super::reach) looks at the code.

use std::ops::Range;

use super::Error;
use crate::Machine;

/// A run of bytes that stays together: a section, or what Go calls a symbol.
pub(super) struct Part<'d> {
    pub(super) name: String,
    pub(super) bytes: &'d [u8],
    pub(super) align: u64,
    pub(super) kind: PartKind,
    /// In any order.
    pub(super) references: Vec<Reference>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PartKind {
    Code,
    Constants,
    /// Anything that is not to be taken along: what code may write to, and what is of no use to it.
    Other(&'static str),
}

/// A place in a part that depends on where something else is: a relocation.
#[derive(Clone)]
pub(super) struct Reference {
    /// Where in the part.
    pub(super) offset: u64,
    /// The relocation's name in its format's own documentation.
    pub(super) relocation: String,
    /// What is written there, where that can be said without an address.
    pub(super) fix: Option<Fix>,
    /// What it refers to, for messages.
    pub(super) symbol: String,
    /// That place, if it is in the file.
    pub(super) target: Option<Place>,
    /// What is added to the distance.
    pub(super) addend: i64,
}

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) part: usize,
    pub(super) offset: u64,
    /// Whether the offset is only where the part begins, and the addend leads on from there.
    pub(super) is_start: bool,
}

/// How a distance is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fix {
    /// Not at all: the reference only says that something is needed.
    Nothing,
    /// In this many bytes.
    Relative(u8),
    /// In four bytes, the last ones of a load from a table of addresses; the instruction becomes one that does without.
    Load,
    /// In the lowest 26 bits of a branch of aarch64.
    Branch26,
}

impl Fix {
    pub(super) fn bytes(self) -> usize {
        match self {
            Fix::Nothing => 0,
            Fix::Relative(bytes) => bytes.into(),
            Fix::Load | Fix::Branch26 => 4,
        }
    }
}

/// A function by one of its names.
#[derive(Clone, Debug)]
pub(super) struct Function {
    /// As the file has it.
    pub(super) name: String,
    pub(super) part: usize,
    /// Where it is in the part, as far as is known.
    pub(super) range: Range<u64>,
    /// Whether the end is where something else begins, so that padding may belong to it.
    pub(super) padded: bool,
    pub(super) global: bool,
    /// Whether this is only the code that chooses the function.
    pub(super) indirect: bool,
}

/// A file in one of the formats.
pub(super) trait Parts {
    fn machine(&self) -> Result<Machine, Error>;

    /// What may be extracted.
    fn functions(&self) -> Result<Vec<Function>, Error>;

    fn part(&self, index: usize) -> Result<Part<'_>, Error>;
}
