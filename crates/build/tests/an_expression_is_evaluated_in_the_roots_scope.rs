//! Expressions: what the function prints is checked by linking its object into an ordinary executable, with the ordinary
//! linker.

mod common;

use std::process::Command;

use common::{diagnostics, folder, rendered, text, workspace};
use jitney_build::{Built, Error, Options, Source, Status};

const SOURCE: &str = "#[derive(Debug, Clone)] struct Point { x: i32 }\n\
    struct Silent;\n\
    static NAMES: std::sync::Mutex<Vec<&str>> = std::sync::Mutex::new(Vec::new());\n\
    fn add(a: i32, b: i32) -> i32 { a + b }\n\
    fn log(word: &'static str) { NAMES.lock().unwrap().push(word) }\n\
    fn borrow<'a>(word: &'a str) -> Option<&'a str> { Some(word) }\n\
    fn main() { add(1, 2); }\n";

fn build(source: &str, expression: &str) -> Result<Built, Error> {
    workspace().expression(&text(source), &Options::default(), expression)
}

/// Runs the built function in an ordinary executable.
fn run(built: &Built) -> String {
    let symbols = common::symbols(&built.objects[0]);
    let call = symbols
        .iter()
        .find(|symbol| symbol.contains("13__jitney_call17h"))
        .unwrap();
    let program = format!(
        "unsafe extern \"Rust\" {{ #[link_name = \"{call}\"] safe fn call(); }} fn main() {{ call() }}"
    );
    let folder = folder(&[("main.rs", &program)]);
    std::fs::write(folder.path().join("call.o"), &built.objects[0]).unwrap();
    let executable = folder.path().join("main");
    let linked = Command::new(workspace().toolchain.rustc())
        .args(["--edition", "2024", "-o"])
        .arg(&executable)
        .arg("-Clink-arg=".to_owned() + folder.path().join("call.o").to_str().unwrap())
        .arg(folder.path().join("main.rs"))
        .output()
        .unwrap();
    assert!(
        linked.status.success(),
        "{}",
        String::from_utf8_lossy(&linked.stderr)
    );
    let output = Command::new(executable).output().unwrap();
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

#[test]
fn the_value_is_printed_by_debug_and_unit_is_not() {
    // Many in one expression, as each run links an executable.
    let expression = "{\n\
        fn each<T: std::fmt::Debug>(value: T) -> T { value }\n\
        let point = each(Point { x: add(5, 6) });\n\
        log(\"one\");\n\
        (point.clone(), borrow(\"é\"), NAMES.lock().unwrap().clone())\n\
        }";
    assert_eq!(
        run(&build(SOURCE, expression).unwrap()),
        "(Point { x: 11 }, Some(\"é\"), [\"one\"])\n"
    );
    assert_eq!(run(&build(SOURCE, "log(\"x\")").unwrap()), "");
    assert_eq!(
        run(&build(SOURCE, "NAMES").unwrap()),
        "Mutex { data: [], poisoned: false, .. }\n"
    );
    assert_eq!(
        run(&build(SOURCE, "*\"unsized\"").unwrap()),
        "\"unsized\"\n"
    );
}

#[test]
fn it_is_one_export_of_a_known_type() {
    let built = build(SOURCE, "add(5, 6)").unwrap();
    let [export] = built.exports.as_slice() else {
        panic!("{:?}", built.exports)
    };
    assert_eq!(
        (export.name.as_str(), export.signature.as_str()),
        ("__jitney_call", "pub fn __jitney_call()")
    );
    assert_eq!(
        export.status,
        Status::Exported {
            marker: "__JITNEY_EXPORT_0__".to_owned()
        }
    );
    assert!(
        common::symbols(&built.objects[0])
            .iter()
            .any(|symbol| symbol.contains("__JITNEY_EXPORT_0__"))
    );
    assert_eq!(rendered(&built.warnings), "");
}

#[test]
fn mistakes_are_shown_in_the_expression() {
    for (expression, place, said) in [
        (
            "add(5, \"x\")",
            " --> <expression>:1:8\n",
            "mismatched types",
        ),
        (
            "add(5, 6) + missing",
            " --> <expression>:1:13\n",
            "cannot find value `missing`",
        ),
        (
            "add(5, 6)) ; evil(",
            " --> <expression>:1:10\n",
            "unexpected closing delimiter",
        ),
        ("add(5, 6", " --> <expression>:1:9\n", "unclosed delimiter"),
        (
            "add(5, 6); add(1, 2)",
            " --> <expression>:1:10\n",
            "single expression",
        ),
        (
            "Silent",
            " --> <expression>:1:1\n",
            "`Silent` doesn't implement `Debug`",
        ),
        (
            "Some(\n  Silent)",
            " --> <expression>:2:3\n",
            "`Silent` doesn't implement `Debug`",
        ),
        (
            "let x = 1",
            " --> <expression>:1:1\n",
            "expected expression",
        ),
        ("// nothing", "", "expected expression"),
    ] {
        let error = build(SOURCE, expression).unwrap_err();
        let shown = error.to_string();
        assert!(
            shown.contains(place) && shown.contains(said),
            "{expression}: {shown}"
        );
        assert!(!shown.contains("/jitney-"), "{shown}");
    }
    assert!(matches!(
        build(SOURCE, " \n").unwrap_err(),
        Error::EmptyExpression
    ));
}

#[test]
fn a_lint_that_the_source_denies_does_not_stop_the_answer() {
    let source = format!("#![deny(warnings)]\n#![forbid(unsafe_code)]\n{SOURCE}");
    assert_eq!(run(&build(&source, "add(5, 6)").unwrap()), "11\n");
    let more_than_one = build(&source, "add(5, 6); 1").unwrap_err();
    assert!(
        more_than_one.to_string().contains("single expression"),
        "{more_than_one}"
    );
    assert!(build(&source, "panic!(\"x\")").is_ok());
}

#[test]
fn errors_of_the_source_itself_are_its_own() {
    let folder = folder(&[("bad.rs", "fn f() -> u8 { \"\" }")]);
    let path = folder.path().join("bad.rs");
    let source = Source::File(path.clone());
    let error = workspace()
        .expression(&source, &Options::default(), "f()")
        .unwrap_err();
    assert!(
        rendered(diagnostics(&error)).contains(&format!(" --> {}:1:16\n", path.display())),
        "{error}"
    );
    assert!(!error.to_string().contains("jitney_call"), "{error}");
    let error = build("fn f( {", "f()").unwrap_err();
    assert!(error.to_string().contains("text.rs:1:"), "{error}");
}

#[test]
fn a_file_with_modules_and_included_files_can_be_asked() {
    let folder = folder(&[
        (
            "root.rs",
            "mod inner;\nconst WORDS: &str = include_str!(\"words.txt\"); // the end",
        ),
        ("inner.rs", "pub fn double(a: u8) -> u8 { a * 2 }"),
        ("words.txt", "two words"),
    ]);
    let source = Source::File(folder.path().join("root.rs"));
    let built = workspace()
        .expression(
            &source,
            &Options::default(),
            "(inner::double(4), WORDS, file!())",
        )
        .unwrap();
    assert_eq!(run(&built), "(8, \"two words\", \"<expression>\")\n");
}

#[test]
fn editions_and_names_of_the_source_do_not_matter() {
    let source = "mod std {} mod core {} macro_rules! println { () => {} } macro_rules! include { () => {} } fn f() -> u8 { 7 }";
    for edition in ["2015", "2018", "2021", "2024"] {
        // In 2015 nothing can tell our `include!` from the source's.
        let source = if edition == "2015" {
            "fn f() -> u8 { 7 }"
        } else {
            source
        };
        let options = Options {
            edition: Some(edition.into()),
            ..Options::default()
        };
        let built = workspace()
            .expression(&text(source), &options, "f()")
            .unwrap_or_else(|error| panic!("{edition}: {error}"));
        assert_eq!(built.exports.len(), 1);
    }
}
