//! However the command is ended, no compiler goes on and no file is left; and output that nobody reads is no failure.

#[path = "support/sandbox.rs"]
mod sandbox;

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sandbox::Sandbox;

const ENDLESS: &str = "#![allow(long_running_const_eval)]\npub const X: u8 = { loop {} };\nfn main() { X; }\npub fn f() -> u8 { X }";

/// A compiler that says on a pipe when it compiles, holds the pipe open for as long as it lives, and takes its time.
fn slow_compiler(sandbox: &Sandbox) -> (PathBuf, PathBuf) {
    let (pipe, script) = (sandbox.path("pipe"), sandbox.path("rustc"));
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let text = format!(
        "#!/bin/sh\ncase $* in *--emit=obj*) exec 9>'{}'; echo compiling >&9; exec sleep 60;; esac\nexec rustc \"$@\"\n",
        pipe.display()
    );
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    (script, pipe)
}

#[test]
fn a_signal_ends_the_compiler_and_removes_its_files() {
    // To the command alone, as `kill` sends it, and to the whole group, as a terminal's Ctrl-C does; with a time limit,
    // the compiler has a group of its own.
    let run: &[&str] = &["run", "main.rs"];
    let call: &[&str] = &["call", "main.rs", "1", "--time-limit", "100"];
    for (signal, whole_group, arguments) in [
        (libc::SIGINT, false, run),
        (libc::SIGINT, true, call),
        (libc::SIGTERM, false, call),
        (libc::SIGHUP, true, run),
    ] {
        let sandbox = Sandbox::new(&[("main.rs", "fn main() {}")]);
        let (rustc, pipe) = slow_compiler(&sandbox);
        let mut child = sandbox
            .command(arguments)
            .env("JITNEY_RUSTC", rustc)
            .process_group(0)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut pipe = fs::File::open(pipe).unwrap();
        let mut said = [0; 10];
        pipe.read_exact(&mut said).unwrap();
        assert_eq!(&said, b"compiling\n");

        let began = Instant::now();
        let id = child.id().cast_signed();
        // SAFETY: the process is a child that has not been waited for.
        unsafe { libc::kill(if whole_group { -id } else { id }, signal) };
        let status = child.wait().unwrap();
        // The pipe ends with the last process that holds it.
        pipe.read_to_end(&mut Vec::new()).unwrap();
        assert!(began.elapsed() < Duration::from_secs(30));
        assert_eq!(status.signal(), Some(signal), "{status}");
        let mut said = String::new();
        child.stderr.unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(said, "");
        sandbox.is_clean();
    }
}

#[test]
fn a_program_has_the_signals_to_itself() {
    let source = "fn main() { println!(\"running\"); std::thread::sleep(std::time::Duration::from_secs(60)) }";
    let sandbox = Sandbox::new(&[("main.rs", source)]);
    let mut child = sandbox
        .command(["run", "main.rs"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = [0; 8];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut said).unwrap();
    assert_eq!(&said, b"running\n");
    sandbox.is_clean();
    // SAFETY: the process is a child that has not been waited for.
    unsafe { libc::kill(child.id().cast_signed(), libc::SIGINT) };
    assert_eq!(child.wait().unwrap().signal(), Some(libc::SIGINT));
}

#[test]
fn the_time_limit_holds_for_every_command() {
    let sandbox = Sandbox::new(&[("endless.rs", ENDLESS)]);
    for (command, expression) in [("run", None), ("call", Some("f()")), ("exports", None)] {
        let arguments = [command, "--time-limit", "0.3", "endless.rs"];
        let shown = sandbox.run(arguments.into_iter().chain(expression));
        shown.failed(1, &["rustc (compiling `endless`)", "time limit is 0.3 s"]);
    }
}

#[test]
fn kept_files_are_in_the_named_folder_alone() {
    let text = "pub fn add(a: i32, b: i32) -> i32 { a + b }";
    let sandbox = Sandbox::new(&[("add.rs", text)]);
    let shown = sandbox.run(["call", "--keep", "kept/deep", "add.rs", "add(5, 6)"]);
    shown.printed("11\n");
    let names = |folder: &str| {
        let entries = fs::read_dir(sandbox.path(folder)).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names(""), ["add.rs", "kept"]);
    assert!(names("kept/deep").contains(&"add.o".to_owned()));
    // Not even beside the source is it replaced.
    sandbox
        .run(["call", "--keep", ".", "add.rs", "add(5, 6)"])
        .printed("11\n");
    assert_eq!(fs::read_to_string(sandbox.path("add.rs")).unwrap(), text);
}

#[test]
fn a_reader_that_went_away_is_no_failure() {
    let sandbox = Sandbox::new(&[("f.rs", "pub fn f() {}")]);
    let chatty = "for n in 0..100_000 { println!(\"{n}\") }";
    for arguments in [
        &["doctor"][..],
        &["doctor", "--json"],
        &["exports", "f.rs"],
        &["exports", "--json", "f.rs"],
        &["call", "f.rs", "7"],
        &["call", "f.rs", chatty],
        &["--help"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = sandbox.command(arguments);
        let child = command.stdout(writer).stderr(Stdio::piped()).spawn();
        drop(command);
        let output = child.unwrap().wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            (output.status.code(), said.as_ref()),
            (Some(0), ""),
            "{arguments:?}"
        );
        sandbox.is_clean();
    }
}

#[test]
fn output_that_cannot_be_written_is_told() {
    let sandbox = Sandbox::new(&[("f.rs", "pub fn f() {}")]);
    for arguments in [
        &["doctor"][..],
        &["exports", "f.rs"],
        &["call", "f.rs", "7"],
    ] {
        let full = fs::File::create("/dev/full").unwrap();
        let mut command = sandbox.command(arguments);
        let child = command.stdout(full).stderr(Stdio::piped()).spawn();
        let output = child.unwrap().wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(
            said.starts_with("error: cannot write to standard output: No space left"),
            "{arguments:?}: {said}"
        );
    }
    // An error that cannot be told is an error all the same.
    let full = fs::File::create("/dev/full").unwrap();
    let mut command = sandbox.command(["run", "missing.rs"]);
    assert_eq!(command.stderr(full).status().unwrap().code(), Some(1));
}

#[test]
fn input_arguments_and_exit_code_are_the_programs() {
    let source = "use std::io::Read;
        fn main() {
            let mut input = String::new();
            std::io::stdin().read_to_string(&mut input).unwrap();
            let arguments: Vec<String> = std::env::args().collect();
            print!(\"{} {arguments:?}\", input.to_uppercase());
            std::process::exit(input.len() as i32)
        }";
    let sandbox = Sandbox::new(&[("main.rs", source), ("input", "abc")]);
    let mut command = sandbox.command(["run", "main.rs", "--", "a", "--flag", "-x"]);
    let input = fs::File::open(sandbox.path("input")).unwrap();
    let shown = sandbox.finish(command.stdin(input));
    assert_eq!(
        (shown.code, shown.stdout.as_str()),
        (Some(3), "ABC [\"main.rs\", \"a\", \"--flag\", \"-x\"]")
    );
}
