//! Runs a program in the way that was asked for, or shows what would run.

use super::{
    arguments::How,
    console::{Console, Settings},
    interpret,
    parse::Program,
    stop::Stop,
    tape::Tape,
};
#[cfg(target_arch = "x86_64")]
use super::{code::Code, compile, fold};

/// What a program left behind.
pub(crate) struct End {
    /// The cell that the pointer was at; it may be off the tape.
    pub(crate) cell: i64,
    pub(crate) tape: Tape,
}

/// Runs `program` on a new tape of at least so many cells. What it wrote last is still in the console.
pub(crate) fn run(
    program: &Program,
    how: How,
    cells: usize,
    console: &mut Console<'_>,
) -> Result<End, Stop> {
    let mut tape = Tape::new(cells, program.longest_move())
        .map_err(|error| Stop::Memory(error.to_string()))?;
    let cell = match how {
        #[cfg(target_arch = "x86_64")]
        How::Compile | How::Plain => {
            let code = code(program, how, tape.cells().len(), console.settings);
            code.run(program, &mut tape, console)
        }
        _ => interpret::run(program, tape.cells(), console, None),
    }?;
    Ok(End { cell, tape })
}

#[cfg(target_arch = "x86_64")]
fn code(program: &Program, how: How, cells: usize, settings: Settings) -> Code {
    match how {
        How::Plain => compile::plain(program, settings),
        _ => compile::compile(&fold::fold(program, cells), settings),
    }
}

/// Prints the machine code.
#[cfg(all(target_arch = "x86_64", feature = "iced"))]
pub(crate) fn dump(
    program: &Program,
    how: How,
    cells: usize,
    settings: Settings,
) -> Result<(), String> {
    todo!()
}

/// Says what is missing.
#[cfg(not(all(target_arch = "x86_64", feature = "iced")))]
pub(crate) fn dump(_: &Program, _: How, _: usize, _: Settings) -> Result<(), String> {
    Err(match cfg!(target_arch = "x86_64") {
        true => "brainfuck: this build has no disassembler; build it with `--features iced`",
        false => "brainfuck: the compiler makes code for x86_64 only, so there is none to dump",
    }
    .to_owned())
}
