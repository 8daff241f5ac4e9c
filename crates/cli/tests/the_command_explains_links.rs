//! `jitney link`: the link map, what a symbol is bound to, and links that fail.

#[path = "support/sandbox.rs"]
mod sandbox;

use std::process::Command;

use sandbox::Sandbox;

const MAIN: &str = "#include <stdio.h>
int twice(int);
__attribute__((weak)) int chosen(void) { return 1; }
static int helper(int n) { return twice(n) + chosen(); }
int main(int argc, char **argv) { (void)argv; return printf(\"%d\\n\", helper(argc)) < 0; }
";
const TWICE: &str = "int chosen(void) { return 2; }
int twice(int x) { return 2 * x; }
";

fn sandbox() -> Option<Sandbox> {
    if Command::new("cc").arg("--version").output().is_err() {
        eprintln!("skipped: there is no C compiler");
        return None;
    }
    Some(Sandbox::new(&[("main.c", MAIN), ("twice.c", TWICE)]))
}

#[test]
fn a_symbol_is_explained() {
    let Some(sandbox) = sandbox() else { return };
    let explain = |flags: &[&str]| {
        let words = ["link", "main.c", "twice.c", "--explain", "twice"];
        let told = sandbox.run(words.iter().chain(flags));
        assert_eq!(told.code, Some(0), "{}", told.stderr);
        told.stdout
    };
    let text = explain(&[]);
    let (head, tail) = text.split_once(" (function, ").expect("what it is");
    assert_eq!(head, "twice\nbound to\n  twice.c");
    assert!(
        tail.ends_with(" bytes, in .text)\nneeded by\n  `helper` in main.c\n"),
        "{text}"
    );
    let text = explain(&["--c-flag=-ffunction-sections"]);
    let path = "reached by\n  `main` in main.c\n  → `helper` in main.c\n  → twice\n";
    assert!(text.ends_with(path), "{text}");
}

#[test]
fn other_offers_are_named_and_the_strong_one_counts() {
    let Some(sandbox) = sandbox() else { return };
    let told = sandbox.run(["link", "main.c", "twice.c", "--explain", "chosen"]);
    let text = &told.stdout;
    let bound = text.split("also offered by").next().unwrap_or_default();
    assert!(bound.contains("twice.c (function"), "{text}");
    assert!(text.contains("main.c (weak function"), "{text}");
    let told = sandbox.run(["link", "main.c", "twice.c", "--explain", "printf"]);
    assert!(told.stdout.contains("libc.so"), "{}", told.stdout);
}

#[test]
fn a_link_that_fails_is_explained_all_the_same() {
    let Some(sandbox) = sandbox() else { return };
    let told = sandbox.run(["link", "main.c", "--explain", "twice"]);
    let text = &told.stdout;
    for part in [
        "defined nowhere",
        "`helper` in main.c",
        "the link fails: undefined symbol",
    ] {
        assert!(text.contains(part), "{text}");
    }
    sandbox.run(["link", "main.c"]).failed(
        1,
        &["undefined symbol\n  `twice`\n    needed by `helper` in `main.c`"],
    );
    sandbox
        .run(["link", "main.c", "twice.c", "--explain", "nobody"])
        .failed(
            1,
            &["no object of the link defines or uses a symbol `nobody`"],
        );
}

#[test]
fn the_map_lists_every_section() {
    let Some(sandbox) = sandbox() else { return };
    let told = sandbox.run(["link", "main.c", "twice.c"]);
    let text = &told.stdout;
    for part in [
        "address",
        ".text  main.c",
        ".text  twice.c  chosen",
        "(GOT)",
        "(unwind entries)",
        "bytes in all",
    ] {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
    // By address, none within another.
    let lines = text.lines().skip(1).filter_map(|line| {
        let mut words = line.split_whitespace();
        let start = usize::from_str_radix(words.next()?, 16).ok()?;
        Some((start, words.next()?.parse::<usize>().ok()?))
    });
    let lines: Vec<_> = lines.collect();
    for pair in lines[..lines.len() - 1].windows(2) {
        assert!(pair[0].0 + pair[0].1 <= pair[1].0, "{text}");
    }
}
