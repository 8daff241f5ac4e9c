//! Things that end a process, done in a process of their own: a test starts its own executable again.
#![allow(dead_code, reason = "each test uses some of it")]

use std::env;
use std::process::{Command, Output};

/// Says to the child what it is to do.
const SCENARIO: &str = "GUARD_SCENARIO";

/// What this process is to do, if it is such a child.
pub(crate) fn scenario() -> Option<String> {
    env::var(SCENARIO).ok()
}

/// Whether an emulator runs this process. It would not run its children, and keeps memory of its own.
pub(crate) fn is_emulated() -> bool {
    let listed = Command::new(env::current_exe().unwrap())
        .args(["--list", "--format=terse"])
        .output();
    let emulated = !listed.is_ok_and(|output| output.status.success());
    if emulated {
        eprintln!("skipped: an emulator runs this test, and would not run its children");
    }
    emulated
}

/// Runs `test` of this executable with `scenario`, and returns how it ended.
pub(crate) fn run(test: &str, scenario: &str) -> Output {
    Command::new(env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(SCENARIO, scenario)
        .output()
        .unwrap()
}

/// What a child wrote to its standard error.
pub(crate) fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
