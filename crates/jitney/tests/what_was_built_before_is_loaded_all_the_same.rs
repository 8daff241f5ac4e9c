//! A source out of the cache is loaded and called like one that was just compiled: same values, same statics of its own,
//! same panics; and a dependency's code is linked to it.

mod support;

use std::panic;
use std::sync::{Arc, Mutex};

use jitney::{Event, Jit, Source};

/// A `Jit` with an empty cache, and the built dependencies that all tests share.
fn fresh() -> (tempfile::TempDir, Jit) {
    let folder = tempfile::tempdir().unwrap();
    let shared = concat!(env!("CARGO_TARGET_TMPDIR"), "/cache/dependencies/target");
    let jit = support::jit()
        .cache_folder(folder.path())
        .target_folder(shared)
        .cache(true);
    (folder, jit)
}

/// The source, and whether it came from the cache once it is built.
fn watched(source: Source) -> (Source, Arc<Mutex<bool>>) {
    let cached = Arc::new(Mutex::new(false));
    let told = Arc::clone(&cached);
    let source = source.on_progress(move |event| {
        *told.lock().unwrap() |= matches!(event, Event::Cached { .. });
    });
    (source, cached)
}

#[test]
fn values_statics_and_panics_are_the_same() {
    let (_folder, jit) = fresh();
    let text = "
        use std::sync::atomic::{AtomicU32, Ordering};
        pub static COUNT: AtomicU32 = AtomicU32::new(0);
        pub fn count() -> u32 { COUNT.fetch_add(1, Ordering::Relaxed) }
        pub fn fail(text: &str) -> String { panic!(\"no {text} at {}\", line!()) }
        pub fn generic<T>() {}";
    let mut messages = Vec::new();
    for expected in [false, true, true] {
        let (source, cached) = watched(jit.text(text).name("counter"));
        let module = source.load().unwrap();
        assert_eq!(*cached.lock().unwrap(), expected);
        let count = module.function::<fn() -> u32>("count").unwrap();
        assert_eq!(
            [count(), count()],
            [0, 1],
            "each load has statics of its own"
        );
        let fail = module.function::<fn(&str) -> String>("fail").unwrap();
        let payload = panic::catch_unwind(|| fail("way")).unwrap_err();
        messages.push(payload.downcast_ref::<String>().unwrap().clone());
        let missing = module.function::<fn()>("generic").unwrap_err().to_string();
        messages.push(missing);
    }
    assert_eq!(messages[..2], messages[2..4]);
    assert_eq!(messages[..2], messages[4..]);
    assert_eq!(messages[0], "no way at 5");
}

#[test]
fn a_dependency_is_linked_to_it() {
    let (_folder, jit) = fresh();
    for expected in [false, true] {
        let text = "pub fn show(n: u64) -> String { itoa::Buffer::new().format(n).to_owned() }";
        let (source, cached) = watched(jit.text(text).dependency("itoa", "1"));
        let module = source.load().unwrap();
        assert_eq!(*cached.lock().unwrap(), expected);
        let show = module.function::<fn(u64) -> String>("show").unwrap();
        assert_eq!(show(1234), "1234");
    }
}

#[test]
fn an_expression_is_evaluated_each_time() {
    let (_folder, jit) = fresh();
    for expected in [false, true] {
        let (source, cached) = watched(jit.text("fn f() {}"));
        let loadable = source.build_expression("f()").unwrap();
        assert_eq!(*cached.lock().unwrap(), expected);
        let module = loadable.load().unwrap();
        module
            .function::<fn()>(jitney::Loadable::EXPRESSION)
            .unwrap()();
    }
}
