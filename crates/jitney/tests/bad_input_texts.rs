//! Texts and files that cannot be loaded: each gets its own error, nothing is left of it, and the next load works. Texts
//! that only look as if they could not be are loaded.

#[path = "support/alone.rs"]
mod alone;

use std::time::Duration;

use alone::{Watched, alone};
use jitney::{BuildError, Error, LinkError, Source};

/// Builds and loads it, which must fail, and gives the error with its words.
fn refused(watched: &Watched, source: Source) -> (Error, String) {
    let shown = format!("{source:?}").chars().take(300).collect::<String>();
    let error = source
        .load()
        .map(|module| panic!("{module:?} was loaded from {shown}"))
        .unwrap_err();
    watched.goes_on(&shown);
    let words = error.to_string();
    (error, words)
}

/// Fails unless all parts are in the text.
fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}

#[test]
fn texts_with_nothing_to_call() {
    alone(
        "texts_with_nothing_to_call",
        |_, _| {},
        || {
            let watched = Watched::new();
            let of = |text: &str| refused(&watched, watched.jit.text(text).name("rules"));
            let comments = "// nothing but this line\n".repeat(400_000);
            for empty in ["", " \n\t\n", "// a comment\n/* and one more */", &comments] {
                let (error, words) = of(empty);
                let Error::Build(BuildError::Empty { name }) = error else {
                    panic!("{words}")
                };
                assert_eq!(name, "rules.rs");
                has(&words, &["`rules.rs` is empty", "nothing to compile"]);
            }
            let (error, words) = of("fn main() { println!(\"hello\") }");
            assert!(matches!(error, Error::Build(BuildError::OnlyMain { .. })));
            has(&words, &["`rules.rs` has `main`", "`jitney run`", "`pub`"]);
        },
    );
}

#[test]
fn texts_that_the_compiler_refuses() {
    alone(
        "texts_that_the_compiler_refuses",
        |_, _| {},
        || {
            let watched = Watched::new();
            let cases: [(&str, Option<&str>, usize, &[&str]); 6] = [
                (
                    "pub fn f() -> u8 {\n    missing\n}",
                    Some("E0425"),
                    2,
                    &["cannot find value `missing`", "rules.rs:2:5"],
                ),
                (
                    "pub fn f(\n",
                    None,
                    1,
                    &["unclosed delimiter", "rules.rs:1:"],
                ),
                (
                    "pub fn f() {}\npub fn f() {}",
                    Some("E0428"),
                    2,
                    &["`f` is defined multiple times", "rules.rs:2:1"],
                ),
                (
                    "#[unsafe(no_mangle)] pub extern \"C\" fn same() {}\n\
                     pub mod m { #[unsafe(no_mangle)] pub extern \"C\" fn same() {} }",
                    None,
                    2,
                    &["symbol `same` is already defined", "rules.rs:2:"],
                ),
                (
                    "pub fn f() {}\npub fn g() {}\0",
                    None,
                    2,
                    &["unknown start of token: \\u{0}", "rules.rs:2:14"],
                ),
                (
                    "macro_rules! m { ($($x:tt)*) => { m!($($x)* a) } }\npub fn f() { m!() }",
                    None,
                    1,
                    &["recursion limit reached while expanding `m!`"],
                ),
            ];
            for (text, code, line, parts) in cases {
                let (error, words) = refused(&watched, watched.jit.text(text).name("rules"));
                let Error::Build(BuildError::Compile { diagnostics }) = error else {
                    panic!("{words}")
                };
                let first = &diagnostics[0];
                assert_eq!(first.code.as_deref(), code, "{words}");
                let place = first.spans.iter().find(|span| span.primary).unwrap();
                assert_eq!((place.file.as_str(), place.line), ("rules.rs", line));
                has(&words, parts);
            }
        },
    );
}

#[test]
fn texts_that_never_end() {
    alone(
        "texts_that_never_end",
        |_, _| {},
        || {
            let watched = Watched::new();
            for text in [
                "#![recursion_limit = \"4294967295\"]\n\
                 macro_rules! m { ($($x:tt)*) => { m!($($x)* a $($x)*) } }\npub fn f() { m!() }",
                "#![allow(long_running_const_eval)]\npub const X: u8 = { loop {} };\npub fn f() -> u8 { X }",
            ] {
                let limit = Duration::from_millis(300);
                let (error, words) = refused(&watched, watched.jit.text(text).time_limit(limit));
                let Error::Build(BuildError::TimeLimit { limit: told, .. }) = error else {
                    panic!("{words}")
                };
                assert_eq!(told, limit);
                has(
                    &words,
                    &[
                        "rustc (compiling `text`)",
                        "its time limit is 0.3 s",
                        "macro or a constant",
                    ],
                );
            }
        },
    );
}

#[test]
fn allocators_of_their_own() {
    alone(
        "allocators_of_their_own",
        |_, _| {},
        || {
            let watched = Watched::new();
            let written = "pub fn f() {}\n\n#[global_allocator]\nstatic A: std::alloc::System = std::alloc::System;";
            // What it allocates, the host would free.
            let by_a_macro = "macro_rules! own { () => { #[global_allocator] static A: std::alloc::System = std::alloc::System; } }\n\
                              own!(); pub fn f() -> Vec<u8> { vec![1] }";
            for (text, line, place) in [
                (written, Some(4), "rules.rs:4: "),
                (by_a_macro, None, "rules.rs: "),
            ] {
                let (error, words) = refused(&watched, watched.jit.text(text).name("rules"));
                let Error::Build(BuildError::GlobalAllocator { line: told, .. }) = error else {
                    panic!("{words}")
                };
                assert_eq!(told, line);
                has(
                    &words,
                    &[
                        place,
                        "`#[global_allocator]`",
                        "memory crosses the border",
                        "remove",
                    ],
                );
            }
        },
    );
}

#[test]
fn symbols_that_nothing_defines() {
    alone(
        "symbols_that_nothing_defines",
        |_, _| {},
        || {
            let watched = Watched::new();
            let text = r#"
                unsafe extern "C" { fn nowhere_to_be_found(); fn nor_this_one(x: u8) -> u8; fn never_called(); }
                pub fn first() { unsafe { nowhere_to_be_found() } }
                pub mod m { pub fn second() -> u8 { unsafe { super::nor_this_one(1) } } }
            "#;
            let (error, words) = refused(&watched, watched.jit.text(text));
            let Error::Link(LinkError::Undefined(mut missing)) = error else {
                panic!("{words}")
            };
            missing.sort_by(|a, b| a.symbol.cmp(&b.symbol));
            let names: Vec<&str> = missing.iter().map(|one| one.symbol.as_str()).collect();
            assert_eq!(names, ["nor_this_one", "nowhere_to_be_found"]);
            has(&missing[0].needed_by.join(" "), &["text::m::second"]);
            has(&missing[1].needed_by.join(" "), &["text::first"]);
            has(
                &words,
                &[
                    "2 undefined symbols",
                    "`nor_this_one`",
                    "link the object, archive or library",
                ],
            );
        },
    );
}

#[test]
fn files_that_cannot_be_read() {
    alone(
        "files_that_cannot_be_read",
        |_, _| {},
        || {
            let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
            let binary = folder.path().join("binary.rs");
            std::fs::write(&binary, b"pub fn f() {}\n\xff\xfe").unwrap();
            let watched = Watched::new();
            for (path, reason) in [
                (folder.path().join("missing.rs"), "there is no such file"),
                (folder.path().to_owned(), "it is a folder"),
                (binary, "line 2 is not UTF-8"),
            ] {
                let (error, words) = refused(&watched, watched.jit.file(&path));
                assert!(matches!(error, Error::Build(BuildError::ReadSource { .. })));
                has(&words, &[&path.display().to_string(), reason]);
            }
        },
    );
}

#[test]
fn options_that_the_compiler_refuses() {
    alone(
        "options_that_the_compiler_refuses",
        |_, _| {},
        || {
            let watched = Watched::new();
            let text = || watched.jit.text("pub fn f() {}");
            let cases: [(Source, &[&str]); 5] = [
                (text().edition("1999"), &["--edition", "`1999`"]),
                (text().opt_level(9), &["optimization level", "`9`"]),
                (text().rustc_flag("--nonsense"), &["nonsense"]),
                (text().rustc_flag("-Cbanana=1"), &["banana"]),
                (
                    text().keep_files("/proc/nowhere"),
                    &["cannot create `/proc/nowhere`"],
                ),
            ];
            for (source, parts) in cases {
                has(&refused(&watched, source).1, parts);
            }
            let (error, words) = refused(&watched, text().rustc_flag("--version"));
            assert!(
                matches!(error, Error::Build(BuildError::NoObject { flags }) if flags == ["--version"])
            );
            has(
                &words,
                &["wrote no object", "`--version`", "leave that one"],
            );
        },
    );
}
