//! What was compiled and put into a bundle works where no compiler is: in a process that could not start one, and that
//! maps nothing of a toolchain.

#[path = "support/alone.rs"]
mod alone;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use alone::alone;
use jitney::{BuildError, Error, Jit};

fn jit() -> Jit {
    Jit::new()
        .unwrap()
        .cache_folder(Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"))
}

/// Where the test's parent put its bundles.
const FOLDER: &str = "JITNEY_TEST_BUNDLES";

/// Makes bundles, and loads them in a process without a compiler.
fn elsewhere(test: &str, make: impl FnOnce(&Jit, &Path), load: impl FnOnce(&Path)) {
    let prepare = |command: &mut Command, folder: &Path| {
        make(&jit(), folder);
        command.env(FOLDER, folder).env("HOME", folder);
        command
            .env("PATH", "")
            .env("JITNEY_RUSTC", "/nowhere/rustc");
    };
    alone(test, prepare, || {
        load(&PathBuf::from(std::env::var_os(FOLDER).unwrap()));
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        assert!(!maps.contains("rustlib"), "{maps}");
    });
}

#[test]
fn a_text_is_loaded_and_called() {
    elsewhere(
        "a_text_is_loaded_and_called",
        |jit, folder| {
            let text = jit.text("pub fn add(a: i32, b: i32) -> i32 { a + b }\npub static SEVEN: u8 = 7; fn hidden() {}");
            text.bundle(folder.join("add.jitney")).unwrap();
        },
        |folder| {
            let error = Jit::new().unwrap_err();
            assert!(
                matches!(error, Error::Build(BuildError::NotAToolchain { .. })),
                "{error}"
            );
            let jit = Jit::without_compiler().unwrap();
            let loadable = jit.bundle(folder.join("add.jitney")).build().unwrap();
            let modules = [1, 2].map(|version| {
                let module = loadable.load().unwrap();
                assert_eq!((module.name(), module.version()), ("text", version));
                let add = module.function::<fn(i32, i32) -> i32>("add").unwrap();
                assert_eq!(add(5, 6), 11);
                // Overflow panics, by std's own function.
                let panic = std::panic::catch_unwind(|| add(i32::MAX, 1)).unwrap_err();
                assert!(panic.is::<&str>() || panic.is::<String>());
                assert_eq!(*module.global::<u8>("SEVEN").unwrap(), 7);
                module
            });
            let words = modules[0]
                .function::<fn(i64)>("add")
                .unwrap_err()
                .to_string();
            assert_eq!(
                words,
                "function `add` is `fn(i32, i32) -> i32`, not `fn(i64)`"
            );
            let words = modules[0]
                .function::<fn()>("hidden")
                .unwrap_err()
                .to_string();
            assert!(words.contains("private"), "{words}");
            for module in modules {
                // SAFETY: the handles are gone, and nothing runs in it.
                unsafe { module.unload() }.unwrap();
            }
            // A source that is to be compiled is refused, with what to do.
            let error = jit.text("pub fn f() {}").load().unwrap_err();
            assert!(matches!(error, Error::WithoutCompiler), "{error}");
            assert!(error.to_string().contains("`Jit::new`"), "{error}");
        },
    );
}

const STD: &str = r#"
    use std::collections::{BTreeMap, HashMap};
    pub fn count(text: &str) -> HashMap<String, usize> {
        let mut words = HashMap::new();
        for word in text.split_whitespace() { *words.entry(word.to_string()).or_insert(0) += 1; }
        words
    }
    pub fn shown(n: u64) -> String {
        let map: BTreeMap<_, _> = (0..n).map(|i| (i, format!("{:.3}", i as f64 / 7.0))).collect();
        format!("{map:?}")
    }
    pub fn threads(n: u64) -> u64 {
        let (sender, receiver) = std::sync::mpsc::channel();
        let threads: Vec<_> = (0..n).map(|i| {
            let sender = sender.clone();
            std::thread::Builder::new().name(format!("worker {i}")).spawn(move || sender.send(i * i).unwrap()).unwrap()
        }).collect();
        drop(sender);
        for thread in threads { thread.join().unwrap() }
        receiver.iter().sum()
    }
    pub fn lines(path: &str) -> std::io::Result<usize> {
        use std::io::BufRead;
        Ok(std::io::BufReader::new(std::fs::File::open(path)?).lines().count())
    }
"#;

#[test]
fn the_standard_library_is_brought_along_and_shared() {
    elsewhere(
        "the_standard_library_is_brought_along_and_shared",
        |jit, folder| {
            for name in ["one", "two"] {
                let text = jit.text(STD).name(name);
                text.bundle(folder.join(name).with_extension("jitney"))
                    .unwrap();
            }
        },
        |folder| {
            let jit = Jit::without_compiler().unwrap();
            let before = jit.shared_memory().pool;
            let mut after_first = 0;
            for name in ["one", "two"] {
                let module = jit
                    .bundle(folder.join(name).with_extension("jitney"))
                    .load()
                    .unwrap();
                let count = module
                    .function::<fn(&str) -> HashMap<String, usize>>("count")
                    .unwrap();
                assert_eq!(count("a b a")["a"], 2);
                let shown = module.function::<fn(u64) -> String>("shown").unwrap();
                assert_eq!(shown(2), r#"{0: "0.000", 1: "0.143"}"#);
                let threads = module.function::<fn(u64) -> u64>("threads").unwrap();
                assert_eq!(threads(5), 30);
                let lines = module
                    .function::<fn(&str) -> std::io::Result<usize>>("lines")
                    .unwrap();
                assert!(lines("/proc/self/status").unwrap() > 9);
                assert_eq!(
                    lines("/nowhere").unwrap_err().kind(),
                    std::io::ErrorKind::NotFound
                );
                // The second brings what the first has brought.
                match after_first {
                    0 => after_first = jit.shared_memory().pool,
                    first => assert_eq!(jit.shared_memory().pool, first),
                }
            }
            assert!(after_first >= before);
        },
    );
}

/// Makes an rlib as a build of a dependency leaves it.
fn rlib(folder: &Path, text: &str) -> PathBuf {
    let source = folder.join("shared.rs");
    std::fs::write(&source, text).unwrap();
    let rlib = folder.join("libshared.rlib");
    let rustc = jitney::Toolchain::find().unwrap().rustc().to_owned();
    let mut rustc = Command::new(rustc);
    rustc
        .args(["--crate-type=rlib", "--edition=2024", "-o"])
        .arg(&rlib)
        .arg(source);
    assert!(rustc.status().unwrap().success());
    rlib
}

const SHARED: &str = "
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNT: AtomicU32 = AtomicU32::new(0);
    static OTHER: AtomicU32 = AtomicU32::new(10);
    thread_local! { static OWN: std::cell::Cell<u32> = const { std::cell::Cell::new(100) } }
    pub fn next() -> u32 { COUNT.fetch_add(1, Ordering::Relaxed) }
    pub fn other() -> u32 { OTHER.fetch_add(1, Ordering::Relaxed) }
    pub fn own() -> u32 { OWN.replace(OWN.get() + 1) }
";

#[test]
fn a_dependencys_static_is_one_variable_for_bundles_and_what_is_compiled_later() {
    const TEST: &str =
        "a_dependencys_static_is_one_variable_for_bundles_and_what_is_compiled_later";
    let prepare = |command: &mut Command, folder: &Path| {
        let shared = rlib(folder, SHARED);
        let make = |name: &str, text: &str| {
            let source = jit()
                .text(text)
                .name(name)
                .dependency_path("shared", &shared);
            source
                .bundle(folder.join(name).with_extension("jitney"))
                .unwrap();
        };
        make("one", "pub fn next() -> u32 { shared::next() }");
        // Other parts of the same crate.
        make(
            "two",
            "pub fn next() -> u32 { shared::next() + shared::other() * 0 } pub fn own() -> u32 { shared::own() }",
        );
        make(
            "three",
            "pub fn other() -> u32 { shared::other() } pub fn own() -> u32 { shared::own() }",
        );
        // The crate was edited since: it is another one, though all its names are the same.
        let kept = folder.join("kept.rlib");
        std::fs::rename(&shared, &kept).unwrap();
        rlib(
            folder,
            &SHARED.replace("AtomicU32::new(0)", "AtomicU32::new(50)"),
        );
        make("edited", "pub fn next() -> u32 { shared::next() }");
        std::fs::rename(&kept, &shared).unwrap();
        command.env(FOLDER, folder);
    };
    alone(TEST, prepare, || {
        let folder = PathBuf::from(std::env::var_os(FOLDER).unwrap());
        let alone = Jit::without_compiler().unwrap();
        let load = |name: &str| {
            alone
                .bundle(folder.join(name).with_extension("jitney"))
                .load()
                .unwrap()
        };
        let call =
            |module: &jitney::Module, name: &str| module.function::<fn() -> u32>(name).unwrap()();
        let (one, two) = (load("one"), load("two"));
        assert_eq!(
            [call(&one, "next"), call(&two, "next"), call(&one, "next")],
            [0, 1, 2]
        );
        let three = load("three");
        assert_eq!(call(&three, "other"), 11);
        assert_eq!([call(&two, "own"), call(&three, "own")], [100, 101]);
        assert_eq!(call(&load("edited"), "next"), 50);
        assert_eq!(call(&load("one"), "next"), 3);
        // With the compiler comes the whole of the crate, and the whole standard library.
        let text = "pub fn next() -> u32 { shared::next() } pub fn other() -> u32 { shared::other() }
                    pub fn own() -> u32 { shared::own() } pub fn text() -> String { format!(\"{:?}\", [1]) }";
        let text = jit()
            .text(text)
            .dependency_path("shared", folder.join("libshared.rlib"));
        let whole = text.load().unwrap();
        assert_eq!(
            [
                call(&whole, "next"),
                call(&whole, "other"),
                call(&whole, "own")
            ],
            [4, 12, 102]
        );
        assert_eq!(whole.function::<fn() -> String>("text").unwrap()(), "[1]");
        // And a bundle after that still finds the same.
        assert_eq!(
            [call(&load("two"), "next"), call(&load("three"), "own")],
            [5, 103]
        );
    });
}

#[test]
fn dependencies_from_the_registry_and_c_code_come_along() {
    elsewhere(
        "dependencies_from_the_registry_and_c_code_come_along",
        |jit, folder| {
            let text = jit.text(
                "pub fn kind(b: &[u8]) -> String { match serde_json::from_slice::<serde_json::Value>(b) {
                     Ok(value) => format!(\"{value:?}\"), Err(error) => error.to_string() } }",
            );
            let text = text.dependency("serde_json", "1");
            text.bundle(folder.join("json.jitney")).unwrap();
            let c = jit.c(
                "#include <math.h>\nint calls; double root(double x) { calls++; return sqrt(x); }",
            );
            c.library("m").bundle(folder.join("c.jitney")).unwrap();
        },
        |folder| {
            let jit = Jit::without_compiler().unwrap();
            let module = jit.bundle(folder.join("json.jitney")).load().unwrap();
            let kind = module.function::<fn(&[u8]) -> String>("kind").unwrap();
            assert_eq!(kind(b"[1]"), "Array [Number(1)]");
            assert_eq!(kind(b"[1"), "EOF while parsing a list at line 1 column 2");
            let module = jit
                .file(folder.join("c.jitney"))
                .name("roots")
                .load()
                .unwrap();
            assert_eq!(module.name(), "roots");
            // SAFETY: these are their types in the text above.
            unsafe {
                let root = module
                    .foreign_function::<extern "C" fn(f64) -> f64>("root")
                    .unwrap();
                assert_eq!(root(9.0), 3.0);
                assert_eq!(*module.foreign_global::<i32>("calls").unwrap(), 1);
            }
        },
    );
}

#[test]
fn what_a_source_was_given_of_the_program_is_given_again() {
    elsewhere(
        "what_a_source_was_given_of_the_program_is_given_again",
        |jit, folder| {
            let c = jit.c("int twice(int); int four(int n) { return twice(twice(n)); }");
            // SAFETY: that is its type in the text above.
            let c = unsafe { c.define_closure("twice", |n: i32| n * 2) }.unwrap();
            c.bundle(folder.join("four.jitney")).unwrap();
        },
        |folder| {
            let bundle = || {
                Jit::without_compiler()
                    .unwrap()
                    .bundle(folder.join("four.jitney"))
            };
            let words = bundle().load().unwrap_err().to_string();
            assert!(
                words.contains("undefined symbol") && words.contains("twice"),
                "{words}"
            );
            // SAFETY: as above.
            let given = unsafe { bundle().define_closure("twice", |n: i32| n * 3) }.unwrap();
            let module = given.load().unwrap();
            // SAFETY: as above.
            let four = unsafe { module.foreign_function::<extern "C" fn(i32) -> i32>("four") };
            assert_eq!(four.unwrap()(1), 9);
        },
    );
}

#[test]
fn a_call_with_literals_needs_no_compiler() {
    const TEXT: &str = "
        pub fn mix(a: i8, b: f64, c: &str, d: u64, e: f32, f: bool, g: char, h: usize, s: String, t: &[u8], i: i64) -> String {
            format!(\"{a} {b} {c} {d} {e} {f} {g} {h} {s} {t:?} {i}\")
        }
        pub fn floats(a: f64, b: f64, c: f64, d: f64, e: f64, f: f64, g: f64, h: f64, i: f64, j: f32) -> f64 {
            [a, b, c, d, e, f, g, h, i, j as f64].iter().rev().fold(0.0, |sum, x| sum * 10.0 + x)
        }
        pub fn half(a: f32) -> f32 { a / 2.0 }
        pub fn negative(a: i16) -> i16 { -a }
        pub fn not(a: bool) -> bool { !a }
        pub fn next(c: char) -> char { char::from_u32(c as u32 + 1).unwrap() }
        pub fn first(s: &str) -> &str { &s[..1] }
        pub fn bytes(s: &str) -> &[u8] { s.as_bytes() }
        pub fn nothing() {}
        pub fn vector() -> Vec<u8> { Vec::new() }
        pub fn takes(v: Vec<u8>) -> usize { v.len() }
        pub unsafe fn danger() {}
        pub fn many(a: &str, b: &str, c: &str, d: &str, e: &str, f: &str, g: &str, h: &str) -> usize { a.len() }
        #[allow(non_camel_case_types)] pub struct i64(String);
        pub fn misleading(a: i64) -> usize { a.0.len() }
        pub mod deep { pub struct P; impl P { pub fn new(n: u8) -> u8 { n } } }
    ";
    elsewhere(
        "a_call_with_literals_needs_no_compiler",
        |jit, folder| {
            let text = TEXT.replace("i: i64)", "i: core::primitive::i64)");
            for (name, level) in [("0", 0), ("3", 3)] {
                let text = jit.text(&text).opt_level(level);
                text.bundle(folder.join(name).with_extension("jitney"))
                    .unwrap();
            }
        },
        |folder| {
            let jit = Jit::without_compiler().unwrap();
            for name in ["0.jitney", "3.jitney"] {
                let module = jit.bundle(folder.join(name)).load().unwrap();
                for (call, value) in [
                    (
                        "mix(-5, 1.5, \"x\", 0xff, 2.5, true, 'q', 9, \"own\", b\"ab\", -1)",
                        "\"-5 1.5 x 255 2.5 true q 9 own [97, 98] -1\"",
                    ),
                    (
                        "floats(1., 2., 3., 4., 5., 6., 7., 8., 9., 1.)",
                        "1987654321.0",
                    ),
                    ("half(5f32)", "2.5"),
                    ("negative(-32767)", "32767"),
                    ("negative(5_i16)", "-5"),
                    ("not(true)", "false"),
                    ("next('\\u{61}')", "'b'"),
                    ("first(\"a\\\"bc\")", "\"a\""),
                    ("bytes(r\"a\\\")", "[97, 92]"),
                    ("deep::P::new(b'a')", "97"),
                ] {
                    let called = module.call_with_literals(call).unwrap();
                    assert_eq!(called.as_deref(), Some(value), "{call} {name}");
                }
                assert_eq!(module.call_with_literals("nothing()").unwrap(), None);
                for (call, parts) in [
                    (
                        "negative(40000)",
                        [
                            "`40000` does not fit `i16`",
                            "pub fn negative(a: i16) -> i16",
                        ],
                    ),
                    (
                        "negative(1, 2)",
                        ["takes 1 argument, and 2 are given", "pub fn negative"],
                    ),
                    (
                        "nothing(1)",
                        ["takes no arguments, and 1 is given", "pub fn nothing()"],
                    ),
                    ("half(1)", ["`1` is no `f32`", "pub fn half"]),
                    ("half(1.0f64)", ["`1.0f64` is no `f32`", "pub fn half"]),
                    ("not(1)", ["`1` is no `bool`", "pub fn not"]),
                    ("vector()", ["Vec<u8>", "cannot be printed"]),
                    ("takes(\"\")", ["Vec<u8>", "no literal can be given"]),
                    (
                        "danger()",
                        ["not a plain Rust function", "pub unsafe fn danger()"],
                    ),
                    ("misleading(5)", ["text::i64", "no literal can be given"]),
                    (
                        "many(\"\", \"\", \"\", \"\", \"\", \"\", \"\", \"\")",
                        ["too many arguments", "pub fn many"],
                    ),
                    ("not(x)", ["`x` is no literal", "`add(5, 6)`"]),
                    ("nott(true)", ["no function `nott`", "`not`"]),
                    ("i64", ["it is no call", "`add(5, 6)`"]),
                ] {
                    let words = module.call_with_literals(call).unwrap_err().to_string();
                    assert!(
                        parts.iter().all(|part| words.contains(part)),
                        "{call}: {words}"
                    );
                }
                let panic =
                    std::panic::catch_unwind(|| module.call_with_literals("next('\\u{10ffff}')"));
                panic.expect_err("there is no such character");
            }
        },
    );
}
