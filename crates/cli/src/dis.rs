//! `jitney dis`: machine code to instructions.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use jitney_raw::disassemble::Disassembly;
use jitney_raw::extract::Extraction;

use crate::machine_code::{self, number};
use crate::{Outcome, output};

#[derive(Debug, Args)]
pub(crate) struct Dis {
    /// The machine code; `-` is standard input
    #[arg(value_name = "FILE")]
    code: PathBuf,
    /// The address to show for its first byte
    #[arg(long, value_name = "N", value_parser = number, default_value = "0")]
    address: u64,
    /// How many bytes of the file to leave out
    #[arg(long, value_name = "N", value_parser = number, default_value = "0")]
    offset: u64,
    /// The file is an object, an archive or a program: show this function of it
    #[arg(long, value_name = "SYMBOL", conflicts_with = "offset")]
    function: Option<String>,
    /// The processor that it is for; by default what the object says, or this one
    #[arg(long, value_enum)]
    machine: Option<Machine>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Machine {
    #[value(name = "x86_64")]
    X86_64,
    X86,
    /// Shown as numbers
    Aarch64,
}

pub(crate) fn dis(arguments: Dis) -> Outcome {
    let name = machine_code::name(&arguments.code);
    let file = machine_code::read(&arguments.code)?;
    let function;
    let mut made_for = jitney_raw::Machine::HERE;
    let code = match &arguments.function {
        Some(symbol) => {
            let extraction = Extraction::new(&file);
            let of_file = |error| format!("{name}: {error}");
            function = extraction.function(symbol).map_err(of_file)?;
            made_for = extraction.machine().map_err(of_file)?;
            &function
        }
        None => {
            let start = usize::try_from(arguments.offset).unwrap_or(usize::MAX);
            file.get(start..).ok_or_else(|| {
                let (len, offset) = (file.len(), arguments.offset);
                format!("{name}: it has {len} bytes, and offset {offset:#x} lies behind them")
            })?
        }
    };
    let machine = match arguments.machine {
        Some(Machine::X86_64) => jitney_raw::Machine::X86_64,
        Some(Machine::X86) => jitney_raw::Machine::X86,
        Some(Machine::Aarch64) => jitney_raw::Machine::Aarch64,
        None => made_for,
    };
    let mut text = Disassembly::new(code)
        .address(arguments.address)
        .machine(machine);
    if let Some(symbol) = &arguments.function {
        text = text.symbol(arguments.address, symbol);
    }
    output::print(&text.to_string())?;
    Ok(ExitCode::SUCCESS)
}
