//! Programs that start themselves again.
//!
//! A program finds its own executable by `std::env::current_exe` and may run it with other
//! arguments: servers that fork workers do. Under `jitney run` that executable is jitney. So when
//! jitney is started by its full path from inside a run, the arguments are the program's, and the
//! program is run again. No environment variable tells: the program would see it.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use clap::Parser;

use crate::arguments::{Arguments, Command, Run};

/// How many ancestors are looked at: the program may start itself through a shell.
const GENERATIONS: usize = 8;

/// The run that this process continues: that of the nearest ancestor, with this process's arguments.
pub(crate) fn continued_run() -> Option<Run> {
    let executable = std::env::current_exe().ok()?;
    let mut arguments = std::env::args_os();
    // A user types a name or a path of his own; `current_exe` gives this one.
    if arguments.next()? != executable.as_os_str() {
        return None;
    }
    let mut process = std::os::unix::process::parent_id();
    for _ in 0..GENERATIONS {
        if std::fs::read_link(format!("/proc/{process}/exe")).is_ok_and(|other| other == executable)
            && let Some(run) = run_of(process)
        {
            return Some(Run {
                arguments: arguments.collect(),
                ..run
            });
        }
        process = parent_of(process)?;
    }
    None
}

/// What `jitney run` was told in another process, the source's path made absolute.
fn run_of(process: u32) -> Option<Run> {
    let command_line = words(&std::fs::read(format!("/proc/{process}/cmdline")).ok()?);
    let Command::Run(mut run) = Arguments::try_parse_from(command_line).ok()?.command else {
        return None;
    };
    // The program may have changed its folder since; the shell's word for the first one is left.
    let folder = std::fs::read_link(format!("/proc/{process}/cwd")).ok();
    let candidates = folder
        .into_iter()
        .chain(first_folder(process))
        .map(|folder| folder.join(&run.source));
    run.source = candidates.into_iter().find(|path| path.is_file())?;
    Some(run)
}

fn first_folder(process: u32) -> Option<PathBuf> {
    let environment = words(&std::fs::read(format!("/proc/{process}/environ")).ok()?);
    let folder = environment.into_iter().find_map(|variable| {
        let variable = variable.into_string().ok()?;
        variable
            .strip_prefix("PWD=")
            .map(|folder| Path::new(folder).to_owned())
    });
    folder.filter(|folder| folder.is_absolute())
}

fn parent_of(process: u32) -> Option<u32> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    status
        .lines()
        .find_map(|line| line.strip_prefix("PPid:"))?
        .trim()
        .parse()
        .ok()
        .filter(|parent| *parent > 1)
}

/// The NUL-terminated strings of a `/proc` file.
fn words(bytes: &[u8]) -> Vec<OsString> {
    let bytes = bytes.strip_suffix(&[0]).unwrap_or(bytes);
    bytes
        .split(|byte| *byte == 0)
        .map(|word| OsString::from_vec(word.to_vec()))
        .collect()
}
