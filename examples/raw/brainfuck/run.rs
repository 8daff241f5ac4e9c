//! Runs a program in the way that was asked for.

use super::{arguments::How, console::Console, interpret, parse::Program, stop::Stop, tape::Tape};
#[cfg(target_arch = "x86_64")]
use super::{code::Code, compile, console::Settings, fold, plain};

/// Runs `program` from the first cell of `tape`, which has to be guarded as far as the program moves at once. What it
/// wrote last is still in the console then. Gives the cell that the pointer ends at, which may be off the tape.
pub(crate) fn run(
    program: &Program,
    how: How,
    tape: &mut Tape,
    console: &mut Console<'_>,
) -> Result<i64, Stop> {
    match how {
        #[cfg(target_arch = "x86_64")]
        How::Compile | How::Plain => {
            let code = code(program, how, tape.cells().len(), console.settings);
            code.run(program, tape, console)
        }
        _ => interpret::run(program, tape.cells(), console, None),
    }
}

/// The machine code for a tape of so many cells.
#[cfg(target_arch = "x86_64")]
pub(crate) fn code(program: &Program, how: How, cells: usize, settings: Settings) -> Code {
    match how {
        How::Plain => plain::compile(program, settings),
        _ => compile::compile(&fold::fold(program, cells), settings),
    }
}
