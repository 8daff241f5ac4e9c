//! Telling two outcomes of one program apart, in words a reader can act on.
//!
//! The last step of the comparison. Stdout is compared byte for byte; in stderr, thread ids, addresses and the frames of
//! backtraces are set aside: the first two differ between two runs of one binary too, and std prints a backtrace of a
//! panic that aborts even when told not to.

use super::outcome::Outcome;

/// Everything in which `actual` differs from `expected`; empty when nothing does.
pub(crate) fn differences(expected: &Outcome, actual: &Outcome) -> Vec<String> {
    let mut found = Vec::new();
    if expected.end != actual.end {
        found.push(format!("ends with {}, not {}", actual.end, expected.end));
    }
    if expected.stdout != actual.stdout {
        let lines = by_line(
            &String::from_utf8_lossy(&expected.stdout),
            &String::from_utf8_lossy(&actual.stdout),
        );
        found.push(format!("stdout differs\n{lines}"));
    }
    let (expected, actual) = (normal(&expected.stderr), normal(&actual.stderr));
    if expected != actual {
        found.push(format!("stderr differs\n{}", by_line(&expected, &actual)));
    }
    found
}

/// The text with `thread 'main' (123)` as `thread 'main' (TID)`, addresses as `0xADDRESS`, and backtraces without frames.
fn normal(bytes: &[u8]) -> String {
    let text = without_frames(&String::from_utf8_lossy(bytes));
    let text = replace_digits(&text, "' (", ")", 1, |c| c.is_ascii_digit(), "TID");
    replace_digits(&text, "0x", "", 6, |c| c.is_ascii_hexdigit(), "ADDRESS")
}

/// Leaves out the lines `  12: 0x… - name` and `  at file:line` that follow a `stack backtrace:`.
fn without_frames(text: &str) -> String {
    let mut inside = false;
    text.split_inclusive('\n')
        .filter(|line| {
            let words = line.trim_start();
            let number = words.trim_start_matches(|c: char| c.is_ascii_digit());
            let frame = words.starts_with("at ")
                || (number.len() < words.len() && number.starts_with(": "));
            inside = *line == "stack backtrace:\n" || (inside && frame && line.starts_with(' '));
            !(inside && frame)
        })
        .collect()
}

/// Puts `name` for each run of at least `least` digits that stands right between `open` and `close`.
fn replace_digits(
    text: &str,
    open: &str,
    close: &str,
    least: usize,
    is_digit: fn(char) -> bool,
    name: &str,
) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(open) {
        let (before, after) = rest.split_at(at + open.len());
        out.push_str(before);
        let digits = after.find(|c| !is_digit(c)).unwrap_or(after.len());
        rest = after;
        if digits >= least && after[digits..].starts_with(close) {
            out.push_str(name);
            rest = &after[digits..];
        }
    }
    out + rest
}

/// The lines that differ, between the equal ones at both ends: `-` is the ordinary build, `+` is jitney.
fn by_line(expected: &str, actual: &str) -> String {
    const SHOWN: usize = 12;
    let expected: Vec<&str> = expected.split_inclusive('\n').collect();
    let actual: Vec<&str> = actual.split_inclusive('\n').collect();
    let head = expected
        .iter()
        .zip(&actual)
        .take_while(|(a, b)| a == b)
        .count();
    let tail = expected[head..]
        .iter()
        .rev()
        .zip(actual[head..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();

    let mut out = format!("      at line {} of {}\n", head + 1, expected.len());
    for (sign, lines) in [('-', &expected), ('+', &actual)] {
        let changed = &lines[head..lines.len() - tail];
        for line in changed.iter().take(SHOWN) {
            out += &format!("      {sign} {line:?}\n");
        }
        if changed.len() > SHOWN {
            out += &format!("      {sign} … and {} more lines\n", changed.len() - SHOWN);
        }
    }
    out
}

#[test]
fn thread_ids_and_addresses_are_set_aside_and_nothing_else() {
    let text = b"thread 'main' (123) panicked at 0x7fff12345678\n'a' (b) f(12) 0xff 12";
    assert_eq!(
        normal(text),
        "thread 'main' (TID) panicked at 0xADDRESS\n'a' (b) f(12) 0xff 12"
    );
}

#[test]
fn the_frames_of_a_backtrace_are_set_aside_and_not_the_lines_around_it() {
    let text = b"  1: kept\nstack backtrace:\n   0:     0x12 - std::f\n             at /x.rs:1:2\n  11: main\nend\n  at kept\n";
    assert_eq!(
        normal(text),
        "  1: kept\nstack backtrace:\nend\n  at kept\n"
    );
}

#[test]
fn every_kind_of_difference_is_named() {
    use super::program::End;
    let outcome = |stdout: &str, stderr: &str, end| Outcome {
        stdout: stdout.into(),
        stderr: stderr.into(),
        end,
    };
    let expected = outcome("a\nb\nc\n", "thread 'x' (1) panicked\n", End::Exit(0));
    assert!(
        differences(
            &expected,
            &outcome("a\nb\nc\n", "thread 'x' (2) panicked\n", End::Exit(0))
        )
        .is_empty()
    );
    let found = differences(&expected, &outcome("a\nB\nc\n", "", End::Signal(6)));
    assert_eq!(found[0], "ends with signal 6, not exit code 0");
    assert_eq!(
        found[1],
        "stdout differs\n      at line 2 of 3\n      - \"b\\n\"\n      + \"B\\n\"\n"
    );
    assert!(found[2].starts_with("stderr differs"));
    // A last newline that is missing is a difference too.
    assert_eq!(
        differences(
            &expected,
            &outcome("a\nb\nc", "thread 'x' (1) panicked\n", End::Exit(0))
        )
        .len(),
        1
    );
}
