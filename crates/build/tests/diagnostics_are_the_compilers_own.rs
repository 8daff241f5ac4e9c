//! Messages: file, line, column and every word are those of the ordinary rustc for the user's own file.

mod common;

use common::{diagnostics, folder, library, rendered, rustc_says, workspace};
use jitney_build::{Error, Level, Options, Source};

/// Sources that rustc refuses, each in its own way: syntax, names, types, borrows, lints, constants, on lines that the
/// registry is spliced into and on others.
const BAD: [&str; 12] = [
    "pub fn add(a: i32) -> i32 { a + \"x\" }\n",
    "pub fn é() -> u8 { \"é\" }\n\tpub fn tab() -> u8 { \"\t\" }",
    "pub mod m { pub fn f() -> u8 { \"\" } }",
    "pub mod m {\n    pub fn f() -> u8 { missing }\n    pub fn g() -> Nothing { f() } }\n",
    "pub fn f( { }\n",
    "pub fn f() { \"unfinished }\n",
    "pub fn f() { let v = vec![1]; drop(v); drop(v); }",
    "#![deny(warnings)]\npub mod m { pub fn f() { let unused = 1; } }",
    "pub fn f() -> u8 { const X: u8 = 255 + 1; X }\n",
    "pub fn f() -> impl Sized { f() }\npub fn g<T>() { [0; std::mem::size_of::<T>()]; }",
    "macro_rules! m { () => { compile_error!(\"mine\") } }\npub fn f() { m!() }",
    "pub fn f() {}\r\npub fn g() -> u8 { \"\" }\r\n",
];

#[test]
fn errors_in_a_file_read_as_rustc_prints_them() {
    for (number, source) in BAD.iter().enumerate() {
        let folder = folder(&[("src/bad.rs", source)]);
        let path = folder.path().join("src/bad.rs");
        let error = workspace()
            .library(&Source::File(path.clone()), &Options::default())
            .unwrap_err();
        assert_eq!(
            rendered(diagnostics(&error)),
            rustc_says(&path),
            "source {number}"
        );
    }
}

#[test]
fn errors_in_a_text_read_as_rustc_prints_them_for_a_file_of_its_name() {
    for (number, source) in BAD.iter().enumerate() {
        let folder = folder(&[("text.rs", source)]);
        let expected = rustc_says(&folder.path().join("text.rs"))
            .replace(&format!("{}/", folder.path().display()), "");
        let error = library(source).unwrap_err();
        assert_eq!(rendered(diagnostics(&error)), expected, "source {number}");
    }
}

#[test]
fn warnings_read_as_rustc_prints_them() {
    let source =
        "pub mod m { fn unused() {} pub fn f() { let x = 1; } }\npub fn g() { let y = 2; }\n";
    let folder = folder(&[("warn.rs", source)]);
    let path = folder.path().join("warn.rs");
    let built = workspace()
        .library(&Source::File(path.clone()), &Options::default())
        .unwrap();
    let expected = rustc_says(&path);
    let (expected, summary) = expected.trim_end().rsplit_once("warning: ").unwrap();
    assert_eq!(summary, "3 warnings emitted");
    assert_eq!(rendered(&built.warnings), expected);
    assert!(
        built
            .warnings
            .iter()
            .all(|warning| warning.level == Level::Warning)
    );
}

#[test]
fn a_diagnostic_is_data_too() {
    let error = library("pub fn f() -> u8 {\n    \"é\" }\n").unwrap_err();
    let found = diagnostics(&error);
    assert_eq!(
        (
            found[0].level,
            found[0].code.as_deref(),
            found[0].message.as_str()
        ),
        (Level::Error, Some("E0308"), "mismatched types")
    );
    let span = found[0].spans.iter().find(|span| span.primary).unwrap();
    assert_eq!(
        (span.file.as_str(), span.line, span.column, span.end_column),
        ("text.rs", 2, 5, 8)
    );
    assert_eq!(span.label.as_deref(), Some("expected `u8`, found `&str`"));
    assert_eq!(error.to_string(), rendered(found).trim_end());
}

#[test]
fn the_name_of_a_text_is_its_file_name_in_messages() {
    let options = Options {
        name: Some("my-rule.rs".into()),
        ..Options::default()
    };
    let error = workspace()
        .library(&common::text("pub fn f() -> u8 { x }"), &options)
        .unwrap_err();
    assert!(
        error.to_string().contains(" --> my-rule.rs:1:20\n"),
        "{error}"
    );
}

#[test]
fn no_message_shows_what_was_spliced_or_where() {
    for source in BAD {
        for message in [library(source).unwrap_err().to_string()] {
            for ours in ["jitney", "JITNEY"] {
                assert!(!message.contains(ours), "{message}");
            }
        }
    }
}

#[test]
fn an_option_that_rustc_rejects_is_said_in_its_words() {
    let options = Options {
        edition: Some("1999".into()),
        ..Options::default()
    };
    let error = workspace()
        .library(&common::text("pub fn f() {}"), &options)
        .unwrap_err();
    assert!(matches!(error, Error::Compile { .. }));
    assert!(
        error.to_string().contains("edition") && error.to_string().contains("2024"),
        "{error}"
    );
    let options = Options {
        rustc_flags: vec!["-Cnonsense".into()],
        ..Options::default()
    };
    let error = workspace()
        .library(&common::text("pub fn f() {}"), &options)
        .unwrap_err();
    assert!(error.to_string().contains("nonsense"), "{error}");
}

#[test]
fn a_folder_with_an_equals_sign_is_named_too() {
    let folder = folder(&[("a=b/bad.rs", "pub fn f() -> u8 { x }")]);
    let path = folder.path().join("a=b/bad.rs");
    let error = workspace()
        .library(&Source::File(path.clone()), &Options::default())
        .unwrap_err();
    assert_eq!(rendered(diagnostics(&error)), rustc_says(&path));
}
