//! The C and C++ sources that crates of the registry bundle: where they lie, and their objects, compiled once.
//!
//! The first step of `big_programs.rs`, and of the linker's benches, which link SQLite too.
#![allow(dead_code, reason = "each user takes a part")]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use cargo_metadata::{Metadata, MetadataCommand};

/// A package of the registry, unpacked.
pub(crate) struct Package {
    /// Its name and version, for the names of what is compiled from it.
    pub(crate) id: String,
    pub(crate) folder: PathBuf,
}

/// A package that the fixture beside this file depends on, fetched if need be; `None`, with the reason on stderr, where
/// it cannot be had.
pub(crate) fn package(name: &str) -> Option<Package> {
    static METADATA: OnceLock<Option<Metadata>> = OnceLock::new();
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cli/tests/big/Cargo.toml");
    let metadata = METADATA.get_or_init(|| {
        let metadata = MetadataCommand::new()
            .manifest_path(manifest)
            .other_options(
                ["--locked", "--filter-platform", "x86_64-unknown-linux-gnu"].map(String::from),
            )
            .exec();
        metadata
            .inspect_err(|error| eprintln!("no sources from the registry: {error}"))
            .ok()
    });
    let package = metadata
        .as_ref()?
        .packages
        .iter()
        .find(|package| package.name.as_str() == name)?;
    Some(Package {
        id: format!("{name}-{}", package.version),
        folder: package.manifest_path.parent()?.as_std_path().to_owned(),
    })
}

/// Whether a compiler is there; says so on stderr if not.
pub(crate) fn has_compiler(compiler: &str) -> bool {
    let found = Command::new(compiler)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success());
    if !found {
        eprintln!("no compiler {compiler}");
    }
    found
}

/// The object of a source, compiled the first time that it is asked for. `what` names it among all objects in `cache`,
/// and must differ when anything else does.
pub(crate) fn object<A: AsRef<OsStr>>(
    cache: &Path,
    what: &str,
    compiler: &str,
    options: impl IntoIterator<Item = A>,
    source: &Path,
) -> PathBuf {
    let object = cache.join(format!("{what}.o"));
    if !object.exists() {
        // Another process may be at it too: whoever is first puts it there whole.
        fs::create_dir_all(cache).unwrap();
        let folder = tempfile::tempdir_in(cache).unwrap();
        let new = folder.path().join("new.o");
        let status = Command::new(compiler)
            .arg("-c")
            .args(options)
            .arg(source)
            .arg("-o")
            .arg(&new)
            .status()
            .unwrap();
        assert!(status.success(), "{} compiles", source.display());
        fs::rename(new, &object).unwrap();
    }
    object
}
