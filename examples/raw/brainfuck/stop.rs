//! Why a program stopped before its end.

use std::{fmt, io};

use super::{console::Console, parse::Position};

/// What ended a run.
#[derive(Debug)]
pub(crate) enum Stop {
    /// It used a cell that is not there: before the first one, which is number 0, or after the last.
    OffTape { cell: i64, at: Position },
    /// It took all the steps that it was given.
    Steps,
    /// Its input or output failed.
    Console(io::Error),
    /// The system has no memory for it.
    Memory(String),
    /// Its machine code did what it cannot do: a fault of the compiler.
    Compiler(String),
}

impl Stop {
    /// The error that `console` stopped the program with.
    pub(crate) fn console(console: &mut Console<'_>) -> Stop {
        let error = console.error.take();
        Stop::Console(error.unwrap_or_else(|| io::ErrorKind::Other.into()))
    }

    /// The place in the program, where it is known.
    pub(crate) fn position(&self) -> Option<Position> {
        match self {
            Stop::OffTape { at, .. } => Some(*at),
            _ => None,
        }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stop::OffTape { cell, .. } if *cell < 0 => write!(
                f,
                "cell {cell} is before the tape's first, which is number 0"
            ),
            Stop::OffTape { cell, .. } => write!(
                f,
                "cell {cell} is after the tape's last; `--cells` makes the tape longer"
            ),
            Stop::Steps => write!(f, "it did not end within its steps"),
            Stop::Console(error) => write!(f, "its input or output failed: {error}"),
            Stop::Memory(error) => write!(f, "no memory for it: {error}"),
            Stop::Compiler(fault) => write!(f, "the compiled code is wrong: {fault}"),
        }
    }
}
