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
