//! Starting programs of the tests' own processor, also where an emulator runs the tests.

use std::{env, path::Path, process::Command};

/// Starts `program`, by the emulator that `scripts/cross` names if there is one.
pub(crate) fn command(program: &Path) -> Command {
    let Ok(emulator) = env::var("JITNEY_EMULATOR") else {
        return Command::new(program);
    };
    let mut words = emulator.split(' ');
    let mut command = Command::new(words.next().unwrap());
    command.args(words).arg(program);
    command
}
