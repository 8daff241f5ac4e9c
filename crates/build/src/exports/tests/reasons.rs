//! What cannot be exported is listed with the reason, and what `.export(…)` then makes of it.

use std::collections::BTreeSet;

use super::harness::{compile, exported, find, holds, marker, read, reason};
use crate::exports::{Status, survey};

/// An item, its path, and a part of the reason.
const TABLE: &[(&str, &str, &str)] = &[
    (
        "pub fn largest<T: Ord>(a: T, b: T) -> T { a }",
        "largest",
        "it is generic over `T`: only an instance has an address; name one with .export(\"largest\", \"fn(…)\")",
    ),
    (
        "pub fn sized<T, const N: usize>(a: [T; N]) {}",
        "sized",
        "generic over `T` and `const N`",
    ),
    (
        "pub struct Stack<T>(Vec<T>); impl<T> Stack<T> { pub fn push(&mut self, t: T) {} }",
        "Stack<T>::push",
        "generic over `T`",
    ),
    (
        "pub struct Grid<const N: usize>; impl<const N: usize> Grid<N> { pub fn make() -> Self { Grid } }",
        "Grid<N>::make",
        "generic over `const N`",
    ),
    (
        "pub async fn fetch(a: u8) -> u8 { a }",
        "fetch",
        "it is async",
    ),
    (
        "pub fn count() -> impl Iterator<Item = u8> { 0..3 }",
        "count",
        "it returns `impl Iterator<Item = u8>`, a type without",
    ),
    (
        "pub fn boxed() -> Box<impl Fn(u8) -> u8> { Box::new(|a| a) }",
        "boxed",
        "it returns `impl Fn(u8) -> u8`",
    ),
    (
        "pub fn apply(f: impl Fn(&str) -> usize) {}",
        "apply",
        "its parameter of type `impl Fn(&str) -> usize`",
    ),
    (
        "pub fn apply_ref(f: &mut impl Send) {}",
        "apply_ref",
        "`impl Send`",
    ),
    (
        "pub fn outlives<'a, 'b: 'a>(a: &'a str, b: &'b str) -> &'a str { b }",
        "outlives",
        "its lifetime `'b` has the bound `'b: 'a`",
    ),
    (
        "pub fn outlives_where<'a, 'b>(a: &'a str, b: &'b str) -> &'a str where 'b: 'a { b }",
        "outlives_where",
        "`'b: 'a`",
    ),
    (
        "pub fn early<'a>(a: &'a str) where Text<'a>: Send {}",
        "early",
        "has the bound `Text<'a>: Send`",
    ),
    (
        "pub const LIMIT: usize = 3;",
        "LIMIT",
        "it is a constant, which has no address",
    ),
    (
        "impl Counter { pub const SIZE: usize = 3; }",
        "Counter::SIZE",
        "it is a constant",
    ),
    // Private types.
    (
        "struct P; pub fn takes(p: P) {}",
        "takes",
        "its signature names the private type `P`; make that type pub",
    ),
    (
        "pub(crate) struct Q; pub fn gives() -> Vec<(u8, &'static Q)> { Vec::new() }",
        "gives",
        "the private type `Q`",
    ),
    (
        "mod hidden { pub struct R; } pub fn deep(f: fn(Box<hidden::R>)) {}",
        "deep",
        "the private type `R`",
    ),
    (
        "mod hidden2 { pub struct S; pub(crate) mod more { pub fn f(s: super::S, t: crate::hidden2::S) {} } } \
      pub use hidden2::more::f as relative;",
        "relative",
        "the private type `S`",
    ),
    (
        "mod hidden3 { pub struct T3; } use hidden3::T3 as Renamed; pub fn renamed(a: [Renamed; 2]) {}",
        "renamed",
        "the private type `T3`",
    ),
    (
        "mod hidden4 { pub struct T4; } use hidden4::*; pub fn globbed(a: Option<T4>) {}",
        "globbed",
        "the private type `T4`",
    ),
    (
        "trait Inner {} pub fn object(a: &dyn Inner) {}",
        "object",
        "the private type `Inner`",
    ),
    (
        "struct P5; type Alias5 = Option<P5>; pub fn aliased(a: Alias5) {}",
        "aliased",
        "the private type `P5`",
    ),
    (
        "struct P6; pub static GLOBAL: Option<P6> = None;",
        "GLOBAL",
        "its type names the private type `P6`",
    ),
    (
        "struct P7; impl Counter { pub fn method(&self) -> P7 { P7 } }",
        "Counter::method",
        "the private type `P7`",
    ),
    (
        "struct P8; impl Pair<P8> { pub fn made() {} }",
        "Pair<P8>::made",
        "the private type `P8`",
    ),
];

const COMMON: &str = "#![allow(warnings)]
pub struct Counter;
pub struct Pair<T>(T);
pub struct Text<'a>(&'a str);
";

#[test]
fn every_refusal_says_why() {
    let items: Vec<&str> = TABLE.iter().map(|(item, ..)| *item).collect();
    let text = format!("{COMMON}{}", items.join("\n"));
    let survey = read(&text);
    assert_eq!(exported(&survey), [""; 0]);
    for (item, path, part) in TABLE {
        let reason = reason(&survey, path);
        assert!(reason.contains(part), "{item}: {reason}");
    }
    // The table itself must be sound Rust.
    compile(&survey, "2024", &[]);
}

#[test]
fn public_types_that_look_private_are_no_reason() {
    let survey = read(
        "#![allow(warnings)]
         mod a { pub struct A; pub mod b { pub struct B; pub struct C; pub fn f(a: super::A) {} } }
         pub use a::{A, b::B as Renamed}; pub use a::b::*;
         mod shadow { pub(super) struct String; }
         pub fn one(a: &A, b: a::b::B) -> Result<String, std::fmt::Error> { loop {} }
         type Plain = Option<u8>; pub fn two(a: Plain) {}
         mod imp { use std::fmt::Result; pub fn g() -> Result { Ok(()) } } pub use imp::g;
         struct Result2; struct Private; pub trait Has { type Out; } impl Has for Private { type Out = u8; }
         pub fn three(a: <Private as Has>::Out, b: [u8; HIDDEN]) {} const HIDDEN: usize = 2;",
    );
    assert_eq!(exported(&survey), ["one", "two", "three", "g", "f"]);
    compile(&survey, "2021", &[]);
}

#[test]
fn unreachable_functions_are_listed_by_their_own_paths() {
    let survey = read(
        "fn helper() {} pub(crate) fn inner() {} mod imp { pub fn hidden() {} pub fn shown() {} }
         pub use imp::shown; struct P; impl P { pub fn make() {} } pub struct Q; impl Q { fn secret(&self) {} }",
    );
    assert_eq!(
        survey.private,
        ["helper", "inner", "P::make", "Q::secret", "imp::hidden"]
    );
    assert_eq!(exported(&survey), ["shown"]);
}

#[test]
fn an_instance_that_is_asked_for_is_exported_instead() {
    let text = "pub fn largest<T: Ord>(a: T, b: T) -> T { a.max(b) }
        pub struct Stack<T>(Vec<T>); impl<T> Stack<T> { pub fn length(&self) -> usize { self.0.len() } }
        pub fn call(f: impl Fn(u8) -> u8) -> u8 { f(1) }
        macro_rules! make { ($name:ident) => { fn $name(a: &str) -> &str { a } } } make!(made);";
    let extra = [
        ("largest", "fn(i32,i32)->i32"),
        ("largest", "fn(u8, u8) -> u8"),
        ("Stack::<u8>::length", "fn(&Stack<u8>) -> usize"),
        ("call", "fn(fn(u8) -> u8) -> u8"),
        ("made", "fn(&str) -> &str"),
        ("made", "i32"),
        ("made(", "fn()"),
        ("made; fn x() {}", "fn()"),
        ("made", "fn(&str) -> &str; fn x() {}"),
    ];
    let extra: Vec<_> = extra
        .iter()
        .map(|(path, ty)| ((*path).to_owned(), (*ty).to_owned()))
        .collect();
    let survey = survey(text, None, &extra).unwrap();
    let listed: Vec<&str> = survey
        .exports
        .iter()
        .map(|export| export.name.as_str())
        .collect();
    assert_eq!(
        listed,
        [
            "Stack",
            "Stack<T>::length",
            "largest",
            "largest",
            "Stack::<u8>::length",
            "call",
            "made",
            "made",
            "made(",
            "made; fn x() {}",
            "made"
        ]
    );
    assert_eq!(survey.exports[2].signature, "fn(i32, i32) -> i32");
    let refused: Vec<bool> = survey
        .exports
        .iter()
        .map(|export| matches!(export.status, Status::Refused { .. }))
        .collect();
    assert_eq!(
        refused[2..],
        [false, false, false, false, false, true, true, true, true]
    );
    let (object, messages) = compile(&survey, "2024", &[]);
    assert_eq!(messages, "");
    assert!(holds(&object, marker(&survey, "Stack::<u8>::length")));
}

#[test]
fn an_entry_that_rustc_rejects_is_found_by_its_range_and_left_out() {
    // `Chars` hides a lifetime that only the compiler can know of.
    let text = "pub struct S(String); pub fn ok() {}\nimpl S { pub fn chars(&self, _: &u8) -> std::str::Chars { self.0.chars() } }\n";
    let survey = read(text);
    let files = survey.splice(&BTreeSet::new());
    let folder = tempfile::tempdir().unwrap();
    super::harness::write_root(folder.path(), &files);
    let output = super::harness::rustc(
        folder.path(),
        &[
            "--crate-type=rlib",
            "--emit=metadata",
            "--error-format=json",
            "lib.rs",
        ],
    );
    assert!(!output.status.success());
    let messages = String::from_utf8_lossy(&output.stderr);
    let error = messages
        .lines()
        .find(|line| line.contains("\"level\":\"error\""))
        .unwrap();
    let number = |key: &str| -> usize {
        let at = error.find(&format!("\"{key}\":")).unwrap() + key.len() + 3;
        error[at..]
            .split(|digit: char| !digit.is_ascii_digit())
            .next()
            .unwrap()
            .parse()
            .unwrap()
    };
    let (begin, end) = (number("byte_start"), number("byte_end"));
    let guilty = files[0]
        .inserted
        .iter()
        .find(|insertion| insertion.range.start <= begin && end <= insertion.range.end);
    let guilty = guilty.unwrap().export.unwrap();
    assert_eq!(survey.exports[guilty].name, "S::chars");
    let without = survey.splice(&BTreeSet::from([guilty]));
    super::harness::check_lines(&survey, &without);
    super::harness::write_root(folder.path(), &without);
    let output = super::harness::rustc(
        folder.path(),
        &["--crate-type=rlib", "--emit=obj", "-o", "out.o", "lib.rs"],
    );
    assert!(output.status.success());
    let object = std::fs::read(folder.path().join("out.o")).unwrap();
    assert!(holds(&object, marker(&survey, "ok")));
    assert!(!holds(&object, marker(&survey, "S::chars")));
    assert!(matches!(
        find(&survey, "S::chars").status,
        Status::Exported { .. }
    ));
}
