//! What the user hands in: the first step of every build.

use std::path::PathBuf;

/// Rust code to build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A text. Paths in it (`include_str!("x")`, `mod x;`) are taken from the current folder.
    Text(String),
    /// A file, named as diagnostics, `file!()` and panic messages shall show it. Its modules lie beside it.
    File(PathBuf),
    /// Several files that make one crate. A `lib.rs` or `main.rs` among them is its root; where there is none, each file
    /// is a public module of its own name.
    Files(Vec<PathBuf>),
    /// The folder of a Cargo package, which is built as its manifest says.
    Folder(PathBuf),
    /// The library of a package of the registry.
    Package {
        /// The package's name.
        name: String,
        /// A requirement as in a manifest; the latest version where there is none.
        requirement: Option<String>,
    },
}
