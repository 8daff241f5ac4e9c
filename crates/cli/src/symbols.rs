//! `jitney symbols`: keeps the symbols of a program that is going to be stripped.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::Outcome;
use crate::arguments::Symbols;

pub(crate) fn symbols(arguments: Symbols) -> Outcome {
    let symbols = jitney::symbol_file(&arguments.program)?;
    let output = arguments.output.unwrap_or_else(|| {
        let mut beside = arguments.program.into_os_string();
        beside.push(".symbols");
        PathBuf::from(beside)
    });
    write(&output, &symbols).map_err(|error| format!("{}: {error}", output.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// Writes the file whole or not at all: half of it would look like another program's.
fn write(output: &Path, content: &[u8]) -> std::io::Result<()> {
    let mut part = output.as_os_str().to_owned();
    part.push(format!(".{}.part", std::process::id()));
    let written = File::create_new(&part)
        .and_then(|mut file| file.write_all(content))
        .and_then(|()| std::fs::rename(&part, output));
    if written.is_err() {
        // It may not have been made; what went wrong is reported either way.
        let _ = std::fs::remove_file(&part);
    }
    written
}
