//! No lint setting of the user's makes rustc reject an entry, and nothing is said about one.

use std::collections::BTreeSet;

use super::harness::{compile, exported, read};

/// Lints that are off by default, and that generated code easily trips over.
const STRICT: &str = "#![deny(warnings, absolute_paths_not_starting_with_crate, deprecated_in_future, \
elided_lifetimes_in_paths, explicit_outlives_requirements, let_underscore_drop, missing_copy_implementations, \
missing_debug_implementations, missing_docs, non_ascii_idents, redundant_imports, redundant_lifetimes, \
single_use_lifetimes, trivial_casts, trivial_numeric_casts, unit_bindings, unnameable_types, unreachable_pub, \
unsafe_code, unsafe_op_in_unsafe_fn, unstable_features, unused_crate_dependencies, unused_extern_crates, \
unused_import_braces, unused_lifetimes, unused_qualifications, unused_results, variant_size_differences)]
";

const ITEMS: &str = "//! A crate.
/// Adds.
pub fn add(a: i32, b: i32) -> i32 { a + b }
/// Borrows.
pub fn borrow(a: &str) -> &str { a }
/// A static.
pub static COUNT: i32 = 1;
/// A static.
pub static mut STATE: i32 = 1;
/// A type.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a>(&'a str);
impl<'a> Text<'a> {
    /// Makes.
    pub fn new(s: &'a str) -> Self { Text(s) }
    /// Gets.
    pub fn get(&self, _other: &u8) -> &str { self.0 }
}
/// A module.
pub mod shapes {
    /// A function.
    pub fn area(a: &f64) -> f64 { *a }
    /// Another.
    pub extern \"C\" fn callback(_f: Option<extern \"C\" fn(u8)>) {}
}
/// Old.
#[deprecated] pub fn old() {}
/// Old type.
#[deprecated] #[derive(Clone, Copy, Debug)] pub struct Old;
#[allow(deprecated)]
impl Old {
    /// Makes.
    pub fn new() -> Old { Old }
    /// Uses.
    pub fn used(&self) {}
}
/// Takes.
#[allow(deprecated)] pub fn takes(_: Old) {}
";

#[test]
fn the_strictest_settings_accept_every_entry() {
    for edition in ["2015", "2018", "2021", "2024"] {
        let survey = read(&format!("{STRICT}{ITEMS}"));
        assert_eq!(exported(&survey).len(), 12);
        let (_, messages) = compile(&survey, edition, &[]);
        assert_eq!(messages, "", "edition {edition}");
    }
}

#[test]
fn forbidden_lints_are_no_obstacle() {
    let survey = read(
        "#![forbid(unsafe_code, dead_code, unused, missing_docs, non_upper_case_globals, unreachable_pub)]
         //! A crate.
         /// Adds.
         pub fn add(a: i32, b: i32) -> i32 { a + b }
         /// A type.
         pub struct Text<'a>(&'a str);
         impl<'a> Text<'a> {
             /// Makes.
             pub fn new(s: &'a str) -> Self { Text(s) }
             /// Gets.
             pub fn get(&self) -> &str { self.0 }
         }",
    );
    let (_, messages) = compile(&survey, "2021", &[]);
    assert_eq!(messages, "");
}

#[test]
fn crates_without_std_or_prelude_are_no_obstacle() {
    for attribute in ["#![no_std]", "#![no_implicit_prelude]"] {
        for edition in ["2015", "2024"] {
            let survey = read(&format!(
                "{attribute}\npub fn add(a: i32) -> i32 {{ a }}\npub mod m {{ pub fn f() {{}} }}"
            ));
            let (_, messages) = compile(&survey, edition, &[]);
            assert_eq!(messages, "");
        }
    }
}

#[test]
fn names_of_the_users_own_are_no_obstacle() {
    let survey = read(
        "pub mod core { pub struct AtomicPtr; pub fn any() -> AtomicPtr { AtomicPtr } }
         pub struct Option; pub struct Entry; pub mod c { pub fn c() {} }
         pub fn new(_: Option) -> Entry { Entry }
         #[allow(non_camel_case_types)] pub struct str;
         pub fn f(_: &str) {}",
    );
    let (_, messages) = compile(&survey, "2015", &[]);
    assert_eq!(messages, "");
    compile(&survey, "2024", &[]);
}

#[test]
fn a_text_without_exports_is_left_as_it_is() {
    let text = "#![deny(warnings)]\nfn main() {}\n";
    let survey = read(text);
    assert_eq!(survey.splice(&BTreeSet::new())[0].text, text);
    let survey = read(&format!("{text}pub fn f() {{}}\n"));
    let files = survey.splice(&BTreeSet::from([0]));
    assert!(files[0].inserted.is_empty());
}
