//! Pairs of texts: those whose types are the same whatever else is in the process, and those of which that is not known.

use super::super::SurveyedFile;
use super::shape;

fn of(text: &str) -> [u8; 32] {
    let file = SurveyedFile {
        path: None,
        text: text.to_owned(),
    };
    shape(&[file], &["given"]).expect("the text is Rust")
}

/// `CHANGE` in the text stands for each of the two in turn.
fn same(text: &str, one: &str, other: &str) -> bool {
    of(&text.replace("CHANGE", one)) == of(&text.replace("CHANGE", other))
}

#[test]
fn bodies_that_make_no_type_are_left_out() {
    for (text, one, other) in [
        ("pub fn f() -> u32 { CHANGE }", "1", "2 + 3"),
        ("pub fn f() -> u32 { CHANGE }", "1", "let x = 1;\n\n\n x"),
        ("// CHANGE\npub fn f() {}", "a", "b\n// and c"),
        ("/// CHANGE\npub fn f() {}", "a", "b"),
        (
            "struct S { a: u8 } impl S { pub fn f(&self) -> u8 { CHANGE } }",
            "self.a",
            "self.a | 1",
        ),
        (
            "trait T { fn f(&self) -> u8 { CHANGE } } impl T for u8 { fn f(&self) -> u8 { *self } }",
            "1",
            "2",
        ),
        (
            "mod inner { impl Clone for super::S { fn clone(&self) -> Self { CHANGE } } }",
            "Self",
            "Self {}",
        ),
        (
            "fn f() { CHANGE }",
            "println!(\"{}\", 1)",
            "assert!(1 < 2 || true, \"{:?}\", vec![1]);",
        ),
        // Closures that have nothing of the function's in them.
        (
            "fn f(v: Vec<u8>) -> Vec<u8> { v.into_iter().map(CHANGE).collect() }",
            "|x| x + 1",
            "|(a, b)| a | b",
        ),
        (
            "fn f(v: Vec<u8>) -> u8 { v.iter().map(|x| x + 1).filter(|x| x % CHANGE != 0).sum() }",
            "3",
            "4",
        ),
        ("fn f() { g(|| CHANGE, || 2) }", "1", "3"),
        (
            "fn f(z: u8) { g(|(a, P { b: c }): (u8, P)| a + c + CHANGE, z) }",
            "1",
            "3",
        ),
        (
            "fn f(o: Option<u8>) -> u8 { match o { Some(1 | 2) | None => CHANGE, Some(x) => x } }",
            "1",
            "2",
        ),
        (
            "#[inline] #[must_use] pub fn f() -> u8 { CHANGE }",
            "1",
            "2",
        ),
        (
            "#[unsafe(no_mangle)] pub extern \"C\" fn f() -> u8 { CHANGE }",
            "1",
            "2",
        ),
        (
            "#[derive(Clone, Debug)] struct S; fn f() { CHANGE }",
            "",
            "loop {}",
        ),
        (
            "fn f(p: &u8) -> *const u8 { CHANGE }",
            "p",
            "&raw const *p as *const u8",
        ),
        (
            "use std::fmt::Debug; use inner::*; mod inner {} fn f() { CHANGE }",
            "print!(\"\")",
            "println!()",
        ),
        (
            "#[cfg_attr(feature = \"x\", inline)] fn f() { CHANGE }",
            "1;",
            "2;",
        ),
        // What lies above a change keeps its place.
        (
            "#[derive(serde::Serialize)] struct S; fn f() { CHANGE }",
            "",
            "\n\n",
        ),
        (
            "#[derive(serde::Serialize)] struct S; fn f() { CHANGE }\n#[derive(serde::Serialize)] struct T;",
            "1;",
            "2;",
        ),
        (
            "#![allow(dead_code)] #![cfg_attr(docsrs, feature(doc_cfg))] fn f() { CHANGE }",
            "1;",
            "2;",
        ),
    ] {
        assert!(same(text, one, other), "{text}: {one} / {other}");
    }
}

#[test]
fn what_may_make_a_type_counts() {
    for (text, one, other) in [
        ("pub struct S { a: CHANGE }", "u8", "[u8; 9]"),
        ("const N: usize = CHANGE; struct S([u8; N]);", "1", "2"),
        (
            "const fn n() -> usize { CHANGE } struct S([u8; n()]);",
            "1",
            "2",
        ),
        ("pub const unsafe fn n() -> usize { CHANGE }", "1", "2"),
        ("enum E { A = CHANGE }", "1", "1000"),
        (
            "fn f() -> impl Iterator<Item = u8> { CHANGE }",
            "[1].into_iter()",
            "[1, 2].into_iter()",
        ),
        ("fn f() -> Option<Box<impl Sized>> { CHANGE }", "1", "2u8"),
        (
            "async fn f() { CHANGE }",
            "1;",
            "let x = [0; 9]; g().await;",
        ),
        ("fn f() -> F { Box::pin(async { CHANGE }) }", "1;", "2;"),
        ("fn f(x: u8) -> F { Box::new(move |y| CHANGE) }", "x", "y"),
        ("fn f(x: u8) -> F { g(|y| CHANGE) }", "x + y", "y"),
        ("fn f(r#x: u8) -> F { g(|y| y + CHANGE) }", "x", "1"),
        (
            "fn f() { let x = 1; g(|| println!(\"{CHANGE}\")) }",
            "x",
            "y",
        ),
        (
            "fn f() { let x = 1; g(|| println!(\"CHANGE\")) }",
            "\\u{7b}x}",
            "y",
        ),
        (
            "impl S { fn f(&self) -> F { g(|y| CHANGE) } }",
            "self.a",
            "y",
        ),
        ("fn f() { g(|x| h(|y| x + CHANGE)) }", "y", "1"),
        ("fn f(a: u8) { let b = {} || a == CHANGE; }", "1", "2"),
        ("fn f(a: u8) { g(|x: Vec<u8>| a + CHANGE) }", "1", "2"),
        ("fn f(a: u8) { g(|x| x..a + CHANGE) }", "1", "2"),
        ("fn f(y: u8) { g(|x| h::<u8, u8>(x, CHANGE)) }", "1", "y"),
        ("fn f(x: u8) { g(|P { x: y }| y + CHANGE) }", "x", "1"),
        ("fn f(x: u8) { g(|y: x| y + CHANGE) }", "x", "1"),
        (
            "fn f(x: u8) { 'a: loop { break 'a |y| y + CHANGE } }",
            "x",
            "1",
        ),
        (
            "fn f(x: u8) { g(#[allow(unused)] |y| y + CHANGE) }",
            "x",
            "1",
        ),
        (
            "mod given {} mod a { use given::*; fn f() { println!(CHANGE) } }",
            "1",
            "2",
        ),
        ("mod a {} use ::a::*; fn f() { println!(CHANGE) }", "1", "2"),
        (
            "extern crate odd as std; use std::*; fn f() { println!(CHANGE) }",
            "1",
            "2",
        ),
        ("fn f() { struct S([u8; CHANGE]); }", "1", "2"),
        ("fn f() { let x = CHANGE; }", "1", "{ const N: u8 = 1; N }"),
        ("fn f() { odd!(CHANGE) }", "1", "2"),
        ("fn f() { foo::println!(CHANGE) }", "1", "2"),
        (
            "macro_rules! println { () => {} } fn f() { println!(CHANGE) }",
            "1",
            "2",
        ),
        ("use foo::println; fn f() { println!(CHANGE) }", "1", "2"),
        (
            "use foo::{odd as println}; fn f() { println!(CHANGE) }",
            "1",
            "2",
        ),
        ("use foo::*; fn f() { println!(CHANGE) }", "1", "2"),
        (
            "#[macro_use] extern crate foo; fn f() { println!(CHANGE) }",
            "1",
            "2",
        ),
        ("#[odd] fn f() { CHANGE }", "1", "2"),
        ("#[odd] impl S { fn f() { CHANGE } }", "1", "2"),
        ("#[odd] mod m { fn f() { CHANGE } }", "1", "2"),
        ("#[cfg_attr(all(), odd)] fn f() { CHANGE }", "1", "2"),
        ("odd! { fn f() { CHANGE } }", "1", "2"),
        (
            "static F: fn() -> u8 = { fn f() -> u8 { CHANGE } f };",
            "1",
            "2",
        ),
        ("const F: fn(u8) -> u8 = |x| { CHANGE };", "1", "2"),
        (
            "impl<const N: usize> S<N> { const M: usize = { CHANGE }; }",
            "1",
            "2",
        ),
        ("fn f() {} CHANGE", "", "impl Clone for S {}"),
        ("fn f() { g(#[odd] CHANGE) }", "1", "2"),
        // Any line may be asked for.
        (
            "fn f() { CHANGE } const L: u32 = Location::caller().line();",
            "",
            "\n",
        ),
    ] {
        assert!(!same(text, one, other), "{text}: {one} / {other}");
    }
}

#[test]
fn places_count_where_a_macro_could_ask_for_them() {
    for text in [
        "fn f() { CHANGE } odd! { struct S; }",
        "fn f() { CHANGE } struct S([u8; line!() as usize]);",
        "fn f() { CHANGE } #[derive(serde::Serialize)] struct S;",
        "fn f() { CHANGE } #[odd] fn g() {}",
        "fn f() { CHANGE } struct S([u8; odd::vec!()]);",
        "fn f() { CHANGE } fn g() { #[derive(odd::Odd)] struct S; }",
        "fn f() { CHANGE } fn g(x: u8) -> F { let y = [0; line!() as usize]; h(move || y) }",
        "fn f() { CHANGE } type T = odd!();",
    ] {
        assert!(!same(text, "", "\n"), "{text}");
        assert!(same(text, "1;", "2;"), "{text}");
    }
}

#[test]
fn files_are_told_apart() {
    let file = |path: Option<&str>, text: &str| SurveyedFile {
        path: path.map(Into::into),
        text: text.to_owned(),
    };
    let two =
        |one: &str, other: &str| shape(&[file(None, one), file(Some("a.rs"), other)], &[]).unwrap();
    assert_eq!(
        two("fn f() {}", "fn g() { 1 }"),
        two("fn f() { 2 }", "fn g() {}")
    );
    assert_ne!(
        two("fn f() {} struct S;", "fn g() {}"),
        two("fn f() {}", "struct S; fn g() {}")
    );
    assert_eq!(shape(&[file(None, "fn f( {")], &[]), None);
    let deep = format!("fn f() {{ {}{} }}", "(".repeat(500), ")".repeat(500));
    assert_eq!(shape(&[file(None, &deep)], &[]), None);
    // Each closure reaches to the end.
    let long = format!("fn f() {{ {} 1 }}", "|a| ".repeat(50_000));
    assert!(shape(&[file(None, &long)], &[]).is_some());
}
