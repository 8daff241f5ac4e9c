//! The cases of goloader's tests, and what follows from sharing one standard library: values, traits,
//! threads, panics and closures cross the border as in one program.

mod support;

use std::any::Any;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};

use jitney::{Lingerer, Module};
use jitney_test_api::{Greeter, Order};
use support::{jit, load};

/// Unloads a module that nothing uses any more.
fn unload(module: Module) -> usize {
    // SAFETY: the tests call this when they hold nothing of the module.
    unsafe { module.unload() }.unwrap().bytes
}

#[test]
fn bytes_are_echoed_through_dyn_any() {
    let module = load(
        "use std::any::Any;
         pub fn echo(v: &dyn Any) -> Box<dyn Any> {
             match v.downcast_ref::<Vec<u8>>() { Some(b) => Box::new(b.clone()), None => Box::new(\"not bytes\") }
         }",
    );
    let echo = module
        .function::<fn(&dyn Any) -> Box<dyn Any>>("echo")
        .unwrap();
    let bytes: Vec<u8> = (0..=255).collect();
    assert_eq!(*echo(&bytes).downcast::<Vec<u8>>().unwrap(), bytes);
    assert_eq!(*echo(&1u8).downcast::<&str>().unwrap(), "not bytes");
}

#[test]
fn a_string_literal_outlives_its_module() {
    let text =
        "pub fn literal() -> &'static str { \"a literal that the process keeps, not the module\" }
                pub fn bytes() -> &'static [u8] { b\"\\x00\\x01\\xff bytes\" }";
    let loadable = jit().text(text).build().unwrap();
    let module = loadable.load().unwrap();
    let literal = module.function::<fn() -> &'static str>("literal").unwrap()();
    let bytes = module.function::<fn() -> &'static [u8]>("bytes").unwrap()();
    let ranges = module.memory().ranges;
    unload(module);
    assert!(
        !ranges
            .iter()
            .any(|range| range.contains(&literal.as_ptr().addr()))
    );
    assert_eq!(literal, "a literal that the process keeps, not the module");
    assert_eq!(bytes, b"\x00\x01\xff bytes");

    // Loading it again keeps nothing more: literals are kept by content.
    let kept = jit().shared_memory().literals;
    for _ in 0..50 {
        unload(loadable.load().unwrap());
    }
    let again = loadable
        .load()
        .unwrap()
        .function::<fn() -> &'static str>("literal")
        .unwrap()();
    assert!(std::ptr::eq(again, literal));
    // Other tests of this process may have added theirs meanwhile, but not fifty copies.
    assert!(jit().shared_memory().literals - kept < 50 * 48);
}

#[test]
fn a_host_trait_is_implemented_by_a_module() {
    let module = jit()
        .text(
            "use jitney_test_api::{Greeter, Order};
             struct Polite { calls: std::sync::atomic::AtomicU32 }
             impl Greeter for Polite {
                 fn greet(&self, name: &str) -> String {
                     let n = self.calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                     format!(\"good day, {name} ({n})\")
                 }
             }
             pub fn greeter() -> Box<dyn Greeter> { Box::new(Polite { calls: Default::default() }) }
             pub fn double(order: Order) -> Order { Order { count: order.count * 2, ..order } }",
        )
        .host_crate("jitney_test_api")
        .load()
        .unwrap();
    let greeter = module
        .function::<fn() -> Box<dyn Greeter>>("greeter")
        .unwrap()();
    assert_eq!(greeter.greet("Ada"), "good day, Ada (0)");
    assert_eq!(
        std::thread::spawn(move || greeter.greet("Bo"))
            .join()
            .unwrap(),
        "good day, Bo (1)"
    );
    let double = module.function::<fn(Order) -> Order>("double").unwrap();
    assert_eq!(
        double(Order {
            count: 3,
            item: "tea".into()
        }),
        Order {
            count: 6,
            item: "tea".into()
        }
    );
}

#[test]
fn a_static_of_a_shared_crate_is_the_hosts_own() {
    let module = jit()
        .text(
            "pub fn visit() -> usize {
                 jitney_test_api::log(\"from the module\");
                 &jitney_test_api::VISITS as *const _ as usize
             }
             pub fn seen() -> Vec<String> { jitney_test_api::logged() }",
        )
        .host_crate("jitney_test_api")
        .load()
        .unwrap();
    let visits = &jitney_test_api::VISITS;
    let address = module.function::<fn() -> usize>("visit").unwrap()();
    assert_eq!(address, std::ptr::from_ref(visits).addr());
    jitney_test_api::log("from the host");
    let seen = module.function::<fn() -> Vec<String>>("seen").unwrap()();
    assert_eq!(seen, jitney_test_api::logged());
    assert_eq!(seen.len(), 2);
}

#[test]
fn nested_maps_live_in_a_static() {
    let module = load(
        "use std::collections::{BTreeMap, HashMap}; use std::sync::{LazyLock, Mutex};
         pub type Table = HashMap<String, BTreeMap<u32, Vec<String>>>;
         static TABLE: LazyLock<Mutex<Table>> = LazyLock::new(Default::default);
         pub fn put(outer: &str, inner: u32, value: String) {
             TABLE.lock().unwrap().entry(outer.to_owned()).or_default().entry(inner).or_default().push(value);
         }
         pub fn all() -> Table { TABLE.lock().unwrap().clone() }",
    );
    type Table = HashMap<String, std::collections::BTreeMap<u32, Vec<String>>>;
    let put = module.function::<fn(&str, u32, String)>("put").unwrap();
    for i in 0..1000 {
        put(["a", "b", "c"][i % 3], i as u32 % 7, i.to_string());
    }
    let all = module.function::<fn() -> Table>("all").unwrap()();
    assert_eq!(all.len(), 3);
    assert_eq!(
        all.values()
            .flat_map(|inner| inner.values())
            .map(Vec::len)
            .sum::<usize>(),
        1000
    );
    assert_eq!(
        all["b"][&1],
        (0..1000)
            .filter(|i| i % 3 == 1 && i % 7 == 1)
            .map(|i| i.to_string())
            .collect::<Vec<_>>()
    );
}

#[test]
fn twins_are_unloaded_in_either_order() {
    let text = "use std::sync::atomic::{AtomicU32, Ordering}; static N: AtomicU32 = AtomicU32::new(0);
                thread_local! { static L: std::cell::Cell<u32> = const { std::cell::Cell::new(100) }; }
                pub fn next() -> (u32, u32) { L.set(L.get() + 1); (N.fetch_add(1, Ordering::Relaxed), L.get()) }";
    for first_goes_first in [true, false] {
        let loadable = jit().text(text).build().unwrap();
        let (one, two) = (loadable.load().unwrap(), loadable.load().unwrap());
        let next = |module: &Module| module.function::<fn() -> (u32, u32)>("next").unwrap()();
        assert_eq!(
            [next(&one), next(&one), next(&two)],
            [(0, 101), (1, 102), (0, 101)]
        );
        let (goes, stays) = if first_goes_first {
            (one, two)
        } else {
            (two, one)
        };
        let before = next(&stays);
        unload(goes);
        assert_eq!(next(&stays), (before.0 + 1, before.1 + 1));
        // Another load in the freed place starts afresh.
        assert_eq!(next(&loadable.load().unwrap()), (0, 101));
        assert_eq!(next(&stays), (before.0 + 2, before.1 + 2));
        unload(stays);
    }
}

#[test]
fn a_modules_thread_talks_over_channels_and_is_joined() {
    let module = load(
        "use std::sync::mpsc::{Receiver, Sender}; use std::thread::JoinHandle;
         pub fn start(orders: Receiver<String>, answers: Sender<String>) -> JoinHandle<usize> {
             std::thread::Builder::new().name(\"worker\".into()).spawn(move || {
                 let mut served = 0;
                 for order in orders {
                     answers.send(format!(\"{}: {}\", std::thread::current().name().unwrap(), order.to_uppercase())).unwrap();
                     served += 1;
                 }
                 served
             }).unwrap()
         }",
    );
    type Start = fn(mpsc::Receiver<String>, mpsc::Sender<String>) -> std::thread::JoinHandle<usize>;
    let start = module.function::<Start>("start").unwrap();
    let (orders, inbox) = mpsc::channel();
    let (outbox, answers) = mpsc::channel();
    let worker = start(inbox, outbox);
    for word in ["tea", "milk"] {
        orders.send(word.to_owned()).unwrap();
        assert_eq!(
            answers.recv().unwrap(),
            format!("worker: {}", word.to_uppercase())
        );
    }
    drop(orders);
    assert_eq!(worker.join().unwrap(), 2);
    drop(start);
    unload(module);
}

#[test]
fn panics_cross_the_border_both_ways_and_drops_run() {
    let module = load(
        "pub struct Guard<'a>(&'a std::sync::atomic::AtomicUsize);
         impl Drop for Guard<'_> { fn drop(&mut self) { self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst); } }
         pub fn explode(drops: &std::sync::atomic::AtomicUsize, depth: u32) -> u32 {
             let _guard = Guard(drops);
             if depth == 0 { panic!(\"out of depth {depth}\") }
             explode(drops, depth - 1) + 1
         }
         pub fn through(drops: &std::sync::atomic::AtomicUsize, f: &mut dyn FnMut()) { let _guard = Guard(drops); f() }
         pub fn catch(f: &mut dyn FnMut()) -> Option<String> {
             let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| f())).err()?;
             caught.downcast_ref::<&str>().map(|s| s.to_string())
         }",
    );
    let drops = AtomicUsize::new(0);
    let explode = module
        .function::<fn(&AtomicUsize, u32) -> u32>("explode")
        .unwrap();
    let payload = catch_unwind(AssertUnwindSafe(|| explode(&drops, 9))).unwrap_err();
    assert_eq!(payload.downcast_ref::<String>().unwrap(), "out of depth 0");
    assert_eq!(drops.load(Ordering::SeqCst), 10);

    let through = module
        .function::<fn(&AtomicUsize, &mut dyn FnMut())>("through")
        .unwrap();
    let payload = catch_unwind(AssertUnwindSafe(|| {
        through(&drops, &mut || panic!("from the host"))
    }))
    .unwrap_err();
    assert_eq!(*payload.downcast_ref::<&str>().unwrap(), "from the host");
    assert_eq!(drops.load(Ordering::SeqCst), 11);

    let catch = module
        .function::<fn(&mut dyn FnMut()) -> Option<String>>("catch")
        .unwrap();
    assert_eq!(
        catch(&mut || panic!("caught inside")).as_deref(),
        Some("caught inside")
    );
    assert_eq!(catch(&mut || ()), None);
}

#[test]
fn closures_are_returned_to_the_host() {
    let module = load(
        "pub fn adder(n: i64) -> Box<dyn Fn(i64) -> i64 + Send> { Box::new(move |x| x + n) }
         pub fn counter(label: String) -> Box<dyn FnMut() -> String> { let mut n = 0; Box::new(move || { n += 1; format!(\"{label}{n}\") }) }",
    );
    let adder = module
        .function::<fn(i64) -> Box<dyn Fn(i64) -> i64 + Send>>("adder")
        .unwrap();
    let add7 = adder(7);
    assert_eq!(std::thread::spawn(move || add7(35)).join().unwrap(), 42);
    let mut count = module
        .function::<fn(String) -> Box<dyn FnMut() -> String>>("counter")
        .unwrap()("n".into());
    assert_eq!([count(), count()], ["n1", "n2"]);
}

#[test]
fn recursion_goes_700_000_frames_deep() {
    let module = load(
        "pub fn depth(n: u64) -> u64 { if n == 0 { 0 } else { std::hint::black_box(depth(n - 1)) + 1 } }",
    );
    let depth = module.function::<fn(u64) -> u64>("depth").unwrap();
    let thread = std::thread::Builder::new()
        .stack_size(256 << 20)
        .spawn(move || depth(700_000))
        .unwrap();
    assert_eq!(thread.join().unwrap(), 700_000);
}

#[test]
fn a_module_with_handles_or_pending_destructors_is_not_unloaded() {
    let module = load(
        "struct Noisy(std::sync::mpsc::Sender<u32>);
         impl Drop for Noisy { fn drop(&mut self) { let _ = self.0.send(7); } }
         thread_local! { static NOISY: std::cell::RefCell<Option<Noisy>> = const { std::cell::RefCell::new(None) }; }
         pub fn arm(sender: std::sync::mpsc::Sender<u32>) { NOISY.with(|n| *n.borrow_mut() = Some(Noisy(sender))); }",
    );
    let arm = module.function::<fn(mpsc::Sender<u32>)>("arm").unwrap();
    // SAFETY: it is refused.
    let refused = unsafe { module.unload() }.unwrap_err();
    assert_eq!(refused.lingerers(), [Lingerer::Handles { count: 1 }]);
    let module = refused.into_module();

    let (sender, dropped) = mpsc::channel();
    let (finish, until_told) = mpsc::channel::<()>();
    let (armed, is_armed) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        arm(sender);
        drop(arm);
        armed.send(()).unwrap();
        until_told.recv().unwrap();
    });
    is_armed.recv().unwrap();
    // SAFETY: it is refused.
    let refused = unsafe { module.unload() }.unwrap_err();
    assert_eq!(
        refused.lingerers(),
        [Lingerer::ThreadLocalDestructors { count: 1 }]
    );
    assert!(
        refused.to_string().contains("thread-local destructor"),
        "{refused}"
    );
    finish.send(()).unwrap();
    thread.join().unwrap();
    assert_eq!(dropped.recv().unwrap(), 7);
    unload(refused.into_module());
}

#[test]
fn all_of_it_works_from_several_threads_at_once() {
    let jit = jit();
    let results: Arc<AtomicUsize> = Arc::default();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (jit, results) = (&jit, &results);
            scope.spawn(move || {
                for round in 0..4 {
                    let n = thread * 100 + round;
                    let text = format!(
                        "pub fn f(x: u64) -> String {{ let mut m = std::collections::HashMap::new(); m.insert({n}u64, x); \
                         if x == 0 {{ panic!(\"zero\") }} format!(\"{{:?}}\", m) }}"
                    );
                    let module = jit.text(text).name(format!("t{n}")).load().unwrap();
                    let f = module.function::<fn(u64) -> String>("f").unwrap();
                    assert_eq!(f(n + 1), format!("{{{n}: {}}}", n + 1));
                    assert!(catch_unwind(AssertUnwindSafe(|| f(0))).is_err());
                    drop(f);
                    unload(module);
                    results.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(results.load(Ordering::Relaxed), 16);
}
