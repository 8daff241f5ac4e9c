//! The first phase: text to operations. Everything that is not one of the eight is a comment. Brackets are matched
//! here, once, so that no later phase can meet an unbalanced one.

use std::fmt;

/// One of the language's eight operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Right,
    Left,
    Increment,
    Decrement,
    Output,
    Input,
    Open,
    Close,
}

/// Where an operation is in the source: both count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A program without its comments.
pub(crate) struct Program {
    pub(crate) operations: Vec<Operation>,
    /// Where each operation was written.
    pub(crate) positions: Vec<Position>,
    /// For each bracket, the index of the other one.
    pub(crate) partners: Vec<u32>,
}

/// Why a text is no program.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ParseError {
    NeverClosed { at: Position, more: usize },
    NeverOpened { at: Position },
    TooLong { len: usize },
}

/// An operation is up to 32 bytes of machine code, of which there can be 1 GiB.
const LONGEST: usize = 1 << 25;

impl Program {
    /// Reads a source. It may hold any bytes.
    pub(crate) fn parse(source: &[u8]) -> Result<Program, ParseError> {
        if source.len() > LONGEST {
            return Err(ParseError::TooLong { len: source.len() });
        }
        let mut program = Program {
            operations: Vec::new(),
            positions: Vec::new(),
            partners: Vec::new(),
        };
        let mut open = Vec::new();
        let (mut line, mut column) = (1, 0);
        for &byte in source {
            // The later bytes of a UTF-8 character start no column.
            column += u32::from(byte & 0xc0 != 0x80);
            let operation = match byte {
                b'>' => Operation::Right,
                b'<' => Operation::Left,
                b'+' => Operation::Increment,
                b'-' => Operation::Decrement,
                b'.' => Operation::Output,
                b',' => Operation::Input,
                b'[' => Operation::Open,
                b']' => Operation::Close,
                b'\n' => {
                    (line, column) = (line + 1, 0);
                    continue;
                }
                _ => continue,
            };
            let at = Position { line, column };
            let index = program.operations.len() as u32;
            let mut partner = 0;
            match operation {
                Operation::Open => open.push(index),
                Operation::Close => {
                    partner = open.pop().ok_or(ParseError::NeverOpened { at })?;
                    program.partners[partner as usize] = index;
                }
                _ => {}
            }
            program.operations.push(operation);
            program.positions.push(at);
            program.partners.push(partner);
        }
        match open.pop() {
            None => Ok(program),
            Some(last) => Err(ParseError::NeverClosed {
                at: program.positions[last as usize],
                more: open.len(),
            }),
        }
    }
}

impl Program {
    /// The furthest that the pointer moves between two operations that use a cell: so far off the tape a first wrong
    /// access can be.
    pub(crate) fn longest_move(&self) -> usize {
        let (mut longest, mut moved) = (0, 0i64);
        for operation in &self.operations {
            match operation {
                Operation::Right => moved += 1,
                Operation::Left => moved -= 1,
                _ => {
                    longest = longest.max(moved.unsigned_abs() as usize);
                    moved = 0;
                }
            }
        }
        longest
    }
}

impl ParseError {
    /// The place that is wrong, if it is one place.
    pub(crate) fn position(&self) -> Option<Position> {
        match self {
            ParseError::NeverClosed { at, .. } | ParseError::NeverOpened { at } => Some(*at),
            ParseError::TooLong { .. } => None,
        }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParseError::NeverClosed { more: 0, .. } => write!(f, "this `[` is never closed"),
            ParseError::NeverClosed { more, .. } => {
                write!(f, "this `[` is never closed, nor are {more} before it")
            }
            ParseError::NeverOpened { .. } => write!(f, "this `]` closes nothing"),
            ParseError::TooLong { len } => write!(
                f,
                "the program has {len} bytes; at most {LONGEST} can be compiled"
            ),
        }
    }
}
