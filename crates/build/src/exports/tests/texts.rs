//! Texts of odd shapes keep their lines and compile.

use std::collections::BTreeSet;

use super::harness::{compile, exported, holds, marker, read};

const SHAPES: &[(&str, &str)] = &[
    ("no newline", "pub fn f() {}"),
    ("trailing comment", "pub fn f() {} // the end"),
    ("trailing block comment", "pub fn f() {} /* the\nend */"),
    ("byte order mark", "\u{feff}pub fn f() {}\n"),
    (
        "mark and shebang",
        "\u{feff}#!/usr/bin/env run\npub fn f() {}\npub mod m { pub fn g() {} }\n",
    ),
    (
        "shebang",
        "#!/usr/bin/env -S run '\npub fn f() {}\npub mod m { pub fn g() {} }\n",
    ),
    (
        "attribute, no shebang",
        "#! [allow(dead_code)]\npub fn f() {}\n",
    ),
    (
        "attribute after comments",
        "#! // x\n /* y */ [allow(dead_code)]\npub fn f() {}\n",
    ),
    (
        "crlf",
        "//! Docs.\r\n#![allow(dead_code)]\r\npub fn f() {}\r\npub mod m {\r\n    pub fn g() {} // end\r\n}\r\n",
    ),
    (
        "comment before a brace",
        "pub mod m {\n    pub fn f() {} // not the end }\n}\npub mod n { pub fn g() {} /* } */ }",
    ),
    (
        "a module on one line",
        "pub mod m { pub mod n { pub fn f() {} } pub fn g() {} } pub fn h() {}",
    ),
    ("only a module", "pub mod m {pub fn f() {}}"),
    (
        "unicode",
        "// ÄÖÜ 日本語\npub mod größe { /* é */ pub fn länge() {} } // 終\n",
    ),
    (
        "strings and chars",
        "pub mod m { pub fn f() -> &'static str { r#\"}\"# } pub fn g() -> char { '}' } }",
    ),
    (
        "macros",
        "macro_rules! m { ($($t:tt)*) => {} } m! { } pub mod m { m!(x); pub fn f() {} } m![;];",
    ),
    (
        "inner attributes",
        "#![allow(unused)]\n#![allow(dead_code)]\n//! Docs\npub mod m { #![allow(unused)] //! Docs\n pub fn f() {} }",
    ),
    (
        "extern blocks",
        "unsafe extern \"C\" { pub fn getpid() -> i32; } extern crate std as s; pub fn f() {}",
    ),
    (
        "semicolons",
        "pub struct A(u8); pub struct B; pub struct C {} ; pub const X: u8 = { struct I; 1 }; pub fn f() {}",
    ),
    (
        "const arguments",
        "pub struct A<const N: usize>; pub fn f(_: A<{ 1 + 2 }>, _: A<{ 3 }>) -> A<{ 4 }> { A }",
    ),
    (
        "comparisons",
        "pub const T: bool = 1 < 2; pub static S: bool = 3 > 2; pub fn f() -> bool { 1 < 2 }",
    ),
    (
        "arrows",
        "pub fn f<'a>(_: &'a dyn Fn(u8) -> Box<dyn Fn() -> u8>) -> Option<fn() -> u8> { None } pub fn g() {}",
    ),
    (
        "doc comment in a signature",
        "pub fn f(/* a */ a: u8, // b\n b: u8,) -> u8 { a + b }",
    ),
];

#[test]
fn every_shape_compiles_with_its_entries() {
    for (shape, text) in SHAPES {
        let survey = read(text);
        assert!(!exported(&survey).is_empty(), "{shape}");
        // `pub struct C {} ;` is an error of its own.
        let text = text.replace(" ;", "");
        let survey = read(&text);
        let (object, messages) = compile(&survey, "2024", &["--cap-lints=allow"]);
        assert_eq!(messages, "", "{shape}");
        for path in exported(&survey) {
            assert!(holds(&object, marker(&survey, path)), "{shape}: {path}");
        }
    }
}

#[test]
fn inserted_ranges_are_in_order_and_name_their_exports() {
    let survey = read(
        "pub mod a { pub fn f() {} pub mod b { pub fn g() {} } } pub fn h() {}\npub mod c { pub fn i() {} }",
    );
    let files = survey.splice(&BTreeSet::new());
    let inserted = &files[0].inserted;
    assert!(
        inserted
            .windows(2)
            .all(|pair| pair[0].range.end <= pair[1].range.start)
    );
    for (index, export) in survey.exports.iter().enumerate() {
        let own: Vec<_> = inserted
            .iter()
            .filter(|insertion| insertion.export == Some(index))
            .collect();
        assert_eq!(
            own.len(),
            usize::from(super::harness::exported(&survey).contains(&export.name.as_str()))
        );
        for insertion in own {
            assert!(
                files[0].text[insertion.range.clone()]
                    .contains(&format!("__JITNEY_EXPORT_{index}__"))
            );
        }
    }
}

#[test]
fn thousands_of_functions_are_spliced() {
    let mut text = String::new();
    for n in 0..5_000 {
        text += &format!(
            "/// Number {n}.\npub fn f{n}(a: &str, b: usize) -> &str {{ if b > {n} {{ &a[{n}..] }} else {{ a }} }}\n"
        );
    }
    let survey = read(&text);
    assert_eq!(exported(&survey).len(), 5_000);
    let files = survey.splice(&BTreeSet::new());
    assert_eq!(files[0].inserted.len(), 1 + 5_000);
}
