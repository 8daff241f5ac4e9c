//! The command line.

use std::{ffi::OsString, num::NonZero, path::PathBuf, thread};

use super::{
    evolve::Settings,
    problem::{PROBLEMS, Problem},
};

/// What `--help` prints, with the problems after it.
pub(crate) const HELP: &str = "\
Finds a formula for a function by breeding machine code.

Usage: genetic [OPTIONS]

Options:
  --problem NAME      which function [keijzer-14]
  --seed NUMBER       what the run depends on; the same one gives the same formula [1]
  --generations COUNT how many at most [300]
  --population COUNT  how many individuals a generation has [8192]
  --threads COUNT     how many threads breed [one a processor]
  --interpret         interpret the genomes instead of compiling them
  --svg FILE          draw the fit
  --help              show this

Problems:
";

/// What was asked for.
pub(crate) struct Arguments {
    pub(crate) problem: &'static Problem,
    pub(crate) settings: Settings,
    pub(crate) generations: u64,
    pub(crate) svg: Option<PathBuf>,
}

impl Arguments {
    /// Reads a command line without the program's name; `None` when help is wanted.
    pub(crate) fn parse(
        arguments: impl IntoIterator<Item = OsString>,
    ) -> Result<Option<Arguments>, String> {
        let mut parsed = Arguments {
            problem: &PROBLEMS[0],
            settings: Settings {
                seed: 1,
                population: 8192,
                threads: thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN),
                interpret: false,
            },
            generations: 300,
            svg: None,
        };
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let argument = argument.to_string_lossy().into_owned();
            match argument.as_str() {
                "--help" | "-h" => return Ok(None),
                "--interpret" => {
                    parsed.settings.interpret = true;
                    continue;
                }
                _ => {}
            }
            let mut value = || {
                arguments
                    .next()
                    .ok_or(format!("what follows `{argument}` is missing"))
            };
            match argument.as_str() {
                "--svg" => parsed.svg = Some(value()?.into()),
                "--problem" => {
                    let name = value()?;
                    let mut problems = PROBLEMS.iter();
                    parsed.problem =
                        problems
                            .find(|problem| problem.name == name)
                            .ok_or_else(|| {
                                let names: Vec<_> =
                                    PROBLEMS.iter().map(|problem| problem.name).collect();
                                format!(
                                    "there is no problem {name:?}; there are {}",
                                    names.join(", ")
                                )
                            })?;
                }
                "--seed" => parsed.settings.seed = number(&argument, value()?, 0..=u64::MAX)?,
                "--generations" => parsed.generations = number(&argument, value()?, 0..=u64::MAX)?,
                "--population" => {
                    parsed.settings.population = number(&argument, value()?, 2..=1 << 24)?;
                }
                "--threads" => {
                    let threads = number(&argument, value()?, 1..=1024)?;
                    parsed.settings.threads =
                        NonZero::new(threads).unwrap_or(NonZero::<usize>::MIN);
                }
                _ => return Err(format!("there is no option `{argument}`")),
            }
        }
        Ok(Some(parsed))
    }
}

fn number<T: std::str::FromStr + PartialOrd + std::fmt::Display>(
    option: &str,
    value: OsString,
    range: std::ops::RangeInclusive<T>,
) -> Result<T, String> {
    let number = value.to_str().and_then(|value| value.parse().ok());
    number
        .filter(|number| range.contains(number))
        .ok_or_else(|| {
            format!(
                "`{option} {}`: it is {} to {}",
                value.display(),
                range.start(),
                range.end()
            )
        })
}
