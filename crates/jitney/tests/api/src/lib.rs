//! What a host and its modules share in jitney's tests: a trait, a type, statics.

use std::cell::Cell;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

/// Something that a plugin offers.
pub trait Greeter: Send + Sync {
    /// A greeting.
    fn greet(&self, name: &str) -> String;
}

/// A value that crosses the border.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// How many.
    pub count: u32,
    /// Of what.
    pub item: String,
}

/// Counts, for everybody.
pub static VISITS: AtomicU32 = AtomicU32::new(0);

static LOG: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Adds a line to the one log.
pub fn log(line: &str) {
    VISITS.fetch_add(1, Ordering::Relaxed);
    LOG.lock().unwrap().push(line.to_owned());
}

/// The log so far.
pub fn logged() -> Vec<String> {
    LOG.lock().unwrap().clone()
}

thread_local! {
    static CALLS: Cell<u32> = const { Cell::new(0) };
}

/// Counts the calls in this thread, from wherever they come.
pub fn call() -> u32 {
    CALLS.with(|calls| {
        calls.set(calls.get() + 1);
        calls.get()
    })
}

static GREETERS: Mutex<Vec<Box<dyn Greeter>>> = Mutex::new(Vec::new());

/// Adds a greeter to those that everybody sees.
pub fn register(greeter: Box<dyn Greeter>) {
    GREETERS.lock().unwrap().push(greeter);
}

/// What all registered greeters say.
pub fn greetings(name: &str) -> Vec<String> {
    let greeters = GREETERS.lock().unwrap();
    greeters.iter().map(|greeter| greeter.greet(name)).collect()
}

/// An entry that constructors collect.
pub struct Listed(pub &'static str);

inventory::collect!(Listed);

inventory::submit! { Listed("api") }

/// What no host calls, so that a host's linker leaves it out.
pub fn for_modules_alone() -> usize {
    listed().len()
}

/// What was collected so far.
pub fn listed() -> Vec<&'static str> {
    inventory::iter::<Listed>
        .into_iter()
        .map(|one| one.0)
        .collect()
}

/// An entry that the linker collects.
#[linkme::distributed_slice]
pub static LINKED: [&'static str];

/// What this crate sees of the slice.
pub fn linked() -> Vec<&'static str> {
    LINKED.to_vec()
}
