//! The folder of a Cargo package as a source: the same program by `cargo run` and by `jitney run`, and what is built again
//! after a change.

#[path = "support/sandbox.rs"]
mod sandbox;

use std::fs;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};

use sandbox::{Sandbox, Shown};

/// A sandbox with a copy of the workspace `packages/everything` in `ws`.
fn with_everything() -> Sandbox {
    let sandbox = Sandbox::new(&[]);
    let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/packages/everything");
    copy(&original, &sandbox.path("ws"));
    sandbox
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let copied = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &copied),
            false => drop(fs::copy(entry.path(), copied).unwrap()),
        }
    }
}

fn with_input(command: &mut Command, input: &str) -> Shown {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    Shown {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// An ordinary cargo, as a user would start it, and not as a part of this test's own build.
fn cargo(sandbox: &Sandbox, arguments: &[&str]) -> Command {
    let mut command = sandbox.command_of(Path::new(env!("CARGO")), arguments);
    for (name, _) in std::env::vars() {
        if name.starts_with("CARGO") && name != "CARGO_HOME" {
            command.env_remove(name);
        }
    }
    command
}

/// The names of the programs that a `--verbose` run says it started.
fn started(shown: &Shown) -> Vec<&str> {
    let of_line = |line: &'_ str| -> Option<usize> {
        let program = line.strip_prefix('/')?.split(' ').next()?;
        Some(program.len() + 1)
    };
    let lines = shown.stderr.lines();
    lines
        .filter_map(|line| Path::new(&line[..of_line(line)?]).file_name()?.to_str())
        .collect()
}

#[test]
fn a_program_of_a_workspace_is_what_cargo_makes_of_it() {
    let sandbox = with_everything();
    let arguments = ["a", "b c"];
    let mut by_cargo = cargo(
        &sandbox,
        &["run", "-q", "--manifest-path", "ws/app/Cargo.toml", "--"],
    );
    let by_cargo = with_input(by_cargo.args(arguments), "hi\n");
    assert_eq!(by_cargo.code, Some(3), "{by_cargo:?}");
    let by_us = with_input(
        sandbox.command(["run", "ws/app", "--"]).args(arguments),
        "hi\n",
    );
    assert_eq!(by_us.stdout, by_cargo.stdout);
    assert_eq!(
        (by_us.code, &by_us.stderr),
        (by_cargo.code, &by_cargo.stderr)
    );

    sandbox
        .run(["run", "ws/app", "--bin", "second"])
        .printed("second 7\n");
    let quiet = sandbox.run([
        "call",
        "ws/app",
        "facts()[2].clone()",
        "--features",
        "quiet",
    ]);
    quiet.printed("\"loud true quiet true\"\n");
    // Another time nothing but the package itself is compiled, and no cargo is started; and then nothing at all.
    sandbox
        .run(["call", "ws/app", "TABLE"])
        .printed("[7, 8, 9]\n");
    let compiled = sandbox.run(["call", "ws/app", "TABLE[1]", "--verbose"]);
    assert_eq!(
        (compiled.code, started(&compiled)),
        (Some(0), vec!["rustc"]),
        "{compiled:?}"
    );
    let cached = sandbox.run(["call", "ws/app", "TABLE[1]", "--verbose"]);
    assert_eq!(
        (cached.code, started(&cached)),
        (Some(0), vec![]),
        "{cached:?}"
    );
}

#[test]
fn what_changed_is_built_again() {
    let sandbox = with_everything();
    let first = sandbox.run(["call", "ws/app", "(TABLE[0], inner::deep())"]);
    first.printed("(7, \"app/src/inner.rs:3\")\n");

    let edit = |file: &str, from: &str, to: &str| {
        let path = sandbox.path("ws").join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file}");
        fs::write(&path, text.replace(from, to)).unwrap();
    };
    edit(
        "app/src/inner.rs",
        "concat!(file!(), \":\", line!())",
        "\"edited\"",
    );
    sandbox
        .run(["call", "ws/app", "inner::deep()"])
        .printed("\"edited\"\n");
    edit("app/make/build.rs", "[7, 8, 9]", "[17, 8, 9]");
    sandbox.run(["call", "ws/app", "TABLE[0]"]).printed("17\n");
    edit("app/native/twice.c", "2 * x", "100 * x");
    sandbox
        .run(["call", "ws/app", "facts()[3].clone()"])
        .printed("\"[17, 8, 9] 2100 12\"\n");
    edit("shapes/src/lib.rs", "* 3.0", "* 4.0");
    sandbox
        .run(["call", "ws/app", "facts()[3].clone()"])
        .printed("\"[17, 8, 9] 2100 16\"\n");
    edit("app/data/words.txt", "one two", "one");
    sandbox
        .run(["call", "ws/app", "facts()[4].clone()"])
        .printed("\"one three 9\"\n");
    edit("app/Cargo.toml", "default = [\"loud\"]", "default = []");
    sandbox
        .run(["call", "ws/app", "facts()[2].clone()"])
        .printed("\"loud false quiet false\"\n");
}

#[test]
fn mistakes_are_named_with_the_users_own_paths() {
    let sandbox = with_everything();
    let file = sandbox.path("ws/app/src/inner.rs");
    let good = fs::read_to_string(&file).unwrap();
    fs::write(
        &file,
        format!("{good}\npub fn bad() -> u8 {{ \"text\" }}\n"),
    )
    .unwrap();
    for command in [
        &["run", "ws/app"][..],
        &["call", "ws/app", "1"],
        &["exports", "ws/app"],
    ] {
        sandbox
            .run(command)
            .failed(1, &["mismatched types", "app/src/inner.rs:11:"]);
    }
    // A library is compiled from copies, but its messages lead to the user's files.
    sandbox
        .run(["exports", "ws/app"])
        .failed(1, &["--> ws/app/src/inner.rs:11:22"]);
    fs::write(&file, good).unwrap();

    let script = sandbox.path("ws/app/make/build.rs");
    fs::write(&script, "fn main() { panic!(\"no luck\") }").unwrap();
    let failed = sandbox.run(["run", "ws/app"]);
    assert!(
        failed.code == Some(1) && failed.stderr.contains("no luck"),
        "{failed:?}"
    );
    fs::write(&script, "fn main() {}").unwrap();
    sandbox
        .run(["run", "ws/app"])
        .failed(1, &["`MADE_BY` not defined"]);
}

#[test]
fn what_is_no_package_with_a_program_is_refused_with_the_reason() {
    let sandbox = with_everything();
    sandbox.run(["run", "ws"]).failed(
        1,
        &["it is a workspace; give the folder of one of its members"],
    );
    sandbox
        .run(["run", "ws/shapes"])
        .failed(1, &["only a library", "jitney call"]);
    sandbox
        .run(["call", "ws/words", "1"])
        .failed(1, &["procedural macro"]);
    sandbox
        .run(["run", "ws/app", "--bin", "third"])
        .failed(1, &["no program `third`; it has `my-app`, `second`"]);
    sandbox
        .run(["run", "ws/app", "--features", "none"])
        .failed(1, &["none"]);
    sandbox
        .run(["run", "ws/app", "--dep", "itoa@1"])
        .failed(1, &["those of its Cargo.toml"]);
    fs::create_dir(sandbox.path("empty")).unwrap();
    sandbox
        .run(["run", "empty"])
        .failed(1, &["it is a folder without a Cargo.toml"]);
    fs::write(sandbox.path("empty/Cargo.toml"), "[package]\nname = ").unwrap();
    sandbox
        .run(["run", "empty"])
        .failed(1, &["the folder `empty`", "Cargo.toml:2:8"]);
}

#[test]
fn a_signal_ends_cargo_and_all_that_it_started() {
    let script = "fn main() {
        let mut pipe = std::fs::File::options().write(true).open(\"../pipe\").unwrap();
        std::io::Write::write_all(&mut pipe, b\"x\").unwrap();
        loop { std::thread::park() }
    }";
    let sandbox = Sandbox::new(&[]);
    let write = |name: &str, text: &str| {
        let path = sandbox.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "endless/Cargo.toml",
        "[package]\nname = \"endless\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    );
    write("endless/src/main.rs", "fn main() {}");
    write("endless/build.rs", script);
    let pipe =
        std::ffi::CString::new(sandbox.path("pipe").into_os_string().into_encoded_bytes()).unwrap();
    // SAFETY: the path is a C string.
    assert_eq!(unsafe { libc::mkfifo(pipe.as_ptr(), 0o600) }, 0);

    let mut child = sandbox
        .command(["run", "endless"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The script has opened the other end once there is something to read, and closes it by its end alone.
    let mut pipe = fs::File::open(sandbox.path("pipe")).unwrap();
    let mut byte = [0];
    pipe.read_exact(&mut byte).unwrap();
    // SAFETY: the process is a child that has not been waited for.
    unsafe { libc::kill(child.id().cast_signed(), libc::SIGTERM) };
    assert_eq!(pipe.read_to_end(&mut Vec::new()).unwrap(), 0);
    let status = child.wait().unwrap();
    assert_eq!(status.signal(), Some(libc::SIGTERM), "{status}");
    sandbox.is_clean();
    // Of jitney's own, only what it keeps for the next build is left.
    let dependencies = sandbox.path("../cache/jitney/dependencies");
    let left = fs::read_dir(dependencies).unwrap();
    for name in left.map(|entry| entry.unwrap().file_name().into_string().unwrap()) {
        assert!(
            ["lock", "in-use", "grown"].contains(&name.as_str()) || name.starts_with("rustc-"),
            "left behind: {name}"
        );
    }
}
