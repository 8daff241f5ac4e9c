//! Machine code in and out: what the commands that deal in bytes have in common.

use std::fs;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::output;

/// Where bytes go to.
#[derive(Debug, Args)]
pub(crate) struct Destination {
    /// The file to write the bytes to; without it they go to standard output, to a terminal as hexadecimal digits
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write hexadecimal digits, 16 bytes a line
    #[arg(long)]
    hex: bool,
}

impl Destination {
    /// Writes the bytes.
    ///
    /// # Errors
    /// When they cannot be written; no part of the file is left then.
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
        let file = self
            .output
            .as_deref()
            .filter(|file| *file != Path::new("-"));
        let as_text = self.hex || file.is_none() && io::stdout().is_terminal();
        let content = match as_text {
            true => hex(bytes).into_bytes(),
            false => bytes.to_owned(),
        };
        match file {
            Some(file) => output::save(file, &content),
            None => output::print_bytes(&content),
        }
    }
}

/// What a file holds; `-` is standard input.
///
/// # Errors
/// When it cannot be read, naming it.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let content = match is_stdin(file) {
        true => {
            let mut content = Vec::new();
            io::stdin().read_to_end(&mut content).map(|_| content)
        }
        false => fs::read(file),
    };
    content.map_err(|error| format!("{}: {error}", name(file)).into())
}

/// What messages call a file.
pub(crate) fn name(file: &Path) -> String {
    match is_stdin(file) {
        true => "<stdin>".to_owned(),
        false => file.display().to_string(),
    }
}

fn is_stdin(file: &Path) -> bool {
    file == Path::new("-")
}

/// As `xxd -p` and people write it, so that it can be compared and copied.
fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for line in bytes.chunks(16) {
        let digits: Vec<_> = line.iter().map(|byte| format!("{byte:02x}")).collect();
        text += &digits.join(" ");
        text.push('\n');
    }
    text
}

/// A number of bytes or an address, as people write them: `64`, `0x40`.
pub(crate) fn number(text: &str) -> Result<u64, String> {
    let parsed = match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => text.parse(),
    };
    parsed.map_err(|_| "it is not a number such as 64 or 0x40".to_owned())
}
