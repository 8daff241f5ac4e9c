//! A program behaves under `jitney run` as it does when built and run in the ordinary way.
//!
//! Every program in `tests/programs` is compiled by `rustc` and run, and given to `jitney run`; stdout, stderr and the
//! way it ends have to be equal. The folder's README says how to write one. Two variables steer a run:
//! `JITNEY_ONLY=text` takes the programs with that text in their names alone, `JITNEY_PROGRAMS=folder` takes another folder.

#[path = "support/both_ways.rs"]
mod both_ways;
#[path = "support/difference.rs"]
mod difference;
#[path = "support/outcome.rs"]
mod outcome;
#[path = "support/program.rs"]
mod program;

use both_ways::{LIMIT, run_in};
use outcome::Outcome;
use program::Program;
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn programs_behave_as_in_an_ordinary_build() {
    both_ways::compare_all("programs", &["rs"], ordinary, jitney);
}

/// Compiles the program with `rustc` and runs what comes of it.
fn ordinary(program: &Program, folder: &Path) -> Result<Outcome, String> {
    fs::create_dir_all(folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    let executable = folder.join(&program.name);
    let mut rustc = Command::new("rustc");
    rustc
        .args(["--edition", &program.edition])
        .args(&program.rustc_flags);
    rustc.arg(&program.path).arg("-o").arg(&executable);
    let built = outcome::run(&mut rustc, b"", LIMIT)?;
    if built.end != program::End::Exit(0) || !built.stderr.is_empty() {
        return Err(format!(
            "does not compile without a warning\n{}",
            String::from_utf8_lossy(&built.stderr)
        ));
    }
    run_in(&mut Command::new(executable), program, folder)
}

/// Gives the program to `jitney run`.
fn jitney(program: &Program, folder: &Path) -> Result<Outcome, String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jitney"));
    command.args(["run", "--edition", &program.edition]);
    command.args(
        program
            .rustc_flags
            .iter()
            .map(|flag| format!("--rustc-flag={flag}")),
    );
    command.arg(&program.path).arg("--");
    run_in(&mut command, program, folder)
}
