//! `jitney asm`: a text in assembly language to machine code.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use jitney_raw::assemble::{Assembly, Syntax};

use crate::Outcome;
use crate::machine_code::{self, Destination};

#[derive(Debug, Args)]
pub(crate) struct Asm {
    /// The text; `-` is standard input. Intel syntax, but by its name `.fasm`, `.nasm`, and `.s` for AT&T syntax
    #[arg(value_name = "FILE")]
    source: PathBuf,
    #[command(flatten)]
    destination: Destination,
    /// The assembler to use, which decides the syntax
    #[arg(long, value_enum)]
    with: Option<Assembler>,
    /// The text is in AT&T syntax
    #[arg(long, conflicts_with = "with")]
    att: bool,
    /// The machine it is for, as rustc names it; this one by default
    #[arg(long, value_name = "TRIPLE")]
    target: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Assembler {
    /// Intel syntax
    Rustc,
    Fasm,
    Nasm,
}

pub(crate) fn asm(arguments: Asm) -> Outcome {
    let Asm { source, target, .. } = arguments;
    let syntax = match arguments.with {
        _ if arguments.att => Syntax::Att,
        Some(Assembler::Rustc) => Syntax::Intel,
        Some(Assembler::Fasm) => Syntax::Fasm,
        Some(Assembler::Nasm) => Syntax::Nasm,
        None => Syntax::of_file(&source),
    };
    let name = machine_code::name(&source);
    let text = String::from_utf8(machine_code::read(&source)?)
        .map_err(|_| format!("{name}: it is not UTF-8 text"))?;
    let mut assembly = Assembly::new(&text).name(&name).syntax(syntax);
    if let Some(target) = &target {
        assembly = assembly.target(target);
    }
    arguments.destination.write(&assembly.bytes()?)?;
    Ok(ExitCode::SUCCESS)
}
