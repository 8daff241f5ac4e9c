//! What a host and its modules share in jitney's tests: a trait, a type, statics.

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
