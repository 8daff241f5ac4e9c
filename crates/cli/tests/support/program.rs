//! One program of the folder and what its head says about running it.
//!
//! The first step of the comparison: a file becomes a [`Program`], which the harness then builds and runs in both ways.
//! Directives are `//@ word: value` comments before the first line that is not a comment.

use std::path::{Path, PathBuf};

/// A whole program and how it wants to be run.
#[derive(Debug, Default)]
#[allow(dead_code, reason = "each language uses a part")]
pub(crate) struct Program {
    /// The file's name without its ending.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) args: Vec<String>,
    pub(crate) stdin: Vec<u8>,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) rustc_flags: Vec<String>,
    pub(crate) edition: String,
    /// Further files of a program in C, beside the first.
    pub(crate) files: Vec<String>,
    /// Objects and archives to be made, each of some files.
    pub(crate) made: Vec<(String, Vec<String>)>,
    pub(crate) libraries: Vec<String>,
    pub(crate) c_flags: Vec<String>,
    /// How the program is meant to end.
    pub(crate) end: End,
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Exit(i32),
    Signal(i32),
}

impl Default for End {
    fn default() -> End {
        End::Exit(0)
    }
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            End::Exit(code) => write!(f, "exit code {code}"),
            End::Signal(number) => write!(f, "signal {number}"),
        }
    }
}

impl Program {
    /// Reads a program's head.
    ///
    /// # Errors
    /// A sentence naming the line, for a file that cannot be read or a directive that is not known or not well formed.
    pub(crate) fn read(path: &Path) -> Result<Program, String> {
        let text = std::fs::read_to_string(path).map_err(|e| format!("cannot read: {e}"))?;
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Program::parse(name, path.to_owned(), &text)
    }

    fn parse(name: String, path: PathBuf, text: &str) -> Result<Program, String> {
        let mut program = Program {
            name,
            path,
            edition: "2024".to_owned(),
            ..Program::default()
        };
        let head = text
            .lines()
            .enumerate()
            .take_while(|(_, line)| line.is_empty() || line.starts_with("//"));
        for (index, line) in head {
            if let Some(directive) = line.strip_prefix("//@") {
                program
                    .apply(directive)
                    .map_err(|e| format!("line {}: {e}", index + 1))?;
            }
        }
        Ok(program)
    }

    fn apply(&mut self, directive: &str) -> Result<(), String> {
        let (word, value) = directive
            .split_once(':')
            .ok_or("a directive is written `//@ word: value`")?;
        let value = value.strip_prefix(' ').unwrap_or(value);
        let number = || {
            value
                .trim()
                .parse()
                .map_err(|e| format!("`{value}` is not a number: {e}"))
        };
        match word.trim() {
            "args" => self.args.extend(words(value)?),
            "stdin" => self.stdin.extend(unescape(value)?),
            "env" => {
                let (key, value) = value.split_once('=').ok_or("`env` wants KEY=VALUE")?;
                self.env.push((key.to_owned(), value.to_owned()));
            }
            "rustc-flags" => self.rustc_flags.extend(words(value)?),
            "edition" => self.edition = value.trim().to_owned(),
            "files" => self.files.extend(words(value)?),
            "make" => {
                let mut words = words(value)?.into_iter();
                let made = words.next().ok_or("`make` wants `libx.a a.c b.c`")?;
                self.made.push((made, words.collect()));
            }
            "libraries" => self.libraries.extend(words(value)?),
            "c-flags" => self.c_flags.extend(words(value)?),
            "exit" => self.end = End::Exit(number()?),
            "signal" => self.end = End::Signal(number()?),
            other => {
                return Err(format!(
                    "`{other}` is no directive: args, stdin, env, exit, signal are; for Rust rustc-flags and edition; for C \
                     files, make, libraries and c-flags"
                ));
            }
        }
        Ok(())
    }
}

/// Splits at blanks; double quotes hold a word together and may be empty.
fn words(text: &str) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            c if c.is_whitespace() && !quoted => found.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    if quoted {
        return Err(format!("an open quote in `{text}`"));
    }
    found.extend(word);
    Ok(found)
}

/// Resolves `\n`, `\t`, `\\` and `\xNN`, the last one giving a byte and so letting a stdin be no UTF-8.
fn unescape(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        bytes.extend(before.as_bytes());
        let kind = after.chars().next().ok_or("a lone backslash at the end")?;
        rest = &after[kind.len_utf8()..];
        match kind {
            'n' => bytes.push(b'\n'),
            't' => bytes.push(b'\t'),
            '\\' => bytes.push(b'\\'),
            'x' => {
                let digits = rest.get(..2).ok_or("`\\x` wants two digits")?;
                bytes.push(
                    u8::from_str_radix(digits, 16).map_err(|e| format!("`\\x{digits}`: {e}"))?,
                );
                rest = &rest[2..];
            }
            other => return Err(format!("`\\{other}` is no escape")),
        }
    }
    bytes.extend(rest.as_bytes());
    Ok(bytes)
}

#[test]
fn directives_are_read_up_to_the_first_line_of_code() {
    let text = "// about\n//@ args: a \"b c\" \"\"\n//@ stdin: x\\n\\xff\\\\\n//@ exit: 3\nfn main() {}\n//@ exit: 4\n";
    let program = Program::parse("p".into(), "p.rs".into(), text).unwrap();
    assert_eq!(program.args, ["a", "b c", ""]);
    assert_eq!(program.stdin, b"x\n\xff\\");
    assert_eq!(program.end, End::Exit(3));
}

#[test]
fn a_directive_that_is_not_known_is_refused_with_its_line() {
    let error = Program::parse("p".into(), "p.rs".into(), "// about\n//@ exot: 3\n").unwrap_err();
    assert!(
        error.starts_with("line 2: `exot` is no directive"),
        "{error}"
    );
    for bad in [
        "//@ args",
        "//@ args: \"a",
        "//@ env: KEY",
        "//@ exit: one",
        "//@ stdin: \\q",
        "//@ stdin: \\xg0",
    ] {
        assert!(
            Program::parse("p".into(), "p.rs".into(), bad).is_err(),
            "{bad}"
        );
    }
}
