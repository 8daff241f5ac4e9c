//! A program in C, C++ or assembly behaves under `jitney run` as it does when built by `cc` and run in the ordinary way.
//!
//! Every program in `tests/c_programs` is compiled and linked by the installed compiler and run, and given to `jitney run`;
//! stdout, stderr and the way it ends have to be equal. The folder's README says how to write one. `JITNEY_ONLY` and
//! `JITNEY_PROGRAMS` choose, as for `same_behaviour.rs`.

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
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn c_programs_behave_as_in_an_ordinary_build() {
    if Command::new("cc").arg("--version").output().is_err() {
        println!("skipped: there is no `cc` on this machine");
        return;
    }
    both_ways::compare_all("c_programs", &["c", "cpp", "S"], ordinary, jitney);
}

/// Compiles and links the program with `cc` or `c++` and runs what comes of it.
fn ordinary(program: &Program, folder: &Path) -> Result<Outcome, String> {
    fs::create_dir_all(folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    let executable = folder.join(&program.name);
    let mut build = compiler(program);
    build.args(&program.c_flags).args(sources(program, folder)?);
    build.arg(format!("-L{}", folder.display()));
    build.arg(format!("-Wl,-rpath,{}", folder.display()));
    build.args(program.libraries.iter().map(|name| format!("-l{name}")));
    done(build.arg("-o").arg(&executable))?;
    run_in(&mut Command::new(executable), program, folder)
}

/// Gives the program to `jitney run`.
fn jitney(program: &Program, folder: &Path) -> Result<Outcome, String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jitney"));
    command.arg("run").args(sources(program, folder)?);
    for flag in &program.c_flags {
        match flag.strip_prefix("-O") {
            Some(level) => command.args(["--opt-level", level]),
            None => command.arg(format!("--c-flag={flag}")),
        };
    }
    command.arg(format!("-L{}", folder.display()));
    command.args(program.libraries.iter().map(|name| format!("-l{name}")));
    command.arg("--");
    run_in(&mut command, program, folder)
}

fn compiler(program: &Program) -> Command {
    Command::new(match program.path.extension().is_some_and(|e| e == "cpp") {
        true => "c++",
        false => "cc",
    })
}

/// The program's file, the files beside it that it names, and the archives and objects to be made of others.
fn sources(program: &Program, folder: &Path) -> Result<Vec<PathBuf>, String> {
    let beside = |name: &String| program.path.with_file_name(name);
    let mut sources = vec![program.path.clone()];
    sources.extend(program.files.iter().map(beside));
    for (made, files) in &program.made {
        let made = folder.join(made);
        let of_library = made
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"lib"));
        // What `-l` asks for by name is found in the folder; everything else is named itself.
        if !(of_library
            && program.libraries.iter().any(|name| {
                ["a", "so"]
                    .iter()
                    .any(|ending| made.ends_with(format!("lib{name}.{ending}")))
            }))
        {
            sources.push(made.clone());
        }
        if made.exists() {
            continue;
        }
        let mut objects = Vec::new();
        for file in files {
            let object = folder.join(file.replace('/', "-")).with_extension("o");
            let mut compile = compiler(program);
            compile
                .args(&program.c_flags)
                .args(["-c", "-fPIC"])
                .arg(beside(file));
            done(compile.arg("-o").arg(&object))?;
            objects.push(object);
        }
        let (tool, arguments): (_, &[&str]) = match made.extension().and_then(|e| e.to_str()) {
            Some("a") => ("ar", &["rcs"]),
            Some("so") => ("cc", &["-shared", "-o"]),
            _ => ("ld", &["-r", "-o"]),
        };
        let mut make = Command::new(tool);
        make.args(arguments);
        done(make.arg(&made).args(&objects))?;
    }
    Ok(sources)
}

/// Runs a step of the ordinary build.
fn done(command: &mut Command) -> Result<(), String> {
    let built = outcome::run(command, b"", LIMIT)?;
    match built.end {
        program::End::Exit(0) => Ok(()),
        _ => Err(format!(
            "{command:?} fails\n{}",
            String::from_utf8_lossy(&built.stderr)
        )),
    }
}
