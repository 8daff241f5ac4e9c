//! The dependencies of a source, found and built: what rustc is given, and what the linker needs.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What a source's dependencies came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Resolution {
    /// The crates the source may name, with their files.
    pub(crate) externs: Vec<(String, PathBuf)>,
    /// Where rustc finds the crates those need.
    pub(crate) search_folders: Vec<PathBuf>,
    /// Every rlib of the closure.
    pub(crate) archives: Vec<PathBuf>,
    /// Native libraries they need at run time.
    pub(crate) shared_libraries: Vec<String>,
}
