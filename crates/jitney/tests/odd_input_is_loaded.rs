//! Texts that look as if they could not be loaded, but are: what they ask for is honoured.

mod support;

use std::time::{Duration, Instant};

use support::{jit, load};

#[test]
fn five_thousand_functions_can_all_be_called() {
    const COUNT: u32 = 5000;
    let text: String = (0..COUNT)
        .map(|n| format!("pub fn f{n}(x: u32) -> u32 {{ x.wrapping_add({n}) }}\n"))
        .collect();
    let start = Instant::now();
    let module = load(&text);
    // rustc alone takes a few seconds where this is not optimized; without end, it would take minutes.
    assert!(start.elapsed() < Duration::from_secs(120));
    assert_eq!(module.exports().len(), COUNT as usize);
    for n in 0..COUNT {
        let f = module.function::<fn(u32) -> u32>(&format!("f{n}")).unwrap();
        assert_eq!(f(100), 100 + n);
    }
    let error = module.function::<fn(u32) -> u32>("f5000").unwrap_err();
    assert!(error.to_string().contains("no function `f5000`"), "{error}");
}

#[test]
fn ten_megabytes_of_comments_are_only_long() {
    let comments = "// a line that says nothing, again and again\n".repeat(230_000);
    let module = load(&format!("{comments}pub fn f() -> u32 {{ line!() }}"));
    assert_eq!(
        module.function::<fn() -> u32>("f").unwrap()(),
        comments.lines().count() as u32 + 1
    );
}

#[test]
fn no_std_is_honoured() {
    let module = load(
        "#![no_std] extern crate alloc; use alloc::string::String;
         pub fn next(x: u8) -> u8 { x.wrapping_add(1) }
         pub fn name(x: u8) -> String { alloc::format!(\"<{x}>\") }",
    );
    assert_eq!(module.function::<fn(u8) -> u8>("next").unwrap()(255), 0);
    assert_eq!(
        module.function::<fn(u8) -> String>("name").unwrap()(3),
        "<3>"
    );
    // std is not there to be named.
    let error = jit()
        .text("#![no_std] pub fn f() -> std::string::String { std::string::String::new() }")
        .load()
        .unwrap_err();
    assert!(error.to_string().contains("E0433"), "{error}");
}

#[test]
fn no_main_is_honoured() {
    let module = load("#![no_main] pub fn f() -> u8 { 3 }");
    assert_eq!(module.function::<fn() -> u8>("f").unwrap()(), 3);
}

#[test]
fn two_modules_may_define_one_name() {
    let text = |n: u8| {
        format!(
            "#[unsafe(no_mangle)] pub extern \"C\" fn same_name() -> u8 {{ {n} }} pub fn call() -> u8 {{ same_name() }}"
        )
    };
    let (one, two) = (load(&text(1)), load(&text(2)));
    let call = |module: &jitney::Module| module.function::<fn() -> u8>("call").unwrap()();
    assert_eq!((call(&one), call(&two)), (1, 2));
}

#[test]
fn a_byte_order_mark_and_a_shebang_are_passed_over() {
    for start in ["\u{feff}", "#!/usr/bin/env jitney\n"] {
        let module = load(&format!("{start}pub fn f() -> u8 {{ 3 }}"));
        assert_eq!(module.function::<fn() -> u8>("f").unwrap()(), 3);
    }
}

#[test]
fn an_export_that_is_not_there_costs_nothing_else() {
    let text = jit().text("pub fn f() -> u8 { 3 }");
    let module = text.export("g", "fn() -> u8").load().unwrap();
    assert_eq!(module.function::<fn() -> u8>("f").unwrap()(), 3);
    let error = module.function::<fn() -> u8>("g").unwrap_err();
    assert!(
        matches!(&error, jitney::Error::NotExportable { path, reason } if path == "g" && reason.contains("cannot find")),
        "{error}"
    );
}
