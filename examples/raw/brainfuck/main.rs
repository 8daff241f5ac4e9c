//! A brainfuck compiler: `cargo run --release -p jitney-raw --example brainfuck -- examples/raw/brainfuck/programs/hello.b`.
//!
//! text ──parse──▶ operations ──fold──▶ steps ──compile──▶ machine code ──code──▶ run on a tape
//!                     └──interpret──▶ the same, slowly

pub(crate) mod arguments;
#[cfg(target_arch = "x86_64")]
pub(crate) mod code;
#[cfg(target_arch = "x86_64")]
pub(crate) mod compile;
pub(crate) mod console;
pub(crate) mod dump;
#[cfg(target_arch = "x86_64")]
pub(crate) mod emit;
#[cfg(target_arch = "x86_64")]
pub(crate) mod fold;
pub(crate) mod interpret;
#[cfg(target_arch = "x86_64")]
pub(crate) mod loops;
pub(crate) mod parse;
#[cfg(target_arch = "x86_64")]
pub(crate) mod pending;
#[cfg(target_arch = "x86_64")]
pub(crate) mod plain;
#[cfg(target_arch = "x86_64")]
pub(crate) mod registers;
pub(crate) mod run;
#[cfg(target_arch = "x86_64")]
pub(crate) mod step;
pub(crate) mod stop;
pub(crate) mod tape;

use std::{
    io::{self, IsTerminal},
    process::ExitCode,
};

use arguments::Arguments;
use console::{Console, Settings};
use parse::{Position, Program};
use stop::Stop;
use tape::Tape;

pub(crate) fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args_os().skip(1)) {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            print!("{}", arguments::HELP);
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("brainfuck: {error}; `--help` says more");
            return ExitCode::from(2);
        }
    };
    match with(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Does what was asked for; the error is a line for the user.
fn with(arguments: &Arguments) -> Result<(), String> {
    let file = arguments.file.display();
    let error = |at: Option<Position>, what: &dyn std::fmt::Display| match at {
        Some(at) => format!("{file}:{at}: {what}"),
        None => format!("{file}: {what}"),
    };
    let source = std::fs::read(&arguments.file).map_err(|fault| error(None, &fault))?;
    let program = Program::parse(&source).map_err(|fault| error(fault.position(), &fault))?;
    let settings = Settings {
        end_of_input: arguments.end_of_input,
        line_by_line: io::stdout().is_terminal(),
    };
    if arguments.dump {
        return dump::dump(&program, arguments, settings);
    }
    if cfg!(not(target_arch = "x86_64")) && arguments.how != arguments::How::Interpret {
        eprintln!("brainfuck: the compiler makes code for x86_64 only; interpreting instead");
    }
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let mut console = Console::new(&mut input, &mut output, settings);
    let mut tape = Tape::new(arguments.cells, program.longest_move())
        .map_err(|fault| format!("brainfuck: no memory for the tape: {fault}"))?;
    let end = run::run(&program, arguments.how, &mut tape, &mut console);
    // What the program wrote before it stopped is shown all the same.
    let flushed = console.flush();
    match end {
        // Whoever read the output has seen enough.
        Err(Stop::Console(fault)) if fault.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(stop) => Err(error(stop.position(), &stop)),
        Ok(_) if !flushed => match Stop::console(&mut console) {
            Stop::Console(fault) if fault.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            stop => Err(error(None, &stop)),
        },
        Ok(_) => Ok(()),
    }
}
