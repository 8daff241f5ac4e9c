//! Libraries: what is exported, what is refused, and which sources cannot be libraries.

mod common;

use common::{exported, library, rendered, symbols, workspace};
use jitney_build::{Error, Options, Source, Status};

#[test]
fn each_export_has_an_entry_in_the_object() {
    let source = "pub fn add(a: i32, b: i32) -> i32 { a + b }\n\
                  pub static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);\n\
                  pub mod shapes { pub fn area(w: f64, h: f64) -> f64 { w * h } }\n\
                  pub struct Counter(pub u32); impl Counter { pub fn new() -> Counter { Counter(0) } }";
    let built = library(source).unwrap();
    let mut paths = exported(&built);
    paths.sort_unstable();
    assert_eq!(paths, ["COUNT", "Counter::new", "add", "shapes::area"]);
    let symbols = symbols(&built.objects[0]);
    for export in &built.exports {
        if let Status::Exported { marker } = &export.status {
            let entries = symbols
                .iter()
                .filter(|symbol| symbol.contains(marker.as_str()))
                .count();
            assert_eq!(entries, 1, "{} {marker}", export.name);
        }
    }
    assert_eq!(built.warnings, []);
    assert_eq!(built.name, "text");
}

#[test]
fn an_export_that_the_compiler_refuses_costs_the_others_nothing() {
    // The option names a function of another type, and one that is not there.
    let options = Options {
        exports: vec![
            ("id".into(), "fn(u8) -> u16".into()),
            ("none".into(), "fn()".into()),
        ],
        ..Options::default()
    };
    let source = "pub fn add(a: i32) -> i32 { a } macro_rules! make { () => { pub fn id(a: u8) -> u8 { a } } } make!();";
    let built = workspace()
        .library(&common::text(source), &options)
        .unwrap();
    assert_eq!(exported(&built), ["add"]);
    assert!(
        common::refused(&built, "id").contains("mismatched types"),
        "{}",
        common::refused(&built, "id")
    );
    assert!(
        common::refused(&built, "none").contains("cannot find"),
        "{}",
        common::refused(&built, "none")
    );
    assert_eq!(built.warnings, []);
}

#[test]
fn a_function_that_a_macro_makes_is_exported_on_request() {
    let options = Options {
        exports: vec![("id".into(), "fn(u8) -> u8".into())],
        ..Options::default()
    };
    let source = "macro_rules! make { () => { pub fn id(a: u8) -> u8 { a } } } make!();";
    let built = workspace()
        .library(&common::text(source), &options)
        .unwrap();
    assert_eq!(exported(&built), ["id"]);
}

#[test]
fn no_lint_level_of_the_source_is_hurt_by_the_registry() {
    for level in [
        "deny(warnings)",
        "forbid(unsafe_code)",
        "deny(missing_docs, missing_debug_implementations, unreachable_pub)",
    ] {
        let source =
            format!("#![{level}]\n//! Doc.\n/// Adds.\npub fn add(a: i32) -> i32 {{ a }}\n");
        let built = library(&source).unwrap_or_else(|error| panic!("{level}: {error}"));
        assert_eq!(exported(&built), ["add"], "{level}");
        assert_eq!(built.warnings, [], "{level}");
    }
}

#[test]
fn a_denied_lint_of_the_source_itself_stays_an_error() {
    let error = library("#![deny(unused_variables)]\npub fn f() { let x = 1; }\n").unwrap_err();
    assert!(
        error.to_string().contains("unused variable: `x`"),
        "{error}"
    );
}

#[test]
fn main_beside_public_functions_is_not_called_unused() {
    let built = library("pub fn f() {}\nfn helper() {}\nfn main() { helper() }\n").unwrap();
    assert_eq!(exported(&built), ["f"]);
    assert_eq!(rendered(&built.warnings), "");
    // A `main` that cannot be named as a value is no reason to fail.
    let built = library("pub fn f() {}\n#[cfg(any())]\nfn main() {}\n").unwrap();
    assert_eq!(exported(&built), ["f"]);
}

#[test]
fn sources_without_anything_to_call_are_told_why() {
    for source in ["", "  \n", "// nothing\n"] {
        assert!(
            matches!(library(source).unwrap_err(), Error::Empty { .. }),
            "{source:?}"
        );
    }
    let error = library("fn main() {}").unwrap_err();
    assert!(
        matches!(&error, Error::OnlyMain { name } if name == "text.rs"),
        "{error}"
    );
    assert!(error.to_string().contains("jitney run"), "{error}");
    let built = library("fn private() {}").unwrap();
    assert_eq!(
        (exported(&built).len(), built.private),
        (0, vec!["private".to_owned()])
    );
}

#[test]
fn an_allocator_of_its_own_is_refused_with_its_line() {
    let source = "use std::alloc::System;\n\n#[global_allocator]\nstatic A: System = System;\npub fn f() {}\n";
    for error in [
        library(source).unwrap_err(),
        workspace()
            .program(&common::text(source), &Options::default())
            .unwrap_err(),
    ] {
        let Error::GlobalAllocator { name, line } = &error else {
            panic!("{error}")
        };
        assert_eq!((name.as_str(), *line), ("text.rs", Some(4)));
        assert!(error.to_string().contains("host's allocator"));
    }
}

#[test]
fn no_std_and_crate_attributes_are_honoured() {
    assert_eq!(
        exported(&library("#![no_std]\npub fn f() -> u8 { 1 }").unwrap()),
        ["f"]
    );
    assert_eq!(
        exported(
            &library("#![crate_type = \"cdylib\"]\n#![crate_name = \"other\"]\npub fn f() {}")
                .unwrap()
        ),
        ["f"]
    );
    let error = library("#![feature(never_type)]\npub fn f() {}").unwrap_err();
    assert!(error.to_string().contains("E0554"), "{error}");
}

#[test]
fn the_name_comes_from_the_option_and_never_clashes() {
    for (name, in_symbols) in [
        ("my-rule", "7my_rule"),
        ("std", "4std_"),
        ("2nd rule", "8_2nd_rule"),
    ] {
        let options = Options {
            name: Some(name.into()),
            ..Options::default()
        };
        let built = workspace()
            .library(&common::text("pub fn f() {}"), &options)
            .unwrap();
        assert_eq!(built.name, name);
        let symbols = symbols(&built.objects[0]);
        assert!(
            symbols
                .iter()
                .any(|symbol| symbol.contains(in_symbols.trim_start_matches("8_"))),
            "{symbols:?}"
        );
    }
}

#[test]
fn the_same_source_has_the_same_symbols_and_another_has_others() {
    let of = |text: &str, opt_level: &str| {
        let options = Options {
            opt_level: Some(opt_level.into()),
            ..Options::default()
        };
        let mut found = symbols(
            &workspace()
                .library(&Source::Text(text.into()), &options)
                .unwrap()
                .objects[0],
        );
        found.retain(|symbol| symbol.contains("add"));
        found
    };
    let first = of("pub fn add() {}", "0");
    assert!(!first.is_empty());
    assert_eq!(first, of("pub fn add() {}", "0"));
    assert_ne!(first, of("pub fn add() { }", "0"));
    assert_ne!(first, of("pub fn add() {}", "2"));
}

#[test]
fn five_thousand_functions_are_exported() {
    let source: String = (0..5000)
        .map(|n| format!("pub fn f{n}(a: u32) -> u32 {{ a + {n} }}\n"))
        .collect();
    let built = library(&source).unwrap();
    assert_eq!(exported(&built).len(), 5000);
}

#[test]
fn features_edition_flags_and_variables_reach_the_compiler() {
    let source = "#[cfg(feature = \"fast\")] pub fn fast() -> &'static str { env!(\"JITNEY_TEST_WORD\") }\n\
                  #[cfg(flagged)] pub fn flagged() { let async = 1; let _ = async; }\n\
                  #[cfg(feature = \"slow\")] pub fn slow() {}\n";
    let options = Options {
        features: vec!["fast".into()],
        edition: Some("2015".into()),
        rustc_flags: vec!["--cfg=flagged".into(), "--check-cfg=cfg(flagged)".into()],
        env: vec![("JITNEY_TEST_WORD".into(), "a very special word".into())],
        opt_level: Some("2".into()),
        debug_info: true,
        ..Options::default()
    };
    let built = workspace()
        .library(&common::text(source), &options)
        .unwrap();
    let object = &built.objects[0];
    assert!(common::holds(object, "a very special word"));
    assert!(
        symbols(object)
            .iter()
            .any(|symbol| symbol.contains("flagged"))
    );
    assert!(!symbols(object).iter().any(|symbol| symbol.contains("slow")));
    assert!(common::holds(object, ".debug_info"));
}
