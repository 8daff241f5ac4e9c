//! What the integration tests share.

use std::path::Path;

use jitney::{Jit, Module};

/// A `Jit` whose dependencies are built once for all tests, and all else each time.
pub(crate) fn jit() -> Jit {
    Jit::new()
        .unwrap()
        .cache_folder(Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"))
        .cache(false)
}

/// Loads a text without options.
#[allow(dead_code)]
pub(crate) fn load(text: &str) -> Module {
    jit().text(text).load().unwrap()
}
