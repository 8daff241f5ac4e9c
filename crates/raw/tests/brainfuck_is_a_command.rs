//! The example `brainfuck` as its users run it. This program is the example when it is started as one, so that no other
//! has to be found or built.

#[allow(dead_code, reason = "what runs is compared elsewhere")]
#[path = "../../../examples/raw/brainfuck/main.rs"]
mod brainfuck;
mod example_process;

use example_process::{Ran, folder, run};

fn main() -> std::process::ExitCode {
    if example_process::is_the_example() {
        return brainfuck::main();
    }
    let tests: &[(&str, fn())] = &[
        ("a program runs", a_program_runs),
        ("input and output", input_and_output),
        ("wrong programs", wrong_programs),
        ("wrong arguments", wrong_arguments),
        ("machine code is shown", machine_code_is_shown),
    ];
    example_process::run_tests(tests)
}

const COMPILES: bool = cfg!(target_arch = "x86_64");

fn source(text: &str) -> (tempfile::TempDir, String) {
    let folder = folder();
    let path = folder.path().join("a.b");
    std::fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

/// What a program that runs leaves on the error output: nothing, or that it was interpreted.
fn quiet(ran: &Ran, interpreted: bool) -> bool {
    match COMPILES || interpreted {
        true => ran.error.is_empty(),
        false => ran.error.contains("interpreting instead"),
    }
}

fn a_program_runs() {
    let hello = include_str!("../../../examples/raw/brainfuck/programs/hello.b");
    let (_folder, path) = source(hello);
    for how in [&["--interpret"][..], &["--plain"], &[], &["--cells", "1"]] {
        let ran = run(&[how, &[&path]].concat(), b"");
        assert_eq!(
            (ran.code, ran.output.as_str()),
            (Some(0), "Hello World!\n"),
            "{how:?}"
        );
        assert!(
            quiet(&ran, how == ["--interpret"]),
            "{how:?}: {}",
            ran.error
        );
    }
}

fn input_and_output() {
    let (_folder, path) = source(",+[-.,+]");
    let long: Vec<u8> = b"some text\n".repeat(10_000);
    let ran = run(&["--eof", "255", &path], &long);
    assert_eq!(ran.code, Some(0));
    assert_eq!(ran.output.as_bytes(), long);
    let (_folder, path) = source("+++++[->++++++++++<]>,.");
    for (convention, output) in [("0", "\0"), ("same", "2")] {
        assert_eq!(run(&["--eof", convention, &path], b"").output, output);
    }
}

fn wrong_programs() {
    // What it wrote before is seen, and where it went wrong.
    let (_folder, path) = source("++++++++[->++++++++<]>+.\n<<+");
    for how in ["--interpret", "--plain", "--cells=", ""] {
        // An interpreter finds the same thing in the same place.
        let arguments: &[&str] = match how {
            "" => &[&path],
            "--cells=" => &["--cells", "100000", &path],
            how => &[how, &path],
        };
        let ran = run(arguments, b"");
        assert_eq!((ran.code, ran.output.as_str()), (Some(1), "A"), "{how}");
        let message =
            format!("{path}:2:3: cell -1 is before the tape's first, which is number 0\n");
        assert!(ran.error.ends_with(&message), "{how}: {}", ran.error);
    }
    for (text, message) in [
        ("+[\n  [-]", ":1:2: this `[` is never closed"),
        (
            "+[\n [ä[-",
            ":2:4: this `[` is never closed, nor are 2 before it",
        ),
        ("+\n  ]", ":2:3: this `]` closes nothing"),
    ] {
        let (_folder, path) = source(text);
        let ran = run(&[&path], b"");
        assert_eq!((ran.code, ran.output.as_str()), (Some(1), ""));
        assert_eq!(ran.error, format!("{path}{message}\n"));
    }
}

fn wrong_arguments() {
    for (arguments, message) in [
        (&[][..], "no program was given"),
        (&["--fast", "a.b"], "there is no option `--fast`"),
        (&["a.b", "b.b"], "more than one program"),
        (&["--eof", "1", "a.b"], "`--eof 1`: it is 0, 255 or same"),
        (&["a.b", "--cells"], "the count after `--cells` is missing"),
        (&["--cells", "0", "a.b"], "`--cells 0`: it is 1 to"),
        (
            &["--plain", "--interpret", "a.b"],
            "either `--plain` or `--interpret`",
        ),
        (&["--dump", "--interpret", "a.b"], "no machine code to dump"),
    ] {
        let ran = run(arguments, b"");
        assert_eq!((ran.code, ran.output.as_str()), (Some(2), ""));
        assert!(ran.error.contains(message), "{}", ran.error);
    }
    let ran = run(&["there-is-no-such-file.b"], b"");
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.error.starts_with("there-is-no-such-file.b: "),
        "{}",
        ran.error
    );
    let ran = run(&["--help"], b"");
    assert_eq!(ran.code, Some(0));
    assert!(ran.output.contains("--interpret"), "{}", ran.output);
}

fn machine_code_is_shown() {
    let (_folder, path) = source("+++\n,[->++<]>.");
    for how in [&["--dump"][..], &["--dump", "--plain"]] {
        let ran = run(&[how, &[&path]].concat(), b"");
        if COMPILES && cfg!(feature = "disassemble") {
            assert_eq!((ran.code, ran.error.as_str()), (Some(0), ""));
            for part in ["ret", "get:", "put:", "flush_console", "; 2:1"] {
                assert!(
                    ran.output.contains(part),
                    "{part} is not in\n{}",
                    ran.output
                );
            }
        } else {
            assert_eq!((ran.code, ran.output.as_str()), (Some(1), ""));
            let reason = if COMPILES {
                "--features disassemble"
            } else {
                "x86_64 only"
            };
            assert!(ran.error.contains(reason), "{}", ran.error);
        }
    }
}
