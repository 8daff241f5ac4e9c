//! Files beside the source: modules, `#[path]`, `include!` and its kin are found where rustc finds them, and `file!()`
//! shows the user's own path everywhere.

mod common;

use common::{diagnostics, exported, folder, holds, rendered, rustc_says, workspace};
use jitney_build::{Built, Options, Source};

fn build(folder: &tempfile::TempDir, root: &str) -> Built {
    let path = folder.path().join(root);
    workspace()
        .library(&Source::File(path), &Options::default())
        .unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn modules_are_found_and_their_items_exported() {
    let folder = folder(&[
        (
            "src/root.rs",
            "pub mod shapes;\n#[path = \"../else/where.rs\"] pub mod other;\npub mod inline { pub mod deep; }\npub fn here() {}\n",
        ),
        (
            "src/shapes.rs",
            "pub mod area;\npub fn shapes() -> &'static str { file!() }\n",
        ),
        ("src/shapes/area.rs", "pub fn of(w: u8) -> u8 { w }\n"),
        (
            "else/where.rs",
            "pub fn other() -> &'static str { file!() }\n",
        ),
        ("src/inline/deep.rs", "pub fn deep() {}\n"),
    ]);
    let built = build(&folder, "src/root.rs");
    let mut paths = exported(&built);
    paths.sort_unstable();
    assert_eq!(
        paths,
        [
            "here",
            "inline::deep::deep",
            "other::other",
            "shapes::area::of",
            "shapes::shapes"
        ]
    );
    let shown = |file: &str| format!("{}/{file}", folder.path().display());
    assert!(holds(&built.objects[0], &shown("src/shapes.rs")));
    assert!(holds(&built.objects[0], &shown("src/../else/where.rs")));
    assert!(!holds(&built.objects[0], "jitney-"));
    assert!(built.warnings.is_empty(), "{}", rendered(&built.warnings));
}

#[test]
fn included_files_are_found_beside_and_above() {
    let folder = folder(&[
        ("top.txt", "the topmost words"),
        (
            "a/x.rs",
            "pub fn included() -> &'static str { include_str!(\"data/words.txt\") }",
        ),
        ("a/data/words.txt", "words beside x"),
        (
            "a/b/root.rs",
            "include!(\"../x.rs\");\npub fn top() -> &'static str { include_str!(\"../../top.txt\") }\npub fn bytes() -> &'static [u8] { include_bytes!(\"raw.bin\") }\npub fn file() -> &'static str { file!() }\n",
        ),
        ("a/b/raw.bin", "raw bytes"),
    ]);
    let built = build(&folder, "a/b/root.rs");
    let object = &built.objects[0];
    for text in [
        "the topmost words",
        "words beside x",
        "raw bytes",
        &format!("{}/a/b/root.rs", folder.path().display()),
    ] {
        assert!(holds(object, text), "{text}");
    }
    assert!(!holds(object, "jitney-"));
}

#[test]
fn a_module_that_only_a_macro_names_is_found() {
    let folder = folder(&[
        (
            "root.rs",
            "macro_rules! modules { ($($name:ident)*) => { $(pub mod $name;)* } }\nmodules!(one);\npub fn f() -> u8 { one::g() }\n",
        ),
        ("one.rs", "pub fn g() -> u8 { 1 }\n"),
    ]);
    assert_eq!(exported(&build(&folder, "root.rs")), ["f"]);
}

#[test]
fn a_module_with_an_absolute_path_compiles_and_its_functions_are_refused() {
    let folder = folder(&[("far/away.rs", "pub fn g() -> u8 { 1 }\n"), ("root.rs", "")]);
    let away = folder.path().join("far/away.rs");
    let root = format!(
        "#[path = {:?}] pub mod away;\npub fn f() -> u8 {{ away::g() }}\n",
        away.display().to_string()
    );
    std::fs::write(folder.path().join("root.rs"), root).unwrap();
    let built = build(&folder, "root.rs");
    assert_eq!(exported(&built), ["f"]);
    assert!(common::refused(&built, "away::g").contains("absolute"));
}

#[test]
fn missing_files_are_named_as_rustc_names_them() {
    for source in [
        "pub mod missing;\npub fn f() {}\n",
        "pub fn f() -> &'static str { include_str!(\"no/such.txt\") }\n",
        "pub fn f() {}\ninclude!(\"../no.rs\");\n",
    ] {
        let folder = folder(&[("src/root.rs", source)]);
        let path = folder.path().join("src/root.rs");
        let error = workspace()
            .library(&Source::File(path.clone()), &Options::default())
            .unwrap_err();
        assert_eq!(rendered(diagnostics(&error)), rustc_says(&path));
    }
}

#[test]
fn an_error_in_a_module_shows_the_modules_file() {
    let folder = folder(&[
        ("src/root.rs", "pub mod inner;\n"),
        ("src/inner.rs", "pub fn f() -> u8 {\n    \"\" }\n"),
    ]);
    let path = folder.path().join("src/root.rs");
    let error = workspace()
        .library(&Source::File(path.clone()), &Options::default())
        .unwrap_err();
    assert_eq!(rendered(diagnostics(&error)), rustc_says(&path));
}

#[test]
fn a_text_reads_from_the_current_folder() {
    // Tests run in the package's folder.
    let built =
        common::library("pub fn manifest() -> &'static str { include_str!(\"Cargo.toml\") }")
            .unwrap();
    assert!(holds(&built.objects[0], "name = \"jitney-build\""));
    let built =
        common::library("pub fn above() -> &'static str { include_str!(\"../build/Cargo.toml\") }")
            .unwrap();
    assert!(holds(&built.objects[0], "name = \"jitney-build\""));
}

#[test]
fn nothing_of_the_users_is_changed_and_nothing_stays() {
    let folder = folder(&[
        ("src/root.rs", "pub mod inner;\npub fn f() {}\n"),
        ("src/inner.rs", "pub fn g() {}\n"),
    ]);
    let list = || {
        let mut found: Vec<_> = walk(folder.path());
        found.sort();
        found
    };
    let before = list();
    build(&folder, "src/root.rs");
    assert_eq!(list(), before);
}

fn walk(folder: &std::path::Path) -> Vec<(std::path::PathBuf, String)> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                walk(&path)
            } else {
                vec![(path.clone(), std::fs::read_to_string(path).unwrap())]
            }
        })
        .collect()
}

#[test]
fn kept_files_have_readable_names() {
    let keep = tempfile::tempdir().unwrap();
    let options = Options {
        keep_files: Some(keep.path().join("kept")),
        name: Some("rule".into()),
        ..Options::default()
    };
    let built = workspace()
        .library(&common::text("pub fn f() {}\n"), &options)
        .unwrap();
    assert_eq!(
        std::fs::read(keep.path().join("kept/rule.o")).unwrap(),
        built.objects[0]
    );
    assert!(
        std::fs::read_to_string(keep.path().join("kept/rule.rs"))
            .unwrap()
            .starts_with("pub fn f() {}\n")
    );
}
