//! The watchdog's state, one for the process.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Level;
use crate::guard::platform::Target;

/// One thread with timed calls.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) target: Target,
    /// Its first level.
    pub(super) level: *const Level,
}

// SAFETY: levels are made of atomics, and live as long as their thread is registered.
unsafe impl Send for Watched {}

#[derive(Debug)]
pub(super) struct State {
    pub(super) watched: Vec<Watched>,
    /// Whether the watchdog's thread exists.
    pub(super) running: bool,
    /// Whether somebody wants it to look now.
    pub(super) called: bool,
}

static STATE: Mutex<State> = Mutex::new(State {
    watched: Vec::new(),
    running: false,
    called: false,
});

pub(super) fn lock() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}
