//! The command and its cache: the second time nothing is compiled and no process started, and `jitney cache` shows and
//! clears what is kept.

#[path = "support/sandbox.rs"]
mod sandbox;

use std::process::Command;

use sandbox::{Sandbox, Shown};

const SOURCE: &str =
    "pub fn add(a: i32, b: i32) -> i32 { a + b }\nfn main() { print!(\"{}\", add(3, 4)) }";

const CALL: [&str; 4] = ["call", "--verbose", "add.rs", "add(5, 6)"];

fn sandbox() -> Sandbox {
    Sandbox::new(&[("add.rs", SOURCE)])
}

fn is_cached(shown: &Shown) -> bool {
    let cached = shown.stderr.contains("taken from the cache");
    assert_eq!(cached, !shown.stderr.contains("--crate-name"), "{shown:?}");
    cached
}

#[test]
fn the_second_time_nothing_is_compiled() {
    let sandbox = sandbox();
    for expected in [false, true] {
        for arguments in [
            &CALL[..],
            &["run", "-v", "add.rs"],
            &["exports", "-v", "add.rs"],
        ] {
            // A program is compiled in place, from a file that was written a moment ago.
            let mut shown = sandbox.run(arguments);
            if expected && !is_cached(&shown) {
                shown = sandbox.run(arguments);
            }
            assert_eq!(is_cached(&shown), expected, "{arguments:?}");
            let printed =
                ["11\n", "7"].contains(&&*shown.stdout) || shown.stdout.contains("pub fn add");
            assert!(shown.code == Some(0) && printed, "{shown:?}");
        }
    }
    // Asked for, it is compiled again.
    let [call, rest @ ..] = CALL;
    let arguments = [&[call, "--no-cache"][..], &rest].concat();
    assert!(!is_cached(&sandbox.run(arguments)));
    let mut command = sandbox.command(CALL);
    command.env("JITNEY_CACHE", "off");
    assert!(!is_cached(&sandbox.finish(&mut command)));
}

#[test]
fn warnings_are_shown_again() {
    let sandbox = Sandbox::new(&[("a.rs", "pub fn f() { let unused = 1; }")]);
    let said: Vec<String> = (0..2)
        .map(|_| {
            let shown = sandbox.run(["call", "--verbose", "a.rs", "f()"]);
            let from = shown.stderr.find("warning").expect("there is a warning");
            shown.stderr[from..].to_owned()
        })
        .collect();
    assert_eq!(said[0], said[1]);
}

#[test]
fn a_hit_starts_no_process() {
    if Command::new("strace").arg("-V").output().is_err() {
        eprintln!("skipped: there is no strace");
        return;
    }
    let sandbox = sandbox();
    let log = sandbox.path("trace");
    let trace = || {
        let call = sandbox.command(CALL);
        let mut command =
            sandbox.command_of("strace".as_ref(), ["-f", "-e", "trace=process", "-o"]);
        command
            .arg(&log)
            .arg(call.get_program())
            .args(call.get_args());
        let shown = sandbox.finish(&mut command);
        let log = std::fs::read_to_string(&log).unwrap_or_default();
        if !log.contains("execve(") {
            return None;
        }
        assert_eq!(
            (shown.code, shown.stdout.as_str()),
            (Some(0), "11\n"),
            "{shown:?}"
        );
        // A thread is no process.
        let started = log.lines().filter(|line| {
            let forks = ["fork(", "vfork(", "clone(", "clone3("]
                .iter()
                .any(|call| line.contains(call));
            line.contains("execve(") || (forks && !line.contains("CLONE_THREAD"))
        });
        Some(started.count())
    };
    match (trace(), trace()) {
        // The command itself is the one that is left.
        (Some(first), Some(second)) => {
            assert!(first > 1, "{first}");
            assert_eq!(second, 1, "{}", std::fs::read_to_string(&log).unwrap());
        }
        _ => eprintln!("skipped: strace may not trace here"),
    }
}

#[test]
fn the_cache_is_shown_and_cleared() {
    let sandbox = sandbox();
    let json = || -> serde_json::Value {
        serde_json::from_str(&sandbox.run(["cache", "--json"]).stdout).unwrap()
    };
    let empty = json();
    assert_eq!(
        (&empty["sources"]["count"], &empty["bytes"]),
        (&0.into(), &0.into())
    );
    assert_eq!(empty["limit"], 4_u64 << 30);
    sandbox.run(CALL);
    let one = json();
    assert_eq!(
        (&one["sources"]["count"], &one["dependencies"]["sets"]),
        (&1.into(), &0.into())
    );
    assert!(one["bytes"].as_u64().unwrap() > 1000);

    let folder = one["folder"].as_str().unwrap();
    assert!(folder.ends_with("/cache/jitney"));
    sandbox
        .run(["cache", "path"])
        .printed(&format!("{folder}\n"));
    let text = sandbox.run(["cache"]).stdout;
    assert!(
        text.contains(folder) && text.contains("sources       1, "),
        "{text}"
    );
    assert!(text.contains("limit         4.0 GiB"), "{text}");

    assert!(
        sandbox
            .run(["cache", "trim"])
            .stdout
            .starts_with("freed 0 bytes (0 sources)")
    );
    assert!(is_cached(&sandbox.run(CALL)));
    let cleared = sandbox.run(["cache", "clear"]).stdout;
    assert!(cleared.ends_with("(1 sources)\n"), "{cleared}");
    assert_eq!(json()["sources"]["count"], 0);
    assert!(!is_cached(&sandbox.run(CALL)));
}

#[test]
fn the_limit_is_said_by_a_variable() {
    let sandbox = sandbox();
    let shown = |limit: &str| {
        let mut command = sandbox.command(["cache"]);
        command.env("JITNEY_CACHE_LIMIT", limit);
        sandbox.finish(&mut command)
    };
    assert!(shown("1.5G").stdout.contains("limit         1.5 GiB"));
    assert!(shown("0").stdout.contains("limit         none"));
    let wrong = shown("lots");
    assert!(wrong.stdout.contains("limit         4.0 GiB"), "{wrong:?}");
    assert!(
        wrong
            .stderr
            .contains("JITNEY_CACHE_LIMIT is `lots`, which is no size"),
        "{wrong:?}"
    );
}

#[test]
fn a_switch_that_is_neither_on_nor_off_is_told() {
    let sandbox = sandbox();
    let said = |value: &str, arguments: &[&str]| {
        let mut command = sandbox.command(arguments);
        command.env("JITNEY_CACHE", value);
        sandbox.finish(&mut command).stderr
    };
    for arguments in [&["cache"][..], &CALL[..]] {
        let folder = said("/some/folder", arguments);
        assert!(
            folder.contains("JITNEY_CACHE is `/some/folder`") && folder.contains("XDG_CACHE_HOME"),
            "{folder}"
        );
    }
    for value in ["on", "1", "off", "0", ""] {
        let stderr = said(value, &["cache"]);
        assert!(!stderr.contains("JITNEY_CACHE"), "{value}: {stderr}");
    }
}
