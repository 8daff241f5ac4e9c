//! A test program that starts itself as the example that is tested.

#[path = "../emulator/mod.rs"]
mod emulator;

use std::{
    env,
    io::Write,
    process::{ExitCode, Stdio},
};

const STARTED_AS_EXAMPLE: &str = "JITNEY_TEST_STARTED_AS_EXAMPLE";

/// Whether this process is the example, and not its tests.
pub(crate) fn is_the_example() -> bool {
    env::var_os(STARTED_AS_EXAMPLE).is_some()
}

/// What came of a process.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) output: String,
    pub(crate) error: String,
}

/// Runs the example with these arguments and this input.
pub(crate) fn run(arguments: &[&str], input: &[u8]) -> Ran {
    let mut child = emulator::command(&env::current_exe().unwrap())
        .args(arguments)
        .env(STARTED_AS_EXAMPLE, "")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // Beside the reading: what is long fits into no pipe. A program need not read what it is given.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Ran {
        code: output.status.code(),
        output: String::from_utf8(output.stdout).unwrap(),
        error: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Whether the system can start this program. It cannot start one of another processor, which an emulator was asked to
/// run: the process ends with 127 then, as a shell's does that finds no program.
fn starts_itself() -> bool {
    run(&["--help"], b"").code != Some(127)
}

/// A folder of the test's own.
pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// Runs tests as the usual harness does, those whose names hold what the command line says.
pub(crate) fn run_tests(tests: &[(&str, fn())]) -> ExitCode {
    if !starts_itself() {
        println!("skipped: this program cannot start itself here, as under an emulator");
        return ExitCode::SUCCESS;
    }
    let wanted: Vec<_> = env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    for (name, test) in tests {
        if wanted.is_empty() || wanted.iter().any(|word| name.contains(word)) {
            println!("test {name} ...");
            test();
        }
    }
    println!("ok");
    ExitCode::SUCCESS
}
