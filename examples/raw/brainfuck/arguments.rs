//! The command line.

use std::{ffi::OsString, path::PathBuf};

use super::console::EndOfInput;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
Compiles a brainfuck program to machine code and runs it.

Usage: brainfuck [OPTIONS] PROGRAM.b

Options:
  --interpret         run it operation by operation instead
  --plain             compile it operation by operation: nothing is folded
  --dump              show the machine code instead of running it
  --eof 0|255|same    what `,` makes of the cell at the end of the input [0]
  --cells COUNT       how long the tape is, rounded up to whole pages [30000]
  --help              show this
";

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) file: PathBuf,
    pub(crate) how: How,
    pub(crate) dump: bool,
    pub(crate) end_of_input: EndOfInput,
    pub(crate) cells: usize,
}

/// What runs the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    Compile,
    Plain,
    Interpret,
}

/// A tape longer than this is a mistake.
const MOST_CELLS: usize = 1 << 30;

impl Arguments {
    /// Reads a command line without the program's name; `None` when help is wanted.
    pub(crate) fn parse(
        arguments: impl IntoIterator<Item = OsString>,
    ) -> Result<Option<Arguments>, String> {
        let mut file = None;
        let (mut plain, mut interpret, mut dump) = (false, false, false);
        let mut end_of_input = EndOfInput::default();
        let mut cells = 30_000;
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let mut value = |what: &str| {
                let value = arguments.next().and_then(|value| value.into_string().ok());
                value.ok_or_else(|| format!("{what} is missing"))
            };
            match argument.to_str() {
                Some("--help" | "-h") => return Ok(None),
                Some("--interpret") => interpret = true,
                Some("--plain") => plain = true,
                Some("--dump") => dump = true,
                Some("--eof") => {
                    end_of_input = match value("what follows `--eof`: 0, 255 or same")?.as_str() {
                        "0" => EndOfInput::Zero,
                        "255" | "-1" => EndOfInput::MinusOne,
                        "same" => EndOfInput::Unchanged,
                        other => return Err(format!("`--eof {other}`: it is 0, 255 or same")),
                    }
                }
                Some("--cells") => {
                    let count = value("the count after `--cells`")?;
                    cells = match count.parse() {
                        Ok(cells @ 1..=MOST_CELLS) => cells,
                        _ => return Err(format!("`--cells {count}`: it is 1 to {MOST_CELLS}")),
                    }
                }
                Some(option) if option.starts_with("--") => {
                    return Err(format!("there is no option `{option}`"));
                }
                _ if file.is_some() => return Err("there is more than one program".to_owned()),
                _ => file = Some(PathBuf::from(argument)),
            }
        }
        let how = match (plain, interpret) {
            (true, true) => return Err("it is either `--plain` or `--interpret`".to_owned()),
            (true, false) => How::Plain,
            (false, true) => How::Interpret,
            (false, false) => How::Compile,
        };
        if dump && interpret {
            return Err("an interpreted program has no machine code to dump".to_owned());
        }
        Ok(Some(Arguments {
            file: file.ok_or("no program was given")?,
            how,
            dump,
            end_of_input,
            cells,
        }))
    }
}
