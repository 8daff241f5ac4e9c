//! A source's own dependencies, where `Jit::host` shares this program's crates: what the program has is the program's, and
//! what it has not is compiled against that. Where the two cannot agree, the error says what differs and what mends it.

mod support;

use std::any::TypeId;
use std::sync::Mutex;
use std::time::Duration;

use jitney::{Error, HostCrates, Jit};
use jitney_test_api::Order;

const HOST: HostCrates = jitney::host!();

fn jit() -> Jit {
    support::jit().host(HOST).unwrap()
}

/// What a load is refused with, which must be about a crate of this name.
#[track_caller]
fn refusal(source: jitney::Source, crate_name: &str) -> String {
    let error = source.load().unwrap_err();
    let shown = error.to_string();
    match error {
        Error::HostCrate { name, .. } if name == crate_name => shown,
        Error::Build(jitney::BuildError::HostCrate { name, .. }) if name == crate_name => shown,
        _ => panic!("not about `{crate_name}`: {shown}"),
    }
}

#[test]
fn a_new_dependency_uses_the_programs_runtime() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("the program's own")
        .build()
        .unwrap();
    let module = jit()
        .text(
            "use tokio_util::task::TaskTracker;
             use std::sync::{Arc, Mutex};
             /// Tasks of a crate that the program has not, on the runtime that it has.
             pub fn work(seen: Arc<Mutex<Vec<String>>>) -> TaskTracker {
                 let tracker = TaskTracker::new();
                 for number in 0..3 {
                     let seen = seen.clone();
                     tracker.spawn(async move {
                         let thread = std::thread::current().name().unwrap_or_default().to_owned();
                         seen.lock().unwrap().push(format!(\"{number} on {thread}\"));
                     });
                 }
                 tracker.close();
                 tracker
             }
             pub fn all_done(runtime: &tokio::runtime::Handle, tracker: TaskTracker) {
                 runtime.block_on(tracker.wait());
             }
             pub fn run(runtime: &tokio::runtime::Handle) -> Vec<String> {
                 let seen = Arc::new(Mutex::new(Vec::new()));
                 let _entered = runtime.enter();
                 let tracker = work(seen.clone());
                 all_done(runtime, tracker);
                 let mut seen = std::mem::take(&mut *seen.lock().unwrap());
                 seen.sort();
                 seen
             }",
        )
        .dependency_with_features("tokio-util", "0.7", ["rt"])
        .time_limit(Duration::from_secs(300))
        .load()
        .unwrap_or_else(|error| panic!("{error}"));
    let run = module
        .function::<fn(&tokio::runtime::Handle) -> Vec<String>>("run")
        .unwrap();
    let expected = [0, 1, 2].map(|number| format!("{number} on the program's own"));
    assert_eq!(run(runtime.handle()), expected);
}

#[test]
fn a_dependency_that_the_program_has_is_the_programs_however_it_is_named() {
    let api = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api");
    let text =
        "pub fn id() -> std::any::TypeId { std::any::TypeId::of::<jitney_test_api::Order>() }
                pub fn level() -> std::any::TypeId { std::any::TypeId::of::<log::Level>() }";
    let module = jit()
        .text(text)
        .dependency_path("jitney-test-api", api)
        .dependency("log", "0.4")
        .load()
        .unwrap_or_else(|error| panic!("{error}"));
    let id = |name: &str| module.function::<fn() -> TypeId>(name).unwrap()();
    assert_eq!(id("id"), TypeId::of::<Order>());
    assert_eq!(id("level"), TypeId::of::<log::Level>());
}

#[test]
fn folders_and_packages_are_built_against_the_programs_crates_too() {
    static TOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());
    struct Logger;
    impl log::Log for Logger {
        fn enabled(&self, _: &log::Metadata<'_>) -> bool {
            true
        }
        fn log(&self, record: &log::Record<'_>) {
            TOLD.lock().unwrap().push(record.args().to_string());
        }
        fn flush(&self) {}
    }
    log::set_boxed_logger(Box::new(Logger)).unwrap();
    log::set_max_level(log::LevelFilter::Info);

    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let api = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api");
    write(
        "Cargo.toml",
        &format!(
            "[package]\nname = \"plugin\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\nlog = \"0.4\"\n\
             renamed = {{ package = \"jitney-test-api\", path = {api:?} }}\n"
        ),
    );
    write(
        "src/lib.rs",
        "pub fn order(count: u32) -> renamed::Order { log::info!(\"{count} ordered\"); renamed::Order { count, item: \"tea\".into() } }",
    );
    let module = jit()
        .folder(folder.path())
        .load()
        .unwrap_or_else(|error| panic!("{error}"));
    let order = module.function::<fn(u32) -> Order>("order").unwrap();
    assert_eq!(order(3).count, 3);
    assert!(TOLD.lock().unwrap().contains(&"3 ordered".to_owned()));
    // Nothing was built in the folder itself; cargo's choice of versions is the program's.
    assert!(!folder.path().join("target").exists());
    assert!(folder.path().join("Cargo.lock").exists());
}

#[test]
fn what_cannot_be_the_programs_own_is_refused_by_name_with_what_mends_it() {
    let version = refusal(
        jit().text("pub fn f() {}").dependency("log", "=0.4.20"),
        "log",
    );
    assert!(
        version.contains("wants log 0.4.20, and this program has log 0.4."),
        "{version}"
    );
    assert!(
        version.contains("cargo update -p log@0.4.20 --precise 0.4."),
        "{version}"
    );

    let source = jit().text("pub fn f() {}");
    let features = refusal(source.dependency_with_features("log", "0.4", ["kv"]), "log");
    assert!(features.contains("with the feature `kv`"), "{features}");
    assert!(
        features.contains("Add the feature to log in the manifest of this program"),
        "{features}"
    );

    // The same package from elsewhere is another crate.
    let folder = tempfile::tempdir().unwrap();
    let own = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api");
    std::fs::create_dir(folder.path().join("src")).unwrap();
    std::fs::copy(own.join("src/lib.rs"), folder.path().join("src/lib.rs")).unwrap();
    std::fs::write(
        folder.path().join("Cargo.toml"),
        format!(
            "[package]\nname = \"jitney-test-api\"\nversion = \"{}\"\nedition = \"2024\"\n",
            env!("CARGO_PKG_VERSION")
        ),
    )
    .unwrap();
    let source = jit().text("pub fn f() {}");
    let elsewhere = refusal(
        source.dependency_path("jitney-test-api", folder.path()),
        "jitney-test-api",
    );
    assert!(
        elsewhere.contains("Name the same one in both manifests"),
        "{elsewhere}"
    );
}

#[test]
fn another_major_version_is_another_crate_and_lives_beside_it() {
    let module = jit()
        .text(
            "pub fn both() -> (String, String) {
                 let mut old = String::new();
                 old_itoa::fmt(&mut old, 17_u32).unwrap();
                 (old, format!(\"{}\", serde_json::json!([1])))
             }",
        )
        .dependency("old_itoa=itoa", "0.4")
        .load()
        .unwrap_or_else(|error| panic!("{error}"));
    let both = module.function::<fn() -> (String, String)>("both").unwrap();
    assert_eq!(both(), ("17".to_owned(), "[1]".to_owned()));
}

#[test]
fn a_package_that_the_program_has_is_the_programs_own() {
    let module = jit()
        .package("log", "0.4")
        .load()
        .unwrap_or_else(|error| panic!("{error}"));
    let package = module.package().unwrap();
    assert!(
        package.name == "log" && package.version.starts_with("0.4."),
        "{package:?}"
    );
    // The type is the program's, and so is the variable behind the logger.
    assert!(
        module
            .function::<fn() -> log::LevelFilter>("max_level")
            .is_ok()
    );
    let logger = module
        .function::<fn() -> &'static dyn log::Log>("logger")
        .unwrap();
    assert!(std::ptr::addr_eq(logger(), log::logger()));
    // With the package's own words on it.
    let export = module
        .exports()
        .iter()
        .find(|export| export.name == "max_level")
        .unwrap();
    assert!(
        export
            .signature
            .starts_with("pub fn max_level() -> LevelFilter"),
        "{export:?}"
    );
    assert!(
        export
            .doc
            .as_ref()
            .is_some_and(|doc| doc.contains("maximum log level")),
        "{export:?}"
    );

    let module = jit()
        .package("serde_json", "latest")
        .export("from_str", "fn(&str) -> Result<Value>")
        .load()
        .unwrap_or_else(|error| panic!("{error}"));
    type Parse = fn(&str) -> Result<serde_json::Value, serde_json::Error>;
    let parse = module.function::<Parse>("from_str").unwrap();
    assert_eq!(parse("[1]").unwrap(), serde_json::json!([1]));

    let features = refusal(jit().package("log", "0.4").features(["kv"]), "log");
    assert!(
        features.contains("the feature `kv` is asked for"),
        "{features}"
    );
}
