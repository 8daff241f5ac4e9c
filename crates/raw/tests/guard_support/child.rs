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

/// Whether this executable can be started like any: not where an emulator runs it.
pub(crate) fn can_run() -> bool {
    let listed = Command::new(env::current_exe().unwrap())
        .arg("--list")
        .output();
    let can = listed.is_ok_and(|output| output.status.success());
    if !can {
        eprintln!("skipped: an emulator runs this test, and would not run its children");
    }
    can
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
