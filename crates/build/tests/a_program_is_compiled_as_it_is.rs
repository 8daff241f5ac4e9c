//! Programs: in place, with the C symbol `main`, and everything that shows a path as `rustc FILE` has it.

mod common;

use common::{diagnostics, folder, holds, rendered, symbols, text, workspace};
use jitney_build::{Error, Options, Source};

#[test]
fn the_object_has_main_and_the_users_path() {
    let folder = folder(&[
        (
            "my-prog.rs",
            "mod part;\nfn main() { println!(\"{} {}\", file!(), module_path!()); part::g(); panic!(\"here\") }\n",
        ),
        ("part.rs", "pub fn g() { println!(\"{}\", file!()) }\n"),
    ]);
    let path = folder.path().join("my-prog.rs");
    let built = workspace()
        .program(&Source::File(path.clone()), &Options::default())
        .unwrap();
    let object = &built.objects[0];
    assert!(symbols(object).iter().any(|symbol| symbol == "main"));
    assert!(holds(object, &path.display().to_string()) && holds(object, "my_prog"));
    assert!(holds(
        object,
        &folder.path().join("part.rs").display().to_string()
    ));
    assert_eq!(built.name, "my-prog");
    assert!(built.exports.is_empty());
}

#[test]
fn a_text_is_shown_by_its_name() {
    let options = Options {
        name: Some("hello".into()),
        ..Options::default()
    };
    let built = workspace()
        .program(&text("fn main() { panic!(\"x\") }"), &options)
        .unwrap();
    assert!(holds(&built.objects[0], "hello.rs"));
    assert!(!holds(&built.objects[0], "jitney-"));
    let error = workspace()
        .program(&text("fn main() { x }"), &options)
        .unwrap_err();
    assert!(
        error.to_string().contains(" --> hello.rs:1:13\n"),
        "{error}"
    );
}

#[test]
fn a_relative_path_stays_relative() {
    // Tests run in the package's folder.
    let folder = tempfile::tempdir_in("tests").unwrap();
    let path = folder.path().join("bad.rs");
    std::fs::write(&path, "fn main() { x }").unwrap();
    let relative = path
        .strip_prefix(std::env::current_dir().unwrap())
        .unwrap_or(&path)
        .to_owned();
    let error = workspace()
        .program(&Source::File(relative.clone()), &Options::default())
        .unwrap_err();
    assert_eq!(
        diagnostics(&error)[0].spans[0].file,
        relative.display().to_string()
    );
}

#[test]
fn what_is_no_program_is_told() {
    let program = |source: &str| workspace().program(&text(source), &Options::default());
    assert!(matches!(program(" ").unwrap_err(), Error::Empty { .. }));
    assert!(
        program("pub fn f() {}")
            .unwrap_err()
            .to_string()
            .contains("E0601")
    );
    assert!(program("#![no_std]\nfn main() {}").is_err());
    assert!(
        symbols(
            &program("#![no_main]\n#[unsafe(no_mangle)] pub extern \"C\" fn main() -> i32 { 0 }")
                .unwrap()
                .objects[0]
        )
        .contains(&"main".to_owned())
    );
}

#[test]
fn warnings_come_along() {
    let built = workspace()
        .program(&text("fn main() { let x = 1; }"), &Options::default())
        .unwrap();
    assert!(rendered(&built.warnings).starts_with("warning: unused variable: `x`"));
    assert_eq!(built.warnings.len(), 1);
}

#[test]
fn native_libraries_are_named() {
    let source = "#[link(name = \"z\")] unsafe extern \"C\" { fn zlibVersion() -> *const u8; } fn main() { unsafe { zlibVersion(); } }";
    let options = Options {
        rustc_flags: vec!["-lm".into()],
        ..Options::default()
    };
    let built = workspace().program(&text(source), &options).unwrap();
    assert_eq!(built.shared_libraries, ["z", "m"]);
}
