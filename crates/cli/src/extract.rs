//! `jitney extract`: one function's machine code out of a file that a compiler made.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use jitney_raw::extract::Extraction;

use crate::Outcome;
use crate::machine_code::{self, Destination};

#[derive(Debug, Args)]
pub(crate) struct Extract {
    /// An ELF, COFF or Mach-O object or program, an object of Go's compiler, or an archive of such; `-` is standard input
    object: PathBuf,
    /// The function: its symbol, a Rust path or the end of one, or a Go name with or without its package
    symbol: String,
    #[command(flatten)]
    destination: Destination,
    /// Take along the constants and functions of the object that it refers to
    #[arg(long)]
    with_needed: bool,
}

pub(crate) fn extract(arguments: Extract) -> Outcome {
    let object = machine_code::read(&arguments.object)?;
    let take = |with_needed| {
        Extraction::new(&object)
            .with_needed(with_needed)
            .function(&arguments.symbol)
    };
    let code = take(arguments.with_needed).map_err(|error| {
        let name = machine_code::name(&arguments.object);
        let advice = match !arguments.with_needed && take(true).is_ok() {
            true => ": `--with-needed` takes along what it needs",
            false => "",
        };
        format!("{name}: {error}{advice}")
    })?;
    arguments.destination.write(&code)?;
    Ok(ExitCode::SUCCESS)
}
