//! Heavy crates as dependencies of loaded sources, each compared with an ordinary build of the same source.
//!
//! A case is a Cargo package in `cases/` whose library has `report() -> String`. It is loaded in each [`Way`], and must
//! report what its own program reports, which cargo builds and links as usual.

mod case;
mod ordinary;

pub use case::{Case, Way};

use std::path::{Path, PathBuf};

use jitney::Jit;

/// A `Jit` that compiles the dependencies of all cases in one folder, and each source anew.
pub fn jit() -> Jit {
    Jit::new()
        .expect("the toolchain that built this test is at hand")
        .target_folder(target_folder())
        .cache_folder(target_folder().join("cache"))
        .cache(false)
}

/// Where the dependencies of all cases are compiled, by jitney and for the ordinary programs alike.
fn target_folder() -> PathBuf {
    // An integration test's own folder for files is not known to a library: it lies beside the test's executable.
    let test = std::env::current_exe().expect("a test knows its executable");
    let profile = test.ancestors().nth(2).expect("a test lies in `deps`");
    profile.join("crates-of-cases")
}

fn suite() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
