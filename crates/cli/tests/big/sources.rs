//! The C and C++ sources that crates of the registry bundle: where they lie, and their objects, compiled once.
//!
//! The first step of `big_programs.rs`, and of the linker's benches, which link SQLite too.
#![allow(dead_code, reason = "each user takes a part")]

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::thread;

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

/// How something is compiled, and where what comes of it is kept.
pub(crate) struct Compilation<'a> {
    pub(crate) cache: &'a Path,
    /// Begins the name of everything made, and must differ when anything below does.
    pub(crate) id: String,
    pub(crate) compiler: &'a str,
    pub(crate) options: Vec<OsString>,
}

impl Compilation<'_> {
    /// The object of a source, compiled the first time that it is asked for.
    pub(crate) fn object(&self, source: &Path) -> PathBuf {
        let name = source.file_name().unwrap().to_string_lossy();
        self.made(&format!("{name}.o"), |new| {
            let mut command = Command::new(self.compiler);
            command
                .arg("-c")
                .args(&self.options)
                .arg(source)
                .arg("-o")
                .arg(new);
            command
        })
    }

    /// An archive of the objects of some sources, made the first time that it is asked for.
    pub(crate) fn archive(&self, sources: &[PathBuf]) -> PathBuf {
        let archive = self.path("all.a");
        if archive.exists() {
            return archive;
        }
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let share = sources.len().div_ceil(processors).max(1);
        let objects: Vec<PathBuf> = thread::scope(|scope| {
            let compile = |sources: &[PathBuf]| -> Vec<PathBuf> {
                sources.iter().map(|s| self.object(s)).collect()
            };
            let shares: Vec<_> = sources
                .chunks(share)
                .map(|share| scope.spawn(move || compile(share)))
                .collect();
            shares
                .into_iter()
                .flat_map(|share| share.join().unwrap())
                .collect()
        });
        self.made("all.a", |new| {
            let mut command = Command::new("ar");
            command.arg("rcs").arg(new).args(&objects);
            command
        })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.cache.join(format!("{}-{name}", self.id))
    }

    /// A file that a command makes, unless it is there.
    fn made(&self, name: &str, command: impl FnOnce(&Path) -> Command) -> PathBuf {
        let path = self.path(name);
        if !path.exists() {
            // Another process may be at it too: whoever is first puts it there whole.
            fs::create_dir_all(self.cache).unwrap();
            let folder = tempfile::tempdir_in(self.cache).unwrap();
            let new = folder.path().join("new");
            let mut command = command(&new);
            assert!(command.status().unwrap().success(), "{command:?}");
            fs::rename(new, &path).unwrap();
        }
        path
    }
}

/// All files of a folder with one of these endings, in the order of their names.
pub(crate) fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|path| {
        path.extension()
            .is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted))
    });
    files.sort();
    files
}
