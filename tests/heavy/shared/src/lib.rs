//! A crate that several modules depend on: what it holds is there once.

use std::sync::Mutex;

use linkme::distributed_slice;

/// What happened, in order.
pub static HAPPENED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Takes something down.
pub fn happened(what: &str) {
    HAPPENED.lock().unwrap().push(what.to_owned());
}

/// What was taken down so far.
pub fn list() -> Vec<String> {
    HAPPENED.lock().unwrap().clone()
}

/// An entry of the registry.
pub struct Plugin(pub &'static str);

inventory::collect!(Plugin);
inventory::submit!(Plugin("the crate's own"));

/// The names of all plugins, sorted.
pub fn plugins() -> Vec<&'static str> {
    let mut names: Vec<_> = inventory::iter::<Plugin>.into_iter().map(|plugin| plugin.0).collect();
    names.sort_unstable();
    names
}

/// A table that the linker puts together.
#[distributed_slice]
pub static NAMES: [&'static str];

#[distributed_slice(NAMES)]
static OWN: &str = "the crate's own";
