//! Wrong arguments end with 2, wrong sources with 1, and both with words that name the fault; nothing is left behind.

#[path = "support/sandbox.rs"]
mod sandbox;

use std::ffi::OsStr;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::process::Command;

use sandbox::Sandbox;

const MAIN: &str = "fn main() { println!(\"hello\") }";

#[test]
fn wrong_usage_ends_with_two() {
    let sandbox = Sandbox::new(&[("a.rs", "pub fn f() {}")]);
    let cases: [(&[&str], &[&str]); 16] = [
        (&["frobnicate"], &["unrecognized subcommand 'frobnicate'"]),
        (&["call", "--frob", "a.rs", "1"], &["'--frob'"]),
        (&["call", "a.rs"], &["<EXPRESSION>"]),
        (&["run"], &["<SOURCE>"]),
        (&["run", "a.rs", "extra"], &["'extra'", "-- <ARGUMENTS>"]),
        (
            &["call", "a.rs", "1", "--dep", ""],
            &["NAME@REQ", "serde_json@1"],
        ),
        (
            &["call", "a.rs", "1", "--dep", "x@"],
            &["'x@'", "serde_json@1"],
        ),
        (
            &["call", "a.rs", "1", "--dep", "@1"],
            &["'@1'", "serde_json@1"],
        ),
        (&["run", "a.rs", "--env", "KEY"], &["'KEY'", "KEY=VALUE"]),
        (&["run", "a.rs", "--env", "=x"], &["'=x'", "KEY=VALUE"]),
        (
            &["exports", "a.rs", "--edition", "1999"],
            &["'1999'", "2024"],
        ),
        (
            &["exports", "a.rs", "--opt-level", "9"],
            &["'9'", "0, 1, 2, 3, s, z"],
        ),
        (
            &["exports", "a.rs", "--time-limit", "soon"],
            &["'soon'", "above 0"],
        ),
        (
            &["exports", "a.rs", "--time-limit", "-1"],
            &["'-1'", "above 0"],
        ),
        (
            &["exports", "a.rs", "--time-limit", "0"],
            &["'0'", "above 0"],
        ),
        (
            &["exports", "a.rs", "--time-limit", "1e300"],
            &["'1e300'", "seconds"],
        ),
    ];
    for (arguments, words) in cases {
        let shown = sandbox.run(arguments);
        shown.failed(2, words);
        assert_eq!(shown.stdout, "");
    }
    let shown = sandbox.run::<&str>([]);
    shown.failed(2, &["Usage: jitney <COMMAND>"]);
}

#[test]
fn sources_that_cannot_be_used_end_with_one() {
    let files = [
        ("empty.rs", ""),
        ("comments.rs", "// nothing else\n"),
        ("main.rs", MAIN),
        ("add.rs", "pub fn add() {}"),
        ("syntax.rs", "pub fn f( {"),
        ("type.rs", "fn main() {\n    let _: u8 = \"x\";\n}"),
        ("nul.rs", "pub fn f() {}\0"),
        (
            "allocator.rs",
            "#[global_allocator]\nstatic A: std::alloc::System = std::alloc::System;\nfn main() {}",
        ),
        (
            "undefined.rs",
            "unsafe extern \"C\" { safe fn nowhere(); safe fn nor_here(); }\nfn main() { nowhere(); nor_here(); }",
        ),
        ("no_main.rs", "#![no_main]\npub fn f() {}"),
    ];
    let sandbox = Sandbox::new(&files);
    std::fs::write(sandbox.path("binary.rs"), b"\x7fELF\x02\x01\x01\xff").unwrap();
    let cases: [(&str, &str, &[&str]); 19] = [
        (
            "run",
            "missing.rs",
            &["`missing.rs`", "there is no such file"],
        ),
        (
            "exports",
            "missing.rs",
            &["`missing.rs`", "there is no such file"],
        ),
        ("run", ".", &["`.`", "it is a folder"]),
        ("exports", ".", &["`.`", "it is a folder"]),
        ("run", "binary.rs", &["`binary.rs`", "line 1 is not UTF-8"]),
        (
            "exports",
            "binary.rs",
            &["`binary.rs`", "line 1 is not UTF-8"],
        ),
        ("run", "empty.rs", &["`empty.rs` is empty"]),
        ("exports", "empty.rs", &["`empty.rs` is empty"]),
        (
            "run",
            "comments.rs",
            &["E0601", "`main` function not found"],
        ),
        ("exports", "comments.rs", &["`comments.rs` is empty"]),
        ("exports", "main.rs", &["has `main`", "`jitney run`"]),
        ("run", "add.rs", &["E0601", "add.rs:1:"]),
        ("run", "syntax.rs", &["unclosed delimiter", "syntax.rs:1:"]),
        ("run", "type.rs", &["E0308", "type.rs:2:17"]),
        (
            "exports",
            "nul.rs",
            &["unknown start of token", "nul.rs:1:14"],
        ),
        (
            "exports",
            "allocator.rs",
            &["allocator.rs:2: `#[global_allocator]`"],
        ),
        (
            "run",
            "undefined.rs",
            &["2 undefined", "`nowhere`", "`nor_here`"],
        ),
        (
            "run",
            "no_main.rs",
            &["`no_main` has no `main`", "extern \"C\" fn main"],
        ),
        (
            "call",
            "missing.rs",
            &["`missing.rs`", "there is no such file"],
        ),
    ];
    for (command, source, words) in cases {
        let expression = (command == "call").then_some("1");
        let shown = sandbox.run([command, source].into_iter().chain(expression));
        shown.failed(1, words);
        assert!(shown.stderr.starts_with("error"), "{shown:?}");
        assert_eq!(shown.stdout, "");
    }
    // With no function of its own, a text is still a scope for an expression.
    for source in ["empty.rs", "comments.rs", "main.rs"] {
        sandbox.run(["call", source, "1 + 1"]).printed("2\n");
    }
    let not_utf8 = sandbox.path(OsStr::from_bytes(b"\xff.rs"));
    std::fs::write(&not_utf8, MAIN).unwrap();
    let shown = sandbox.run([OsStr::new("run"), not_utf8.as_os_str()]);
    shown.failed(1, &["its path is not UTF-8", "rename it"]);
}

#[test]
fn options_at_fault_are_named() {
    let sandbox = Sandbox::new(&[("main.rs", MAIN), ("file", "")]);
    let cases: [(&[&str], &[&str]); 6] = [
        (&["--rustc-flag", "--nonsense"], &["nonsense"]),
        (&["--rustc-flag=-Cbanana=1"], &["`banana`"]),
        (
            &["--rustc-flag", "--version"],
            &["wrote no object", "`--version`"],
        ),
        (&["--keep", "file/below"], &["cannot create `file/below`"]),
        (&["--dep", "no such@1"], &["`no such`", "letters, digits"]),
        (
            &["--dep", "itoa@1", "--offline"],
            &["build once without offline", "itoa"],
        ),
    ];
    for (options, words) in cases {
        let mut command = sandbox.command(["run", "main.rs"].iter().chain(options));
        // Nothing is cached there.
        command.env("CARGO_HOME", sandbox.path("cargo"));
        sandbox.finish(&mut command).failed(1, words);
    }
}

#[test]
fn a_machine_without_what_it_takes_is_told_by_every_command() {
    let sandbox = Sandbox::new(&[("main.rs", MAIN), ("file", "")]);
    let broken: [(&str, &str, &[&str]); 3] = [
        (
            "JITNEY_RUSTC",
            "/nowhere",
            &["`/nowhere` is not a toolchain", "no such file"],
        ),
        (
            "JITNEY_RUSTC",
            "file",
            &["`file` does not run as a Rust compiler"],
        ),
        ("TMPDIR", "file", &["temporary folder `file`", "set TMPDIR"]),
    ];
    for (variable, value, words) in broken {
        let shown = sandbox.finish(sandbox.command(["run", "main.rs"]).env(variable, value));
        shown.failed(1, words);
        let shown = sandbox.finish(sandbox.command(["doctor"]).env(variable, value));
        assert_eq!(shown.code, Some(1));
        assert!(
            shown.stdout.contains("MISSING") && shown.stdout.contains(words[0]),
            "{shown:?}"
        );
    }
    let shown = sandbox.run(["doctor"]);
    assert_eq!((shown.code, shown.stderr.as_str()), (Some(0), ""));
    assert!(
        !shown.stdout.contains("MISSING") && shown.stdout.contains("add(5, 6) = 11"),
        "{shown:?}"
    );
}

#[test]
fn a_stripped_command_says_which_profile_line_to_change() {
    let sandbox = Sandbox::new(&[("main.rs", MAIN)]);
    let stripped = sandbox.path("jitney");
    let strip = Command::new("strip")
        .arg("-o")
        .arg(&stripped)
        .arg(env!("CARGO_BIN_EXE_jitney"))
        .status();
    if strip.is_err() {
        let why = "skipped: a_stripped_command_says_which_profile_line_to_change: there is no `strip` here\n";
        // Past the test harness, which keeps back what `eprintln!` writes.
        std::io::stderr().write_all(why.as_bytes()).unwrap();
        return;
    }
    let line = "`strip = \"debuginfo\"`";
    for arguments in [
        &["run", "main.rs"][..],
        &["call", "main.rs", "1"],
        &["exports", "main.rs"],
    ] {
        let shown = sandbox.finish(&mut sandbox.command_of(&stripped, arguments));
        shown.failed(1, &["stripped of its symbols", line]);
    }
    let shown = sandbox.finish(&mut sandbox.command_of(&stripped, ["doctor"]));
    assert_eq!(shown.code, Some(1));
    assert!(shown.stdout.contains(line), "{shown:?}");
}
