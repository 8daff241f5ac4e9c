//! `jitney symbols` keeps the symbols of a program, and the program works without its own: the
//! command itself, stripped.

use std::path::Path;
use std::process::{Command, Output};

fn run(program: impl AsRef<std::ffi::OsStr>, arguments: &[&Path]) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).env_remove("JITNEY_SYMBOLS");
    command.output().expect("the program starts")
}

const JITNEY: &str = env!("CARGO_BIN_EXE_jitney");

#[test]
fn a_stripped_program_works_with_its_symbols_beside_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let stripped = folder.path().join("stripped");
    let strip = Command::new("strip")
        .arg(JITNEY)
        .arg("-o")
        .arg(&stripped)
        .status();
    if !strip.is_ok_and(|status| status.success()) {
        eprintln!("skipped: strip is not installed");
        return;
    }
    let source = folder.path().join("add.rs");
    std::fs::write(&source, "pub fn add(a: i32, b: i32) -> i32 { a + b }").expect("it is written");
    let call = || {
        run(
            &stripped,
            &[Path::new("call"), &source, Path::new("add(5, 6)")],
        )
    };

    let refused = call();
    let message = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{message}");
    assert!(message.contains("jitney symbols"), "{message}");

    let beside = folder.path().join("stripped.symbols");
    let written = run(
        JITNEY,
        &[
            Path::new("symbols"),
            JITNEY.as_ref(),
            Path::new("-o"),
            &beside,
        ],
    );
    assert!(written.status.success(), "{written:?}");
    let output = call();
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "11\n", "{message}");
}

#[test]
fn what_has_no_symbols_is_refused_and_nothing_is_written() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = folder.path().join("text");
    std::fs::write(&text, "no program").expect("it is written");
    let symbols = Path::new("symbols");
    for (program, reason) in [
        (text.as_path(), "no 64-bit ELF file"),
        (Path::new("/nowhere/program"), "No such file"),
        (folder.path(), "no regular file"),
    ] {
        let output = run(JITNEY, &[symbols, program]);
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{message}");
        let path = program.display().to_string();
        assert!(
            message.contains(&path) && message.contains(reason),
            "{message}"
        );
    }
    let nowhere = Path::new("/nowhere/symbols");
    let output = run(
        JITNEY,
        &[symbols, JITNEY.as_ref(), Path::new("-o"), nowhere],
    );
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(message.contains("/nowhere/symbols"), "{message}");
    let left = std::fs::read_dir(folder.path()).expect("the folder is there");
    assert_eq!(left.count(), 1);
}
