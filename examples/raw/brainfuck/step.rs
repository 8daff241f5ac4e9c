//! What a program is folded into: steps, each a few machine instructions. Cells are named by their distance from the
//! *base*, a pointer that moves only where the compiler cannot tell how far the program's own pointer will go.

use super::parse::Position;

/// One step, and the operation that is to blame when a cell of it is off the tape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) what: What,
    pub(crate) at: Position,
}

/// What a step does. Each cell is an offset from the base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// `+++`
    Add { cell: i32, value: u8 },
    /// `[-]+++`, and every cell whose value is known.
    Set { cell: i32, value: u8 },
    /// `+-`: changes nothing, but a cell that is not there is an error.
    Touch { cell: i32 },
    /// `[->+>++<<]` where a target may be off the tape: each one gets its factor times the cell's value times `rounds`,
    /// and none is touched for a cell of 0. The cell itself is left as it was; a later step sets it.
    Multiply {
        cell: i32,
        /// How often the loop is run for a cell of 1, modulo 256.
        rounds: u8,
        targets: Vec<Target>,
    },
    /// `[->+<]` where the cells are known to be on the tape, and so can be touched even where the loop would not: the
    /// cell becomes the sum of what it held, if `own` says so, a constant, and other cells times their factors.
    Combine {
        cell: i32,
        own: bool,
        constant: u8,
        terms: Vec<Term>,
    },
    /// `[>>]`: moves the base in steps until the cell at this offset is 0.
    Scan { cell: i32, step: i32 },
    /// `.`
    Output { cell: i32 },
    /// `,`
    Input { cell: i32 },
    /// `[`
    Open {
        cell: i32,
        /// The cell is known not to be 0, so that the loop is entered.
        entered: bool,
    },
    /// `]`
    Close {
        cell: i32,
        /// How far the base moves before the cell is looked at.
        step: i32,
        /// The cell is known to be 0 then: the loop runs at most once.
        once: bool,
    },
}

/// A cell that a multiplication adds to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) cell: i32,
    pub(crate) factor: u8,
    pub(crate) at: Position,
}

/// A cell, and how many times it is part of a sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) cell: i32,
    pub(crate) factor: u8,
}
