//! Registries that a crate keeps for the whole program: a logger, a subscriber, lists that constructors and the linker put
//! together. The crate's statics are there once for all modules, since the sections of dependencies are shared; what a
//! module has in a registry stays there when the module goes, unless the crate can take it back. The tests say which can.

use std::path::Path;

use jitney::{Module, Source};
use jitney_heavy::jit;

/// The crate of this suite that several modules share.
fn with_shared(text: &str) -> Source {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("shared");
    jit()
        .text(text)
        .dependency_path("heavy_shared=heavy-shared", folder)
        .dependency("inventory", "0.3")
        .dependency("linkme", "0.3")
}

fn names(module: &Module, function: &str) -> Vec<String> {
    module.function::<fn() -> Vec<String>>(function).unwrap()()
}

#[test]
fn log_has_one_logger_whichever_module_speaks() {
    let load = |text: &str| jit().text(text).dependency("log", "0.4").load().unwrap();
    let listener = load(
        "use std::sync::Mutex;
         struct Listener(Mutex<Vec<String>>);
         static LISTENER: Listener = Listener(Mutex::new(Vec::new()));
         impl log::Log for Listener {
             fn enabled(&self, _: &log::Metadata) -> bool { true }
             fn log(&self, record: &log::Record) {
                 self.0.lock().unwrap().push(format!(\"{} {} {}\", record.level(), record.target(), record.args()));
             }
             fn flush(&self) {}
         }
         pub fn install() -> bool {
             log::set_max_level(log::LevelFilter::Debug);
             log::set_logger(&LISTENER).is_ok()
         }
         pub fn heard() -> Vec<String> { LISTENER.0.lock().unwrap().clone() }",
    );
    let speaker = jit()
        .text("pub fn speak(n: u32) { log::info!(target: \"speaker\", \"n is {n}\"); log::trace!(\"too low\"); }")
        .dependency("log", "0.4")
        .build()
        .unwrap();
    let install = listener.function::<fn() -> bool>("install").unwrap();
    let speak = |module: &Module, n| module.function::<fn(u32)>("speak").unwrap()(n);
    let (first, second) = (speaker.load().unwrap(), speaker.load().unwrap());
    speak(&first, 1);
    assert!(install());
    assert!(!install(), "there is one");
    speak(&first, 2);
    speak(&second, 3);
    // A module that only speaks leaves nothing behind.
    // SAFETY: it is idle, and `log` keeps nothing of a record.
    unsafe { first.unload() }.unwrap();
    speak(&second, 4);
    let expected = [2, 3, 4].map(|n| format!("INFO speaker n is {n}"));
    assert_eq!(names(&listener, "heard"), expected);
    // The listener's module must stay: `log` cannot take a logger back.
}

#[test]
fn tracing_has_one_subscriber_whichever_module_speaks() {
    let load = |text: &str| {
        let source = jit().text(text);
        let source = source.dependency_with_only_features("tracing", "0.1", ["std"]);
        source.load().unwrap()
    };
    let listener = load(
        "use std::fmt::Debug;
         use std::sync::Mutex;
         use tracing::field::{Field, Visit};
         use tracing::span::{Attributes, Id, Record};
         static HEARD: Mutex<Vec<String>> = Mutex::new(Vec::new());
         struct Listener;
         struct Text(String);
         impl Visit for Text {
             fn record_debug(&mut self, field: &Field, value: &dyn Debug) { self.0 += &format!(\" {field}={value:?}\"); }
         }
         impl tracing::Subscriber for Listener {
             fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool { metadata.is_event() }
             fn new_span(&self, _: &Attributes<'_>) -> Id { Id::from_u64(1) }
             fn record(&self, _: &Id, _: &Record<'_>) {}
             fn record_follows_from(&self, _: &Id, _: &Id) {}
             fn event(&self, event: &tracing::Event<'_>) {
                 let mut text = Text(event.metadata().target().to_owned());
                 event.record(&mut text);
                 HEARD.lock().unwrap().push(text.0);
             }
             fn enter(&self, _: &Id) {}
             fn exit(&self, _: &Id) {}
         }
         pub fn install() -> bool { tracing::subscriber::set_global_default(Listener).is_ok() }
         pub fn heard() -> Vec<String> { HEARD.lock().unwrap().clone() }",
    );
    let speaker =
        load("pub fn speak(n: u32) { tracing::info!(target: \"speaker\", n, \"said\"); }");
    let install = listener.function::<fn() -> bool>("install").unwrap();
    let speak = speaker.function::<fn(u32)>("speak").unwrap();
    // Met before there is a subscriber: it has to be asked again.
    speak(1);
    assert!(install());
    assert!(!install(), "there is one");
    speak(2);
    speak(3);
    let expected = [2, 3].map(|n| format!("speaker message=said n={n}"));
    assert_eq!(names(&listener, "heard"), expected);
    // Both modules must stay: `tracing` keeps a list of all places that ever spoke, and takes nothing back.
}

#[test]
fn inventory_collects_what_all_modules_submit() {
    let submit = |name: &str| {
        let text =
            format!("inventory::submit!(heavy_shared::Plugin({name:?})); pub fn here() {{}}");
        with_shared(&text).build().unwrap()
    };
    let reader = with_shared("pub fn plugins() -> Vec<String> { heavy_shared::plugins().into_iter().map(str::to_owned).collect() }")
        .load()
        .unwrap();
    assert_eq!(names(&reader, "plugins"), ["the crate's own"]);
    let a = submit("a");
    let _kept = [a.load().unwrap(), submit("b").load().unwrap()];
    assert_eq!(names(&reader, "plugins"), ["a", "b", "the crate's own"]);
    // Each load is a module of its own, with an entry of its own.
    let _kept_too = a.load().unwrap();
    assert_eq!(
        names(&reader, "plugins"),
        ["a", "a", "b", "the crate's own"]
    );
    // The submitting modules must stay: `inventory` takes nothing back.
}

#[test]
fn linkme_collects_within_a_module_and_within_a_dependency() {
    let text = "use linkme::distributed_slice;
        #[distributed_slice]
        static OWN: [fn() -> u32];
        #[distributed_slice(OWN)]
        fn one() -> u32 { 1 }
        mod inner {
            #[linkme::distributed_slice(super::OWN)]
            fn two() -> u32 { 2 }
        }
        pub fn own() -> Vec<u32> { let mut all: Vec<u32> = OWN.iter().map(|f| f()).collect(); all.sort(); all }

        #[distributed_slice(heavy_shared::NAMES)]
        static MINE: &str = \"a module's\";
        pub fn shared() -> Vec<String> { heavy_shared::NAMES.iter().map(|&name| name.to_owned()).collect() }
        pub fn mine() -> String { MINE.to_owned() }";
    let built = with_shared(text).build().unwrap();
    let (first, second) = (built.load().unwrap(), built.load().unwrap());
    for module in [&first, &second] {
        let own = module.function::<fn() -> Vec<u32>>("own").unwrap();
        assert_eq!(own(), [1, 2], "each load has a table of its own");
        // A table is as long as the linker made it: a dependency's, which all modules share, has the dependency's own.
        assert_eq!(names(module, "shared"), ["the crate's own"]);
    }
    // SAFETY: it is idle; its table goes with it.
    unsafe { first.unload() }.unwrap();
    assert_eq!(
        second.function::<fn() -> Vec<u32>>("own").unwrap()(),
        [1, 2]
    );
}

#[test]
fn ctor_and_dtor_run_with_each_load_and_unload() {
    let text = "static NUMBER: std::sync::Mutex<Vec<u32>> = std::sync::Mutex::new(Vec::new());
        #[ctor::ctor(unsafe)]
        fn first() { NUMBER.lock().unwrap().push(7); heavy_shared::happened(\"loaded\"); }
        #[dtor::dtor(unsafe)]
        fn last() { heavy_shared::happened(\"unloaded\"); }
        pub fn numbers() -> Vec<u32> { NUMBER.lock().unwrap().clone() }";
    let source = with_shared(text)
        .dependency("ctor", "1")
        .dependency("dtor", "1");
    let witness = with_shared("pub fn list() -> Vec<String> { heavy_shared::list() }")
        .load()
        .unwrap();
    let built = source.build().unwrap();
    let (first, second) = (built.load().unwrap(), built.load().unwrap());
    for module in [&first, &second] {
        assert_eq!(
            module.function::<fn() -> Vec<u32>>("numbers").unwrap()(),
            [7]
        );
    }
    // SAFETY: both are idle.
    unsafe { first.unload() }.unwrap();
    assert_eq!(names(&witness, "list"), ["loaded", "loaded", "unloaded"]);
    // SAFETY: as above.
    unsafe { second.unload() }.unwrap();
    assert_eq!(
        names(&witness, "list"),
        ["loaded", "loaded", "unloaded", "unloaded"]
    );
}
