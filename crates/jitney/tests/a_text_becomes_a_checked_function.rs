//! The README's example, point by point.

mod support;

use jitney::{Error, Status};
use support::{jit, load};

#[test]
fn add_is_compiled_linked_and_called() {
    let module = load("pub fn add(a: i32, b: i32) -> i32 { a + b }");
    let add = module.function::<fn(i32, i32) -> i32>("add").unwrap();
    assert_eq!(add(5, 6), 11);
    assert_eq!(module.version(), 1);
    assert!(
        module.memory().bytes < 64 * 1024,
        "a loaded `add` keeps {} bytes",
        module.memory().bytes
    );
}

#[test]
fn a_registry_dependency_is_used() {
    let module = jit()
        .text(
            r#"pub fn parse(b: &[u8]) -> Result<serde_json::Value, serde_json::Error> { serde_json::from_slice(b) }
               pub fn field(b: &[u8], key: &str) -> String { parse(b).unwrap()[key].to_string() }"#,
        )
        .dependency("serde_json", "1")
        .load()
        .unwrap();
    let field = module
        .function::<fn(&[u8], &str) -> String>("field")
        .unwrap();
    assert_eq!(field(br#"{"k": ["v", 1.5]}"#, "k"), r#"["v",1.5]"#);
}

#[test]
fn a_wrong_type_is_refused_with_both_types() {
    let module = load("pub fn add(a: i32, b: i32) -> i32 { a + b }");
    let error = module.function::<fn(i64) -> i64>("add").unwrap_err();
    assert_eq!(
        error.to_string(),
        "function `add` is `fn(i32, i32) -> i32`, not `fn(i64) -> i64`"
    );
    // A type of the right size that is no function pointer is as wrong.
    assert!(matches!(
        module.function::<usize>("add").unwrap_err(),
        Error::WrongType(_)
    ));
    assert!(matches!(
        module
            .function::<unsafe fn(i32, i32) -> i32>("add")
            .unwrap_err(),
        Error::WrongType(_)
    ));
}

#[test]
fn a_missing_name_is_answered_by_the_nearest() {
    let module = load(
        "pub fn add(a: i32, b: i32) -> i32 { a + b } pub mod shapes { pub fn area(r: f64) -> f64 { r * r } }
         fn hidden() {} pub static LIMIT: u32 = 3;",
    );
    let missing = |name: &str| module.function::<fn()>(name).unwrap_err().to_string();
    assert_eq!(
        missing("ad"),
        "module `text` has no function `ad`; did you mean `add`?"
    );
    assert_eq!(
        missing("area"),
        "module `text` has no function `area`; did you mean `shapes::area`?"
    );
    assert!(
        missing("hidden").contains("private: make it `pub`"),
        "{}",
        missing("hidden")
    );
    assert!(
        missing("LIMIT").contains("that is a global: `pub static LIMIT: u32`"),
        "{}",
        missing("LIMIT")
    );
}

#[test]
fn a_compile_error_has_the_users_line() {
    let error = jit()
        .text("pub fn f() -> u8 {\n    let x: u8 = \"no\";\n    x\n}\n")
        .name("rules")
        .load()
        .unwrap_err();
    let Error::Build(jitney::BuildError::Compile { diagnostics }) = &error else {
        panic!("{error:?}")
    };
    let span = diagnostics[0]
        .spans
        .iter()
        .find(|span| span.primary)
        .unwrap();
    assert_eq!(
        (span.file.as_str(), span.line, span.column),
        ("rules.rs", 2, 17)
    );
    assert_eq!(diagnostics[0].code.as_deref(), Some("E0308"));
    assert!(error.to_string().contains("rules.rs:2:17"), "{error}");
}

#[test]
fn exports_list_what_is_offered_and_what_is_not() {
    let module = load(
        "/// Doubles.\npub fn double(x: u64) -> u64 { x * 2 }\npub fn any<T>(x: T) -> T { x }\npub struct Counter(u32);\n\
         impl Counter { pub fn new() -> Counter { Counter(7) } pub fn value(&self) -> u32 { self.0 } }\n\
         #[cfg(any())] pub fn absent() {}",
    );
    let of = |path: &str| module.exports().iter().find(|export| export.name == path);
    assert_eq!(of("double").unwrap().doc.as_deref(), Some("Doubles."));
    assert_eq!(
        of("double").unwrap().signature,
        "pub fn double(x: u64) -> u64"
    );
    assert!(
        matches!(&of("any").unwrap().status, Status::Refused { reason } if reason.contains("generic"))
    );
    assert!(
        matches!(&of("absent").unwrap().status, Status::Refused { reason } if reason.contains("cfg"))
    );
    assert!(of("Counter::value").is_some());
    assert!(matches!(
        module.function::<fn(u8) -> u8>("any").unwrap_err(),
        Error::NotExportable { .. }
    ));
}

#[test]
fn globals_are_typed_and_shared_by_their_handles() {
    let module = load(
        "use std::sync::atomic::{AtomicU32, Ordering};
         pub static HITS: AtomicU32 = AtomicU32::new(40);
         pub static mut RAW: u64 = 5;
         pub fn hit() -> u32 { HITS.fetch_add(1, Ordering::Relaxed) + 1 }
         pub fn raw() -> u64 { unsafe { RAW } }",
    );
    use std::sync::atomic::{AtomicU32, Ordering};
    let hits = module.global::<AtomicU32>("HITS").unwrap();
    let hit = module.function::<fn() -> u32>("hit").unwrap();
    assert_eq!(hit(), 41);
    hits.store(99, Ordering::Relaxed);
    assert_eq!(hit(), 100);
    let error = module.global::<u32>("HITS").unwrap_err();
    assert!(matches!(error, Error::WrongType(_)), "{error}");
    assert!(matches!(
        module.global::<u64>("RAW").unwrap_err(),
        Error::NotExportable { .. }
    ));
    let raw = module.global_mut::<u64>("RAW").unwrap();
    // SAFETY: the module is loaded, and no other thread uses the static.
    unsafe { *raw = 6 };
    assert_eq!(module.function::<fn() -> u64>("raw").unwrap()(), 6);
}

#[test]
fn an_exported_instance_of_a_generic_is_checked_by_the_compiler() {
    let text = "pub fn largest<T: PartialOrd + Copy>(x: &[T]) -> T { let mut m = x[0]; for i in x { if *i > m { m = *i } } m }";
    let module = jit()
        .text(text)
        .export("largest", "fn(&[f64]) -> f64")
        .load()
        .unwrap();
    let largest = module.function::<fn(&[f64]) -> f64>("largest").unwrap();
    assert_eq!(largest(&[1.0, 3.5, 2.0]), 3.5);
}

#[test]
fn one_build_is_loaded_many_times_each_with_its_own_statics() {
    let loadable = jit()
        .text(
            "use std::sync::atomic::{AtomicU32, Ordering}; static N: AtomicU32 = AtomicU32::new(0);
             pub fn next() -> u32 { N.fetch_add(1, Ordering::Relaxed) }",
        )
        .build()
        .unwrap();
    let (first, second) = (loadable.load().unwrap(), loadable.load().unwrap());
    assert_eq!((first.version(), second.version()), (1, 2));
    let next = |module: &jitney::Module| module.function::<fn() -> u32>("next").unwrap()();
    assert_eq!(
        [next(&first), next(&first), next(&second), next(&first)],
        [0, 1, 0, 2]
    );
}

#[test]
fn every_optimization_level_gives_the_same_answers() {
    let small = "pub fn add(a: i32, b: i32) -> i32 { a + b }";
    // Enough for several codegen units, with calls and statics between them.
    let large: String = (0..60)
        .map(|n| {
            format!(
                "pub mod m{n} {{ use std::sync::atomic::{{AtomicU64, Ordering}}; pub static HITS: AtomicU64 = AtomicU64::new({n}); \
                 #[inline(never)] pub fn hit(x: u64) -> String {{ let h = HITS.fetch_add(x, Ordering::Relaxed); \
                 format!(\"{{h}} {{}}\", super::m{}::HITS.load(Ordering::Relaxed)) }} }}\n",
                (n + 1) % 60
            )
        })
        .collect();
    for level in ["0", "1", "2", "3", "s", "z"] {
        let module = jit().text(small).opt_level(level).load().unwrap();
        let add = module.function::<fn(i32, i32) -> i32>("add").unwrap();
        assert_eq!(add(5, 6), 11, "level {level}");
        let module = jit().text(large.as_str()).opt_level(level).load().unwrap();
        let hit = |path: &str| module.function::<fn(u64) -> String>(path).unwrap();
        let answers = [
            hit("m7::hit")(3),
            hit("m6::hit")(1),
            hit("m59::hit")(2),
            hit("m58::hit")(0),
        ];
        assert_eq!(answers, ["7 8", "6 10", "59 0", "58 61"], "level {level}");
    }
}
