//! Texts that are no Rust, or Rust that no person writes, end in an error or a refusal.

use super::harness::{compile, exported, read, reason};
use crate::exports::survey;

#[test]
fn texts_that_do_not_divide_into_items_are_errors_with_a_place() {
    let table = [
        (
            "pub fn f() {",
            "the source:1:12: the text is not made of Rust tokens",
        ),
        ("fn f() { } }", "1:12: the text is not made of Rust tokens"),
        ("\"never ends", "the text is not made of Rust tokens"),
        (
            "pub fn f() {}\n/// dangling",
            "2:1: an attribute or doc comment with no item after it",
        ),
        (
            "mod m {\n #[inline] }",
            "2:2: an attribute or doc comment with no item after it",
        ),
        (
            "pub fn f() {}\n  pub fn g()",
            "2:3: an item that does not end",
        ),
        ("use std::fmt", "1:1: an item that does not end"),
        ("pub", "an item that does not end"),
        (
            "#[x] pub static S: u8 = 1",
            "1:6: an item that does not end",
        ),
    ];
    for (text, expected) in table {
        let error = survey(text, None, &[]).expect_err(text).to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
}

#[test]
fn an_error_in_a_modules_file_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("lib.rs");
    std::fs::write(folder.path().join("broken.rs"), "fn f() {}\n#[inline]").unwrap();
    let error = survey("mod broken;", Some(&root), &[])
        .unwrap_err()
        .to_string();
    assert!(error.contains("broken.rs:2:1: an attribute"), "{error}");
    std::fs::write(folder.path().join("broken.rs"), b"\xff\xfe").unwrap();
    assert!(survey("mod broken; pub fn f() {}", Some(&root), &[]).is_ok());
    assert!(survey("mod missing; pub fn f() {}", Some(&root), &[]).is_ok());
}

#[test]
fn unknown_syntax_costs_only_the_items_that_carry_it() {
    let survey = read(
        "pub fn f(a: u8 = 3) {} pub fn g() {} pub gen fn h() {} pub fn ok(a: u8) -> u8 { super duper %% new syntax }
         frobnicate x = y; pub macro m($x:expr) { } impl !Send for X {} pub static : u8 = 1; fn () {} pub fn i() {}",
    );
    assert_eq!(exported(&survey), ["g", "ok", "i"]);
    assert!(reason(&survey, "f").contains("could not be read"));
}

#[test]
fn deep_nesting_takes_no_stack() {
    let deep = |open: &str, middle: &str, close: &str| {
        format!("{}{middle}{}", open.repeat(20_000), close.repeat(20_000))
    };
    let texts = [
        format!("pub fn f(a: {}) {{}} pub fn g() {{}}", deep("(", "", ")")),
        format!(
            "pub fn f(a: {}) {{}} pub fn g() {{}}",
            deep("Vec<", "u8", ">")
        ),
        format!("pub fn f(a: {}) {{}} pub fn g() {{}}", deep("&", "u8", "")),
        format!("pub fn f(a: {}) {{}} pub fn g() {{}}", deep("& ", "u8", "")),
        format!(
            "pub fn f(a: {}) {{}} pub fn g() {{}}",
            deep("fn() -> ", "u8", "")
        ),
        format!(
            "pub fn f(a: {}) {{}} pub fn g() {{}}",
            deep("*const ", "u8", "")
        ),
        format!(
            "pub fn f(a: {}) {{}} pub fn g() {{}}",
            deep("for<'a> ", "fn()", "")
        ),
        format!(
            "pub fn f(a: [u8; {}]) {{}} pub fn g() {{}}",
            deep("-", "1", "")
        ),
        format!(
            "pub fn f(a: [u8; {}]) {{}} pub fn g() {{}}",
            deep("1 + ", "1", "")
        ),
        format!(
            "pub fn f(a: [u8; {}]) {{}} pub fn g() {{}}",
            deep("if a { b } else ", "{}", "")
        ),
        format!(
            "pub static F: {} = 1; pub fn g() {{}}",
            deep("[", "u8", "; 1]")
        ),
        format!(
            "pub fn f() {{ {} }} pub fn g() {{}}",
            deep("{ 1 + ", "1", "}")
        ),
        format!("pub fn f() {{ {} }} pub fn g() {{}}", deep("-", "1", "")),
        format!("pub use {}; pub fn g() {{}}", deep("{", "f", "}")),
        format!("pub use {}; pub fn g() {{}}", deep("a::", "f", "")),
        format!(
            "{} pub fn g() {{}}",
            deep("pub mod m { ", "pub fn f() {}", "}")
        ),
        format!(
            "#[cfg({})] pub fn f() {{}} pub fn g() {{}}",
            deep("all(", "x", ")")
        ),
        format!(
            "#[cfg_attr(x, {})] pub fn f() {{}} pub fn g() {{}}",
            deep("cfg_attr(x, ", "y", ")")
        ),
        format!(
            "pub type F = {}; pub fn g(a: F) {{}}",
            deep("(", "u8", ",)")
        ),
        format!(
            "pub struct S; impl S<{}> {{ pub fn f() {{}} }} pub fn g() {{}}",
            deep("(", "u8", ",)")
        ),
    ];
    for text in &texts {
        assert!(exported(&read(text)).contains(&"g"), "{}", &text[..60]);
    }
}

#[test]
fn what_people_do_nest_is_followed() {
    let deep = |levels: usize| format!("{}u8{}", "Option<".repeat(levels), ">".repeat(levels));
    let survey = read(&format!(
        "pub fn f(a: {}, b: {}) {{}}",
        deep(60),
        "(".repeat(60) + "u8" + &",)".repeat(60)
    ));
    assert_eq!(exported(&survey), ["f"]);
    let many: Vec<String> = (0..500)
        .map(|n| format!("a{n}: &&'static [Option<&*const u8>; {n}]"))
        .collect();
    let survey = read(&format!("pub fn f({}) {{}}", many.join(", ")));
    assert_eq!(exported(&survey), ["f"]);
    compile(&survey, "2021", &[]);
}
