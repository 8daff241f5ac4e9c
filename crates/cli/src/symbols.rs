//! `jitney symbols`: keeps the symbols of a program that is going to be stripped.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::arguments::Symbols;
use crate::{Outcome, output};

pub(crate) fn symbols(arguments: Symbols) -> Outcome {
    let symbols = jitney::symbol_file(&arguments.program)?;
    let path = arguments.output.unwrap_or_else(|| {
        let mut beside = arguments.program.into_os_string();
        beside.push(".symbols");
        PathBuf::from(beside)
    });
    output::save(&path, &symbols)?;
    Ok(ExitCode::SUCCESS)
}
