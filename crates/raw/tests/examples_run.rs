//! The examples `hello` and `add` print what they promise, or say plainly that they are for another processor.
#![cfg(unix)]

mod emulator;

use std::{
    env::consts::EXE_SUFFIX,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// An example's program. It lies near the tests, where `cargo test` puts it; where one test was asked for alone, it may
/// have to be built.
fn example(name: &str) -> Command {
    let tests = std::env::current_exe().unwrap();
    let tests = tests.parent().unwrap();
    let profile = tests.parent().unwrap();
    let program: PathBuf = profile.join("examples").join(format!("{name}{EXE_SUFFIX}"));
    if !program.exists() {
        let built = Command::new(env!("CARGO"))
            .args([
                "build",
                "--quiet",
                "--offline",
                "--package",
                "jitney-raw",
                "--example",
                name,
                "--target-dir",
            ])
            .arg(profile.parent().unwrap())
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
            .status();
        assert!(built.unwrap().success());
    }
    emulator::command(&program)
}

fn run(command: &mut Command) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    (
        status.code(),
        String::from_utf8(stdout).unwrap(),
        String::from_utf8(stderr).unwrap(),
    )
}

#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn hello() {
    let printed = |text: &str| (Some(0), text.to_owned(), String::new());
    assert_eq!(
        run(&mut example("hello")),
        printed("Hello World!\nHello again!\n")
    );
    let long = "ä".repeat(10_000);
    assert_eq!(
        run(example("hello").arg(&long)),
        printed(&format!("{long}\nHello again!\n"))
    );
}

#[test]
#[cfg(all(feature = "assemble", target_os = "linux", target_arch = "x86_64"))]
fn add_by_each_assembler() {
    let printed = |assembler, sum| {
        (
            Some(0),
            format!("{assembler}: f2 0f 58 c1 c3\n{sum}\n"),
            String::new(),
        )
    };
    match Command::new("fasm").output() {
        Ok(_) => assert_eq!(
            run(&mut example("add")),
            printed("fasm", "1000 + 2456 = 3456")
        ),
        Err(_) => println!("skipped: there is no fasm here"),
    }
    // With a PATH that has nothing but the compiler.
    let tools = tempfile::tempdir().unwrap();
    let rustc = Command::new("rustc")
        .args(["--print", "sysroot"])
        .output()
        .unwrap();
    let sysroot = PathBuf::from(String::from_utf8(rustc.stdout).unwrap().trim());
    std::os::unix::fs::symlink(sysroot.join("bin/rustc"), tools.path().join("rustc")).unwrap();
    let mut alone = example("add");
    alone
        .env("PATH", tools.path())
        .env_remove("RUSTC")
        .args(["-0.5", "1e3"]);
    assert_eq!(run(&mut alone), printed("rustc", "-0.5 + 1000 = 999.5"));

    let (code, stdout, stderr) = run(example("add").args(["1", "x"]));
    let refusal = "error: give two numbers, as in `add 1000 2456`\n";
    assert_eq!((code, &*stdout, &*stderr), (Some(2), "", refusal));
}

#[test]
#[cfg(not(target_arch = "x86_64"))]
fn or_say_that_they_are_for_another_processor() {
    for name in ["hello", "add"] {
        let (code, stdout, stderr) = run(&mut example(name));
        assert_eq!((code, &*stdout), (Some(1), ""));
        assert!(
            stderr.starts_with("error: the machine code of this example is for "),
            "{stderr}"
        );
    }
}
