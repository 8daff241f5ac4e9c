//! Modules: what they make public, and the files they are read from.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::harness::{check_lines, compile, exported, holds, marker, read, rustc};
use crate::exports::{Survey, survey};

#[test]
fn items_are_found_under_all_their_public_paths() {
    let survey = read(
        "#![allow(warnings)]
        pub mod shapes { pub fn area() {} pub mod round { pub struct Circle; impl Circle { pub fn new() -> Circle { Circle } }
            pub static PI: f64 = 3.0; } fn hidden() {} }
        mod imp { pub fn f() {} pub fn g() {} pub(crate) fn h() {} pub mod inner { pub fn deep() {} } pub struct T; }
        pub use self::imp::f; pub use imp::{g as renamed, inner};
        pub mod all { pub use super::imp::*; pub fn f(_: u8) {} }
        pub use shapes::round::*;
        impl imp::T { pub fn method(&self) {} }
        mod far { use super::imp::T; impl T { pub fn from_afar(&self, other: T) {} } }
        pub mod own { pub use std::cmp::max; pub use core::fmt as form; }",
    );
    let mut found = exported(&survey);
    found.sort_unstable();
    let mut expected = [
        "shapes::area",
        "shapes::round::PI",
        "shapes::round::Circle::new",
        "Circle::new",
        "PI",
        "f",
        "renamed",
        "inner::deep",
        "all::inner::deep",
        "all::f",
        "all::g",
        "all::T::method",
        "all::T::from_afar",
    ];
    expected.sort_unstable();
    assert_eq!(found, expected);
    for edition in ["2018", "2024"] {
        let (object, messages) = compile(&survey, edition, &[]);
        assert_eq!(messages, "");
        assert!(
            expected
                .iter()
                .all(|path| holds(&object, marker(&survey, path)))
        );
    }
}

#[test]
fn paths_of_edition_2015_begin_at_the_root() {
    let survey = read(
        "mod imp { pub fn f() {} pub struct T; } pub mod m { pub use imp::f; use imp::T; pub fn g(_: T) {} }",
    );
    assert_eq!(exported(&survey), ["m::f"]);
    compile(&survey, "2015", &[]);
}

#[test]
fn modules_that_import_each_other_come_to_an_end() {
    let mut text = String::from("pub use a0::*; pub mod prelude { pub use crate::*; }\n");
    for n in 0..60 {
        text += &format!(
            "pub mod a{n} {{ pub use super::*; pub use super::a{}::*; pub fn f{n}(_: super::S) {{}} }}\n",
            (n + 1) % 60
        );
    }
    text += "pub struct S; pub use self::loop_a::x; mod loop_a { pub use super::loop_b::x; } mod loop_b { pub use super::loop_a::x; }";
    let survey = read(&text);
    let exported = exported(&survey);
    for n in 0..60 {
        assert!(exported.contains(&format!("a{n}::f{n}").as_str()));
    }
}

#[test]
fn conditions_are_repeated_on_the_entries() {
    let survey = read(
        "#[cfg(unix)] pub fn f() {}\n#[cfg(not(unix))] pub fn f(a: u8) {}
        #[cfg(feature = \"x\")] pub struct T; #[cfg(feature = \"x\")] impl T { pub fn new() -> T { T } }
        pub struct U; impl U { #![cfg(feature = \"x\")] pub fn a() {} #[cfg(not(feature = \"x\"))] pub fn b() {} pub fn c() {} }
        #[cfg_attr(all(), doc(hidden), cfg(feature = \"x\"))] pub static S: u8 = 1;
        #[cfg_attr(any(), cfg(nonsense))] #[cfg_attr(all(), cfg_attr(all(), cfg(feature = \"x\")), inline)] pub fn nested() {}
        #[cfg(feature = \"x\")] pub mod m { pub fn in_m() {} }
        mod imp { pub fn g() {} } #[cfg(feature = \"x\")] pub use imp::g;
        #[test] pub fn tested() {} #[cfg(test)] pub mod tests { pub fn t() {} }
        pub struct L<'a>(&'a u8); #[cfg(feature = \"x\")] impl<'a> L<'a> { pub fn adapted(a: &'a u8) -> Self { L(a) } }",
    );
    assert_eq!(
        exported(&survey)
            .iter()
            .filter(|path| **path == "f")
            .count(),
        2
    );
    assert!(!exported(&survey).contains(&"tested"));
    let with = [
        "T::new",
        "U::a",
        "U::c",
        "S",
        "nested",
        "m::in_m",
        "g",
        "L::adapted",
    ];
    for (flags, on) in [(&["--cfg", "feature=\"x\""][..], true), (&[][..], false)] {
        let (object, _) = compile(&survey, "2021", flags);
        for path in with {
            assert_eq!(holds(&object, marker(&survey, path)), on, "{path}");
        }
        assert!(!holds(&object, marker(&survey, "tests::t")));
        let kept = survey
            .exports
            .iter()
            .filter(|export| export.name == "f")
            .filter(|export| match &export.status {
                crate::exports::Status::Exported { marker } => holds(&object, marker),
                _ => false,
            });
        assert_eq!(
            kept.map(|export| export.signature.as_str())
                .collect::<Vec<_>>(),
            ["pub fn f()"]
        );
    }
}

/// Writes files into a folder, surveys its `lib.rs`, compiles the spliced copies in a second one, and returns the object.
fn compile_folder(folder: &Path, files: &[(&str, &str)]) -> (Survey, Vec<u8>) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let root = folder.join("lib.rs");
    let survey = survey(&fs::read_to_string(&root).unwrap(), Some(&root), &[]).unwrap();
    let spliced = survey.splice(&BTreeSet::new());
    check_lines(&survey, &spliced);
    for file in &spliced {
        fs::write(file.path.as_deref().unwrap_or(&root), &file.text).unwrap();
    }
    let output = rustc(
        folder,
        &[
            "--crate-type=rlib",
            "--edition=2021",
            "--emit=obj",
            "-o",
            "out.o",
            "lib.rs",
        ],
    );
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    (survey, fs::read(folder.join("out.o")).unwrap())
}

#[test]
fn files_of_modules_are_found_where_rustc_finds_them() {
    let folder = tempfile::tempdir().unwrap();
    let leaf = "pub fn f() {}";
    let files = [
        ("lib.rs", "pub mod plain; pub mod nested; pub mod inline { pub mod file; pub mod more { pub mod folder; } }
            #[path = \"elsewhere/odd name.rs\"] pub mod odd; #[path = \"dir\"] pub mod renamed { #[path = \"tls.rs\"] pub mod local; pub mod x; }
            #[cfg(windows)] pub mod missing; pub mod r#type; #[cfg_attr(unix, path = \"u.rs\")] #[cfg_attr(not(unix), path = \"w.rs\")] pub mod os;
            #[path = \"ring.rs\"] pub mod ring;"),
        ("plain.rs", "//! Inner docs.\npub mod inner; pub mod inline { pub mod deep; } #[path = \"beside.rs\"] pub mod beside;
            pub mod inl { #[path = \"p.rs\"] pub mod p; }\npub fn f() -> crate::nested::T { crate::nested::T } // no newline"),
        ("plain/inner.rs", "pub fn f(_: super::super::nested::T) {}\r\n"),
        ("plain/inline/deep.rs", leaf),
        ("plain/inl/p.rs", leaf),
        ("beside.rs", "pub mod sibling;"),
        ("sibling.rs", leaf),
        ("nested/mod.rs", "pub struct T; impl T { pub fn new() -> T { T } } pub mod child;"),
        ("nested/child.rs", leaf),
        ("inline/file.rs", "pub mod below;"),
        ("inline/file/below/mod.rs", leaf),
        ("inline/more/folder/mod.rs", leaf),
        ("elsewhere/odd name.rs", "pub mod next;"),
        ("elsewhere/next.rs", leaf),
        ("dir/tls.rs", leaf),
        ("dir/x.rs", leaf),
        ("type.rs", leaf),
        ("u.rs", leaf),
        ("w.rs", "pub fn f(_: Nonsense) {}"),
        ("ring.rs", leaf),
    ];
    let (survey, object) = compile_folder(folder.path(), &files);
    assert!(survey.reads_files);
    let present: Vec<&str> = exported(&survey)
        .into_iter()
        .filter(|path| *path == "os::f" || holds(&object, marker(&survey, path)))
        .collect();
    let mut found: Vec<&str> = present;
    found.sort_unstable();
    let mut expected = [
        "plain::f",
        "plain::inner::f",
        "plain::inline::deep::f",
        "plain::inl::p::f",
        "plain::beside::sibling::f",
        "nested::T::new",
        "nested::child::f",
        "inline::file::below::f",
        "inline::more::folder::f",
        "odd::next::f",
        "renamed::local::f",
        "renamed::x::f",
        "type::f",
        "os::f",
        "os::f",
        "ring::f",
    ];
    expected.sort_unstable();
    assert_eq!(found, expected);
    let os = survey
        .exports
        .iter()
        .filter(|export| export.name == "os::f")
        .filter(|export| match &export.status {
            crate::exports::Status::Exported { marker } => holds(&object, marker),
            _ => false,
        });
    assert_eq!(
        os.map(|export| export.signature.as_str())
            .collect::<Vec<_>>(),
        ["pub fn f()"]
    );
}

#[test]
fn files_that_name_each_other_come_to_an_end() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("lib.rs");
    fs::write(
        folder.path().join("a.rs"),
        "#[path = \"b.rs\"] pub mod b; pub fn f() {}",
    )
    .unwrap();
    fs::write(
        folder.path().join("b.rs"),
        "#[path = \"./a.rs\"] pub mod a; #[path = \"lib.rs\"] pub mod l;",
    )
    .unwrap();
    fs::write(&root, "pub mod a;").unwrap();
    let survey = survey("pub mod a;", Some(&root), &[]).unwrap();
    assert_eq!(exported(&survey), ["a::f"]);
    assert_eq!(survey.files.len(), 3);
}
