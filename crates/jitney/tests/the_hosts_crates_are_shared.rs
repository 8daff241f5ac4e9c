//! With `Jit::host`, a source uses any crate that the program was compiled against, and it is the program's own: one type,
//! one copy of every static. This test is the program.

mod support;

use std::any::{Any, TypeId};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jitney::{Error, Event, HostCrates, Jit, Module};
use jitney_test_api::{Greeter, Order};

/// A constant, as the documentation says.
const HOST: HostCrates = jitney::host!();

fn jit() -> Jit {
    support::jit().host(HOST).unwrap()
}

#[track_caller]
fn load(text: &str) -> Module {
    jit()
        .text(text)
        .load()
        .unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn types_are_the_same_types() {
    let module = load(
        "use std::any::{Any, TypeId};
         pub fn ids() -> [TypeId; 3] {
             [TypeId::of::<jitney_test_api::Order>(), TypeId::of::<serde_json::Value>(), TypeId::of::<log::Level>()]
         }
         pub fn order() -> Box<dyn Any> { Box::new(jitney_test_api::Order { count: 2, item: \"tea\".into() }) }
         pub fn parse(text: &str) -> serde_json::Value { serde_json::from_str(text).unwrap() }",
    );
    let ids = module.function::<fn() -> [TypeId; 3]>("ids").unwrap()();
    let own = [
        TypeId::of::<Order>(),
        TypeId::of::<serde_json::Value>(),
        TypeId::of::<log::Level>(),
    ];
    assert_eq!(ids, own);
    let order = module.function::<fn() -> Box<dyn Any>>("order").unwrap()();
    assert_eq!(order.downcast::<Order>().unwrap().count, 2);
    let parse = module
        .function::<fn(&str) -> serde_json::Value>("parse")
        .unwrap();
    assert_eq!(
        parse("[1, {\"a\": null}]"),
        serde_json::json!([1, {"a": null}])
    );
}

#[test]
fn macros_of_the_hosts_crates_work_too() {
    let module = load(
        "#[derive(Debug, thiserror::Error)]
         #[error(\"no {what} left\")]
         pub struct Sold { what: String }
         pub fn sold(what: &str) -> Box<dyn std::error::Error> { Box::new(Sold { what: what.to_owned() }) }
         pub fn json() -> serde_json::Value { serde_json::json!({ \"a\": [1, null] }) }",
    );
    type Sold = fn(&str) -> Box<dyn std::error::Error>;
    let sold = module.function::<Sold>("sold").unwrap();
    assert_eq!(sold("tea").to_string(), "no tea left");
    let json = module
        .function::<fn() -> serde_json::Value>("json")
        .unwrap();
    assert_eq!(json().to_string(), "{\"a\":[1,null]}");
}

#[test]
fn a_registry_filled_by_a_module_is_seen_by_the_host() {
    let module = load(
        "use jitney_test_api::Greeter;
         struct Polite;
         impl Greeter for Polite { fn greet(&self, name: &str) -> String { format!(\"good day, {name}\") } }
         pub fn start() { jitney_test_api::register(Box::new(Polite)) }
         pub fn seen() -> Vec<String> { jitney_test_api::greetings(\"Bo\") }",
    );
    struct Host;
    impl Greeter for Host {
        fn greet(&self, name: &str) -> String {
            format!("hello, {name}")
        }
    }
    jitney_test_api::register(Box::new(Host));
    module.function::<fn()>("start").unwrap()();
    let all = ["hello, Bo", "good day, Bo"];
    assert_eq!(jitney_test_api::greetings("Bo"), all);
    assert_eq!(
        module.function::<fn() -> Vec<String>>("seen").unwrap()(),
        all
    );
}

#[test]
fn private_statics_and_thread_locals_of_a_shared_crate_exist_once() {
    let module = load(
        "pub fn log(line: &str) { jitney_test_api::log(line) }
         pub fn call() -> u32 { jitney_test_api::call() }",
    );
    let log = module.function::<fn(&str)>("log").unwrap();
    jitney_test_api::log("host");
    log("module");
    assert_eq!(jitney_test_api::logged(), ["host", "module"]);
    let call = module.function::<fn() -> u32>("call").unwrap();
    assert_eq!(
        (jitney_test_api::call(), call(), jitney_test_api::call()),
        (1, 2, 3)
    );
    let elsewhere = std::thread::spawn(move || (call(), jitney_test_api::call()));
    assert_eq!(elsewhere.join().unwrap(), (1, 2));
}

static RECORDS: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Logger;

impl log::Log for Logger {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{} {}: {}", record.level(), record.target(), record.args());
        RECORDS.lock().unwrap().push(line);
    }

    fn flush(&self) {}
}

#[test]
fn a_logger_of_the_host_logs_a_modules_records() {
    let module =
        load("pub fn work(n: u32) { log::warn!(\"{n} is much\"); log::trace!(\"unseen\") }");
    log::set_logger(&Logger).unwrap();
    log::set_max_level(log::LevelFilter::Info);
    module.function::<fn(u32)>("work").unwrap()(7);
    assert_eq!(*RECORDS.lock().unwrap(), ["WARN text: 7 is much"]);
}

/// Counts events and open spans.
struct Subscriber;

static EVENTS: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Message<'a>(&'a mut String);

impl tracing::field::Visit for Message<'_> {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        *self.0 += &format!(" {field}={value:?}");
    }
}

impl tracing::Subscriber for Subscriber {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target().starts_with("traced")
    }

    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        EVENTS
            .lock()
            .unwrap()
            .push(format!("span {}", span.metadata().name()));
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut text = event.metadata().level().to_string();
        event.record(&mut Message(&mut text));
        EVENTS.lock().unwrap().push(text);
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

#[test]
fn a_tracing_subscriber_of_the_host_sees_a_modules_spans_and_events() {
    let module = jit()
        .text(
            "pub fn work(n: u32) { let _span = tracing::info_span!(\"work\").entered(); tracing::warn!(n, \"much\"); }",
        )
        .name("traced")
        .load()
        .unwrap();
    tracing::subscriber::set_global_default(Subscriber).unwrap();
    let work = module.function::<fn(u32)>("work").unwrap();
    work(7);
    work(8);
    assert_eq!(
        *EVENTS.lock().unwrap(),
        [
            "span work",
            "WARN message=much n=7",
            "span work",
            "WARN message=much n=8"
        ]
    );
}

#[test]
fn a_modules_task_runs_on_the_hosts_runtime() {
    let module = load(
        "use std::future::Future;
         use std::pin::Pin;
         use tokio::task::JoinHandle;
         pub fn spawn() -> JoinHandle<(u32, Option<String>)> {
             tokio::spawn(async {
                 tokio::task::yield_now().await;
                 let inner = tokio::spawn(async { 40 }).await.unwrap();
                 (inner + 2, std::thread::current().name().map(str::to_owned))
             })
         }
         pub fn future(n: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
             Box::pin(async move { tokio::task::spawn_blocking(move || n + 1).await.unwrap() })
         }",
    );
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("host's worker")
        .build()
        .unwrap();
    type Task = tokio::task::JoinHandle<(u32, Option<String>)>;
    let spawn = module.function::<fn() -> Task>("spawn").unwrap();
    let answer = runtime.block_on(async { spawn().await.unwrap() });
    assert_eq!(answer, (42, Some("host's worker".to_owned())));
    type Boxed = std::pin::Pin<Box<dyn Future<Output = u32> + Send>>;
    let future = module.function::<fn(u32) -> Boxed>("future").unwrap();
    assert_eq!(runtime.block_on(future(1)), 2);
    runtime.shutdown_timeout(Duration::from_secs(5));
}

inventory::submit! { jitney_test_api::Listed("host") }

#[linkme::distributed_slice(jitney_test_api::LINKED)]
static OF_HOST: &str = "host";

static STARTED: AtomicU32 = AtomicU32::new(0);

#[ctor::ctor(unsafe)]
fn start() {
    STARTED.fetch_add(1, Ordering::Relaxed);
}

/// What constructors register goes into the host's one registry. `inventory` has no way to take an entry out again, so
/// such a module must not be unloaded.
#[test]
fn constructors_of_a_module_fill_the_hosts_inventory() {
    let mut listed = jitney_test_api::listed();
    listed.sort_unstable();
    assert_eq!(listed, ["api", "host"]);
    let module = load(
        "inventory::submit! { jitney_test_api::Listed(\"module\") }
         pub fn listed() -> Vec<&'static str> { jitney_test_api::listed() }
         pub fn count() -> usize { jitney_test_api::for_modules_alone() }",
    );
    // What the module takes out of the shared crate's file does not run the crate's constructors again.
    assert_eq!(module.function::<fn() -> usize>("count").unwrap()(), 3);
    let mut listed = jitney_test_api::listed();
    listed.sort_unstable();
    assert_eq!(listed, ["api", "host", "module"]);
    assert_eq!(
        module
            .function::<fn() -> Vec<&'static str>>("listed")
            .unwrap()()
        .len(),
        3
    );
    assert_eq!(STARTED.load(Ordering::Relaxed), 1);
}

/// The linker puts the tables of `linkme` together once, when the program is linked: a module's own elements are not in
/// the host's table, and its table is the host's.
#[test]
fn tables_of_the_linker_stay_the_hosts() {
    let module = load(
        "#[linkme::distributed_slice(jitney_test_api::LINKED)]
         static OF_MODULE: &str = \"module\";
         pub fn linked() -> Vec<&'static str> { jitney_test_api::linked() }",
    );
    let linked = module
        .function::<fn() -> Vec<&'static str>>("linked")
        .unwrap();
    assert_eq!(linked(), ["host"]);
    assert_eq!(jitney_test_api::linked(), ["host"]);
}

#[test]
fn a_constructor_runs_once_for_each_load() {
    let loadable = jit()
        .text(
            "use std::sync::atomic::{AtomicU32, Ordering};
             static COUNT: AtomicU32 = AtomicU32::new(0);
             #[ctor::ctor(unsafe)]
             fn start() { COUNT.fetch_add(1, Ordering::Relaxed); jitney_test_api::VISITS.fetch_add(1000, Ordering::Relaxed); }
             pub fn count() -> u32 { COUNT.load(Ordering::Relaxed) }",
        )
        .build()
        .unwrap();
    for load in 1..=2 {
        let module = loadable.load().unwrap();
        assert_eq!(module.function::<fn() -> u32>("count").unwrap()(), 1);
        let visits = jitney_test_api::VISITS.load(Ordering::Relaxed);
        assert_eq!(visits / 1000, load);
        // SAFETY: nothing of the module is in use.
        unsafe { module.unload() }.unwrap();
    }
}

#[test]
fn a_source_may_be_named_like_a_crate_of_the_host() {
    let module = jit()
        .text("pub fn level() -> log::Level { log::Level::Warn }")
        .name("log")
        .load()
        .unwrap();
    let level = module.function::<fn() -> log::Level>("level").unwrap();
    assert_eq!(level(), log::Level::Warn);
    assert_eq!(module.name(), "log");
}

#[test]
fn a_module_of_the_sources_own_hides_a_crate_of_the_host() {
    let module = load(
        "mod log { pub fn two() -> u32 { 2 } }
         use log::two as one_more;
         pub fn sum() -> u32 { one_more() + log::two() }",
    );
    assert_eq!(module.function::<fn() -> u32>("sum").unwrap()(), 4);
}

#[test]
fn a_crate_of_the_host_needs_no_asking_for() {
    let module = jit()
        .text("pub fn visits() -> usize { std::ptr::from_ref(&jitney_test_api::VISITS).addr() }")
        .host_crate("jitney_test_api")
        .load()
        .unwrap();
    let visits = std::ptr::from_ref(&jitney_test_api::VISITS).addr();
    assert_eq!(
        module.function::<fn() -> usize>("visits").unwrap()(),
        visits
    );
}

#[test]
fn a_crate_that_the_host_has_not_is_the_compilers_error() {
    let error = jit()
        .text("pub fn f() -> nowhere::X { loop {} }")
        .load()
        .unwrap_err();
    assert!(matches!(error, Error::Build(_)), "{error}");
    assert!(error.to_string().contains("nowhere"), "{error}");
}

#[test]
fn a_record_of_no_compiler_is_refused() {
    for record in ["", "jitney host\u{1f}1\u{1e}"] {
        let error = support::jit()
            .host(HostCrates::recorded(record, b""))
            .unwrap_err();
        assert!(matches!(error, Error::HostCrate { .. }), "{error}");
        assert!(error.to_string().contains("cargo"), "{error}");
    }
}

#[test]
fn what_is_known_of_the_hosts_crates_costs_no_process() {
    let text = "pub fn level() -> log::Level { log::Level::Warn }";
    jit().text(text).build().unwrap();
    let commands = Arc::new(Mutex::new(Vec::new()));
    let told = commands.clone();
    let source = jit().text(text).verbose(true).on_progress(move |event| {
        if let Event::Running { command } = event {
            told.lock().unwrap().push(command.clone());
        }
    });
    source.build().unwrap();
    let commands = commands.lock().unwrap();
    // The compiler, for the source itself.
    let [only] = &commands[..] else {
        panic!("{commands:?}")
    };
    assert!(only.contains("--emit=obj"), "{only}");
}
