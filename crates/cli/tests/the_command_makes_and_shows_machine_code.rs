//! `jitney asm`, `dis` and `extract`: text to bytes, bytes to text, functions out of objects, and what they refuse.

#[path = "support/sandbox.rs"]
mod sandbox;

use std::io::Write;
use std::process::{Command, Stdio};

use sandbox::{Sandbox, Shown};

const ADD: &str = "lea rax, [rdi + rsi]\nret\n";
const ADD_BYTES: [u8; 5] = [0x48, 0x8d, 0x04, 0x37, 0xc3];

const RUST: &str = "#![no_std]
#[unsafe(no_mangle)] pub extern \"C\" fn inc(x: i64) -> i64 { x.wrapping_add(1) }
#[unsafe(no_mangle)] pub extern \"C\" fn line(x: f64) -> f64 { x * 3.25 + 1.5 }
";

/// The text is what standard input holds.
fn with_stdin(sandbox: &Sandbox, words: &[&str], text: &[u8]) -> Shown {
    let mut command = sandbox.command(words);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(text).unwrap();
    let output = child.wait_with_output().unwrap();
    sandbox.is_clean();
    Shown {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A sandbox with an object of rustc's, `inc.o`.
fn with_object() -> Sandbox {
    let sandbox = Sandbox::new(&[("inc.rs", RUST)]);
    let compiled = Command::new("rustc")
        .args([
            "--edition=2024",
            "--crate-type=lib",
            "--emit=obj",
            "-O",
            "inc.rs",
        ])
        .current_dir(sandbox.path(""))
        .status();
    assert!(compiled.unwrap().success());
    sandbox
}

#[test]
fn text_becomes_bytes() {
    let sandbox = Sandbox::new(&[("add.asm", ADD), ("add.s", "lea (%rdi,%rsi), %rax\nret\n")]);
    for source in ["add.asm", "add.s"] {
        sandbox.run(["asm", source, "-o", "add.bin"]).printed("");
        assert_eq!(std::fs::read(sandbox.path("add.bin")).unwrap(), ADD_BYTES);
    }
    sandbox
        .run(["asm", "add.asm", "--hex"])
        .printed("48 8d 04 37 c3\n");
    sandbox
        .run(["asm", "add.asm", "--hex", "-o", "add.hex"])
        .printed("");
    assert_eq!(
        std::fs::read(sandbox.path("add.hex")).unwrap(),
        b"48 8d 04 37 c3\n"
    );
    with_stdin(&sandbox, &["asm", "-", "--hex", "-o", "-"], ADD.as_bytes())
        .printed("48 8d 04 37 c3\n");
    with_stdin(&sandbox, &["asm", "--att", "-", "--hex"], b"ret\n").printed("c3\n");
    with_stdin(&sandbox, &["asm", "-"], b".ascii \"in a pipe\"").printed("in a pipe");
}

#[test]
fn by_the_assembler_that_is_asked_for_or_that_the_name_says() {
    for tool in ["nasm", "fasm"] {
        if Command::new(tool).arg("--version").output().is_err() {
            eprintln!("skipped: there is no {tool}");
            continue;
        }
        let named = format!("add.{tool}");
        let sandbox = Sandbox::new(&[(&named, ADD), ("add.asm", ADD)]);
        sandbox
            .run(["asm", &named, "--hex"])
            .printed("48 8d 04 37 c3\n");
        sandbox
            .run(["asm", "add.asm", "--with", tool, "--hex"])
            .printed("48 8d 04 37 c3\n");
        let absent = sandbox.finish(sandbox.command(["asm", &named]).env("PATH", "/nowhere"));
        absent.failed(1, &[&format!("no `{tool}`"), "not on the PATH"]);
    }
}

#[test]
fn a_text_that_is_wrong_leaves_the_old_bytes() {
    let sandbox = Sandbox::new(&[
        ("bad.asm", "nop\n bogus rax\n"),
        ("far.asm", "call there\n"),
        ("old.bin", "old"),
    ]);
    let bad = sandbox.run(["asm", "bad.asm", "-o", "old.bin"]);
    bad.failed(
        1,
        &["error: invalid instruction mnemonic 'bogus'", "bad.asm:2:2"],
    );
    assert!(bad.stderr.starts_with("error: invalid"), "{}", bad.stderr);
    sandbox
        .run(["asm", "far.asm", "-o", "old.bin"])
        .failed(1, &["error: far.asm: the bytes would not stand alone: R_X86_64_PLT32 at offset 0x1 refers to `there`"]);
    assert_eq!(std::fs::read(sandbox.path("old.bin")).unwrap(), b"old");
    sandbox
        .run(["asm", "none.asm"])
        .failed(1, &["error: none.asm: No such file"]);
    with_stdin(&sandbox, &["asm", "-"], b"\xff").failed(1, &["<stdin>: it is not UTF-8 text"]);
    sandbox
        .run(["asm", "far.asm", "-o", "no/such/folder"])
        .failed(1, &["error: "]);
    let left = std::fs::read_dir(sandbox.path("")).unwrap().count();
    assert_eq!(left, 3);
}

#[test]
fn no_compiler_is_said() {
    let sandbox = Sandbox::new(&[("add.asm", ADD)]);
    let mut command = sandbox.command(["asm", "add.asm"]);
    let lonely = command
        .env("PATH", "/nowhere")
        .env("CARGO_HOME", "/nowhere")
        .env("HOME", "/nowhere");
    sandbox
        .finish(lonely)
        .failed(1, &["no `rustc`", "JITNEY_RUSTC"]);
    let broken = sandbox.finish(
        sandbox
            .command(["asm", "add.asm"])
            .env("JITNEY_RUSTC", "/nowhere/rustc"),
    );
    broken.failed(1, &["`/nowhere/rustc` is of no use"]);
}

#[test]
fn bad_usage_ends_with_2() {
    let sandbox = Sandbox::new(&[("add.asm", ADD)]);
    for words in [
        &["asm"][..],
        &["asm", "add.asm", "--with", "masm"],
        &["asm", "add.asm", "--with", "rustc", "--att"],
        &["extract", "add.asm"],
        &["dis"],
        &["dis", "add.asm", "--address", "here"],
        &["dis", "add.asm", "--machine", "z80"],
    ] {
        assert_eq!(sandbox.run(words).code, Some(2), "{words:?}");
    }
}

#[test]
fn bytes_become_text() {
    let sandbox = Sandbox::new(&[("add.asm", ADD)]);
    sandbox.run(["asm", "add.asm", "-o", "add.bin"]).printed("");
    sandbox.run(["dis", "add.bin", "--address", "0x1000", "--machine", "x86_64"]).printed(
        "    1000:  48 8d 04 37           lea rax,[rdi+rsi]\n    1004:  c3                    ret\n",
    );
    sandbox
        .run(["dis", "add.bin", "--offset", "4", "--machine", "x86_64"])
        .printed("       0:  c3                    ret\n");
    sandbox.run(["dis", "add.bin", "--offset", "6"]).failed(
        1,
        &["add.bin: it has 5 bytes, and offset 0x6 lies behind them"],
    );
    sandbox
        .run(["dis", "none.bin"])
        .failed(1, &["none.bin: No such file"]);
}

#[test]
fn functions_are_taken_out_and_shown() {
    let sandbox = with_object();
    sandbox
        .run(["extract", "inc.o", "inc", "-o", "inc.bin"])
        .printed("");
    assert_eq!(
        std::fs::read(sandbox.path("inc.bin")).unwrap(),
        [0x48, 0x8d, 0x47, 0x01, 0xc3]
    );
    sandbox.run(["dis", "inc.o", "--function", "inc"]).printed(
        "0000000000000000 <inc>:\n       0:  48 8d 47 01           lea rax,[rdi+0x1]\n       4:  c3                    ret\n",
    );
    let line = sandbox.run(["extract", "inc.o", "line", "-o", "line.bin"]);
    line.failed(
        1,
        &[
            "inc.o: the bytes would not stand alone: R_X86_64_PC32 at offset 0x4 refers to `.LCPI",
            "`--with-needed` takes along what it needs",
        ],
    );
    assert!(!sandbox.path("line.bin").exists());
    sandbox
        .run([
            "extract",
            "inc.o",
            "line",
            "--with-needed",
            "-o",
            "line.bin",
        ])
        .printed("");
    assert!(sandbox.path("line.bin").exists());
    sandbox
        .run(["extract", "inc.o", "imc"])
        .failed(1, &["there is no function `imc`; the nearest are `inc`"]);
    sandbox
        .run(["extract", "inc.rs", "inc"])
        .failed(1, &["inc.rs: it is no ELF, COFF, Mach-O or Go object"]);
    sandbox
        .run(["extract", "none.o", "inc"])
        .failed(1, &["none.o: No such file"]);
}

/// Functions of each compiler, and texts of each assembler, from their file to a result.
#[test]
fn what_is_taken_out_or_assembled_runs() {
    let sandbox = with_object();
    let exec = |code: &str, abi: &str, signature: &str, values: &[&str], result: &str| {
        let words = ["exec", code, "--abi", abi, "--signature", signature];
        let shown = sandbox.run(words.iter().chain(values));
        shown.printed(&format!("{result}\n"));
    };
    let take = |object: &str, function: &str| {
        let words = [
            "extract",
            object,
            function,
            "--with-needed",
            "-o",
            "taken.bin",
        ];
        sandbox.run(words).printed("");
    };
    take("inc.o", "inc");
    exec("taken.bin", "c", "fn(i64) -> i64", &["13"], "14");
    take("inc.o", "line");
    exec("taken.bin", "c", "fn(f64) -> f64", &["2"], "8");
    let compile = |program: &str, words: &[&str], text: &str| {
        std::fs::write(sandbox.path(words.last().unwrap()), text).unwrap();
        let compiled = Command::new(program)
            .args(words)
            .current_dir(sandbox.path(""))
            .output();
        let found = compiled.is_ok_and(|output| output.status.success());
        if !found {
            eprintln!("skipped: there is no {program}");
        }
        found
    };
    if compile(
        "gcc",
        &["-c", "-o", "c.o", "inc.c"],
        "long inc(long x) { return x + 1; }",
    ) {
        take("c.o", "inc");
        exec("taken.bin", "c", "fn(i64) -> i64", &["13"], "14");
    }
    let go = "package p\n\nfunc inc(x int64) int64 { return x + 1 }\nfunc line(x float64) float64 { return x*3.25 + 1.5 }\n";
    if compile(
        "go",
        &["tool", "compile", "-p", "p", "-o", "go.o", "inc.go"],
        go,
    ) {
        take("go.o", "inc");
        exec("taken.bin", "go", "fn(i64) -> i64", &["13"], "14");
        take("go.o", "line");
        exec("taken.bin", "go", "fn(f64) -> f64", &["2"], "8");
    }
    for with in ["rustc", "nasm", "fasm"] {
        if with != "rustc" && Command::new(with).arg("--version").output().is_err() {
            eprintln!("skipped: there is no {with}");
            continue;
        }
        std::fs::write(sandbox.path("add.asm"), "addsd xmm0, xmm1\nret\n").unwrap();
        sandbox
            .run(["asm", "add.asm", "--with", with, "-o", "add.bin"])
            .printed("");
        exec(
            "add.bin",
            "c",
            "fn(f64, f64) -> f64",
            &["1000", "2456"],
            "3456",
        );
    }
}
