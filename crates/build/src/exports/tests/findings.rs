//! What the survey tells of a source beside its entries.

use super::harness::{find, read};
use crate::exports::{ExportKind, Status};

#[test]
fn signatures_stand_on_one_line_as_rustfmt_would_have_them() {
    let table: &[(&str, &str, &str)] = &[
        (
            "pub fn add(a: i32, b: i32) -> i32 { a + b }",
            "add",
            "pub fn add(a: i32, b: i32) -> i32",
        ),
        (
            "pub  fn\n spread (\n a:i32 ,\n b : & 'static  mut [ u8;2 ],\n)->Vec < Vec<u8> >{todo!()}",
            "spread",
            "pub fn spread(a: i32, b: &'static mut [u8; 2]) -> Vec<Vec<u8>>",
        ),
        (
            "pub unsafe extern \"C\" fn raw(p: *const u8, q: *mut (u8,), r: &&str) {}",
            "raw",
            "pub unsafe extern \"C\" fn raw(p: *const u8, q: *mut (u8,), r: &&str)",
        ),
        (
            "pub fn closures<'a, F>(f: F, g: &'a mut (dyn FnMut(u8)->u8+Send+'a)) -> ! where F: Fn(&str)->usize, for<'x> &'x F: Copy, { loop {} }",
            "closures",
            "pub fn closures<'a, F>(f: F, g: &'a mut (dyn FnMut(u8) -> u8 + Send + 'a)) -> ! where F: Fn(&str) -> usize, for<'x> &'x F: Copy",
        ),
        (
            "pub fn sized<T: ?Sized, const N: usize>(t: &T) -> Foo<{ N + 1 }, -1> {}",
            "sized",
            "pub fn sized<T: ?Sized, const N: usize>(t: &T) -> Foo<{ N + 1 }, -1>",
        ),
        (
            "pub fn paths(a: ::std::vec::Vec<u8>, b: <Vec<u8> as IntoIterator>::Item, c: impl Iterator<Item=u8>) {}",
            "paths",
            "pub fn paths(a: ::std::vec::Vec<u8>, b: <Vec<u8> as IntoIterator>::Item, c: impl Iterator<Item = u8>)",
        ),
        (
            "pub fn patterns((a, b): (u8, u8), [c, ..]: [u8; 3], mut d: u8, &e: &u8, P { x, .. }: P, _: ()) {}",
            "patterns",
            "pub fn patterns((a, b): (u8, u8), [c, ..]: [u8; 3], mut d: u8, &e: &u8, P { x, .. }: P, _: ())",
        ),
        (
            "pub fn mac(a: ty!(u8), r#in: [u8; N*2]) -> Result<(), Box<dyn Error>> {}",
            "mac",
            "pub fn mac(a: ty!(u8), r#in: [u8; N *2]) -> Result<(), Box<dyn Error>>",
        ),
        ("pub struct Unit;", "Unit", "pub struct Unit"),
        (
            "pub struct Tuple<T>(pub T, u8) where T: Copy;",
            "Tuple",
            "pub struct Tuple<T> where T: Copy",
        ),
        (
            "pub struct Fields<'a> { a: &'a u8 }",
            "Fields",
            "pub struct Fields<'a>",
        ),
        ("pub enum Choice { A, B(u8) }", "Choice", "pub enum Choice"),
        ("pub union Bits { a: u8, b: i8 }", "Bits", "pub union Bits"),
        (
            "pub unsafe trait Draw: Sized + 'static { fn draw(&self); }",
            "Draw",
            "pub unsafe trait Draw: Sized + 'static",
        ),
        (
            "pub type Short<T> = Vec<Option<T>>;",
            "Short",
            "pub type Short<T> = Vec<Option<T>>",
        ),
        (
            "pub static COUNT: i32 = 1 + 2;",
            "COUNT",
            "pub static COUNT: i32",
        ),
        (
            "pub static mut TABLE: [Option<&str>; 4] = [None; 4];",
            "TABLE",
            "pub static mut TABLE: [Option<&str>; 4]",
        ),
        (
            "pub const LIMIT: usize = { 3 };",
            "LIMIT",
            "pub const LIMIT: usize",
        ),
    ];
    for (item, path, expected) in table {
        assert_eq!(find(&read(item), path).signature, *expected, "{item}");
    }
}

#[test]
fn kinds_and_doc_comments_are_told() {
    let survey = read(
        "/// Adds.\n///\n///     code\n/// end\n#[doc = \" more \"] #[doc(hidden)] pub fn add() {}
         /** A\n block */ pub static S: u8 = 1; pub fn bare() {} /// Type.\npub struct T; impl T { /// Method.\n pub fn m(&self) {} }
         #[doc = include_str!(\"x\")] pub enum E {}",
    );
    assert_eq!(
        find(&survey, "add").doc.as_deref(),
        Some("Adds.\n\n    code\nend\nmore")
    );
    assert_eq!(find(&survey, "S").doc.as_deref(), Some("A\nblock"));
    assert_eq!(find(&survey, "bare").doc, None);
    assert_eq!(find(&survey, "T::m").doc.as_deref(), Some("Method."));
    assert_eq!(find(&survey, "T").status, Status::Informational);
    assert_eq!(find(&survey, "S").kind, ExportKind::Global);
    assert_eq!(find(&survey, "T::m").kind, ExportKind::Function);
    assert_eq!(find(&survey, "E").kind, ExportKind::Type);
}

#[test]
fn main_allocator_and_emptiness_are_told() {
    assert!(read("fn main() {}").has_main);
    assert!(read("mod m { pub fn start() {} } use m::start as main;").has_main);
    assert!(!read("mod m { fn main() {} }").has_main);
    assert!(read("").is_empty);
    assert!(read("\u{feff}#!/bin/x\n//! Docs\n#![allow(x)]\n/* c */").is_empty);
    assert!(!read("use std::fmt;").is_empty);
    assert_eq!(
        read("#!/bin/x\n\n#[global_allocator]\nstatic A: T = T;").global_allocator,
        Some(4)
    );
    assert_eq!(
        read("mod m {\n#[global_allocator] pub static A: T = T; }").global_allocator,
        Some(2)
    );
    assert_eq!(read("fn f() {}").global_allocator, None);
}

#[test]
fn files_that_are_taken_in_are_told() {
    let taking = [
        "mod x;",
        "mod a { mod x; }",
        "#[path = \"y\"] mod m { }",
        "fn f() { mod x; }",
        "include!(\"x\");",
        "fn f() -> &'static str { g(include_str! (\"x\")) }",
        "const B: &[u8] = include_bytes!{\"x\"};",
        "fn f() { mod r#x ; }",
        "#[doc = include_str!(\"x\")] fn f() {}",
    ];
    for text in taking {
        assert!(read(text).reads_files, "{text}");
    }
    for text in [
        "mod x {}",
        "// mod x;\nfn include() {}",
        "fn f() { \"include!(x)\"; /* mod x; */ }",
        "fn include_str() {}",
    ] {
        assert!(!read(text).reads_files, "{text}");
    }
}

#[test]
fn methods_of_types_made_by_macros_are_still_found() {
    let survey = read(
        "macro_rules! t { ($n:ident) => { pub struct $n; } } t!(Flags); impl Flags { pub fn all() -> Flags { Flags } }",
    );
    assert_eq!(super::harness::exported(&survey), ["Flags::all"]);
    super::harness::compile(&survey, "2021", &[]);
}
