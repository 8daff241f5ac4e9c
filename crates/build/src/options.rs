//! What can be set on a source, with the defaults of a plain `rustc FILE` in edition 2024.

use std::path::PathBuf;
use std::time::Duration;

use crate::event::Progress;
use crate::stop::Stop;

/// How a source is to be built. `Options::default()` builds as `rustc --edition 2024` does.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The source's name, from which the crate's name and a text's file name are made. A file's stem, or "text", by default.
    pub name: Option<String>,
    /// The edition; "2024" by default.
    pub edition: Option<String>,
    /// Which program of a package is meant, where it has several.
    pub binary: Option<String>,
    /// The crates the source may use beside std.
    pub dependencies: Vec<Dependency>,
    /// Features to switch on. Those of a package are its manifest's; for another source each is given as `--cfg feature="…"` and declared to the compiler's check of `cfg`s.
    pub features: Vec<String>,
    /// "0" to "3", "s" or "z"; "0" by default. Dependencies are built at the same level.
    pub opt_level: Option<String>,
    /// Whether the object (and its dependencies) shall carry full debug information.
    pub debug_info: bool,
    /// More arguments to rustc, after all others.
    pub rustc_flags: Vec<String>,
    /// Arguments to the C and C++ compilers, after jitney's own: `-Wall`, `-I DIR`, `-DNAME=VALUE`.
    pub c_flags: Vec<String>,
    /// Libraries by the names that `-l` takes: `m`, `z`, `:file.a`.
    pub libraries: Vec<String>,
    /// Folders in which libraries are looked for before those of the system.
    pub library_folders: Vec<PathBuf>,
    /// Whether compilers' messages shall have colours, for a terminal.
    pub colours: bool,
    /// Variables set for rustc and cargo beside the inherited ones, so that `env!` sees them.
    pub env: Vec<(String, String)>,
    /// A folder that keeps the files given to and made by rustc, under readable names. They are removed otherwise.
    pub keep_files: Option<PathBuf>,
    /// The longest the whole build may take.
    pub time_limit: Option<Duration>,
    /// Ends the build when told to.
    pub stop: Option<Stop>,
    /// Functions to export that the source does not show to a reader of its syntax (made by a macro, say): path and
    /// type, as in `("shapes::area", "fn(f64, f64) -> f64")`.
    pub exports: Vec<(String, String)>,
    /// Told what the build does.
    pub progress: Option<Progress>,
    /// The bytes of thread-locals that whoever links a program can place at fixed offsets from the thread pointer, as
    /// rustc compiles those of an executable; 0 by default. A program with more is compiled three times instead of once.
    pub fixed_thread_locals: u64,
    /// Whether whoever runs a program lets its `#[global_allocator]` take over; refused by default.
    pub own_allocator: bool,
    /// Whether the result is for this process alone, and never part of a bundle. Then a package's first version has the same
    /// types as in other processes, whatever its content, so that a change takes no longer than with cargo.
    pub only_here: bool,
    /// Whether the progress function is also told each command line.
    pub verbose: bool,
}

impl Options {
    pub(crate) fn edition(&self) -> &str {
        self.edition.as_deref().unwrap_or("2024")
    }

    pub(crate) fn opt_level(&self) -> &str {
        self.opt_level.as_deref().unwrap_or("0")
    }
}

/// A crate that a source may use.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Dependency {
    /// A package of the registry, fetched and built by cargo.
    Registry {
        /// The package, or "alias=package" to use it under another name (two majors of one crate, say).
        name: String,
        /// A requirement as in a manifest: "1", "^1.2", "=1.0.3", "*".
        requirement: String,
        /// Its features to switch on.
        features: Vec<String>,
        /// Whether its default features are on.
        default_features: bool,
    },
    /// A crate on this machine.
    Path {
        /// The name it is used by.
        name: String,
        /// A folder with a Cargo package, or a file ending in `.rlib`, which rustc is given as it is.
        path: PathBuf,
    },
}

impl Dependency {
    /// The name by which the source uses the crate, as an identifier.
    pub(crate) fn extern_name(&self) -> String {
        let (Dependency::Registry { name, .. } | Dependency::Path { name, .. }) = self;
        name.split('=')
            .next()
            .unwrap_or(name)
            .trim()
            .replace('-', "_")
    }
}
