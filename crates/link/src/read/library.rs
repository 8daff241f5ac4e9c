//! The library that several archives make together: one index over the names of all of them.
//!
//! Opening one reads no object: an object is read when a symbol of it is first wanted.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::archive::{Archive, Name, Origin};
use super::{Object, SymbolIndex};
use crate::error::Error;

/// Archives to take sections from: the standard library's, or a module's dependencies'.
///
/// Opening one reads the archives' symbol indexes and no object.
#[derive(Debug)]
pub struct Library {
    archives: Vec<Arc<Archive>>,
    index: SymbolIndex<Entry>,
}

/// The archives of crates that this program itself was linked from, for modules that use those crates.
///
/// What the program holds of them is the program's own, C code included. Only what its linker left
/// out is taken from the archives, which are not opened before something is.
#[derive(Debug)]
pub struct HostLibrary {
    archives: Vec<PathBuf>,
    opened: OnceLock<Library>,
}

impl HostLibrary {
    /// A library of these archives. Each must be the one that this program was linked from: names
    /// say nothing of a type's layout.
    pub fn new(archives: Vec<PathBuf>) -> HostLibrary {
        HostLibrary {
            archives,
            opened: OnceLock::new(),
        }
    }

    /// The archives, opened.
    pub(crate) fn get(&self) -> Result<&Library, Error> {
        if let Some(library) = self.opened.get() {
            return Ok(library);
        }
        let library = Library::of_host(&self.archives)?;
        Ok(self.opened.get_or_init(|| library))
    }
}

/// A name in a library.
#[derive(Clone, Copy, Debug)]
struct Entry {
    archive: u32,
    name: Name,
}

/// A symbol that a library's object defines.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub(crate) archive: Arc<Archive>,
    pub(crate) object: Arc<Object>,
    pub(crate) symbol: u32,
}

impl Library {
    /// The standard library in a toolchain's folder (`rustc --print target-libdir`).
    ///
    /// Left out are the archives that never belong in a running process: the aborting panic
    /// runtime, the profiler's, the sanitizers', `proc_macro` and `test`.
    ///
    /// # Errors
    /// When the folder cannot be read, holds no archive, or holds a damaged one.
    pub fn standard(folder: &Path) -> Result<Library, Error> {
        let io = |source: std::io::Error| Error::Io {
            path: folder.to_owned(),
            source: source.into(),
        };
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(io)? {
            let path = entry.map_err(io)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            const LEFT_OUT: [&str; 4] = [
                "libpanic_abort-",
                "libprofiler_builtins-",
                "libproc_macro-",
                "libtest-",
            ];
            if name.ends_with(".rlib") && !LEFT_OUT.iter().any(|prefix| name.starts_with(prefix)) {
                paths.push(path);
            }
        }
        if paths.is_empty() {
            return Err(Error::NoStandardLibrary {
                folder: folder.to_owned(),
            });
        }
        paths.sort();
        Library::open(Origin::Standard, &paths)
    }

    /// A module's dependencies: the archives of every crate in its graph.
    ///
    /// # Errors
    /// When an archive cannot be read or is damaged.
    pub fn dependencies(archives: &[PathBuf]) -> Result<Library, Error> {
        Library::open(Origin::Dependency, archives)
    }

    /// The archives that the host was linked from.
    fn of_host(archives: &[PathBuf]) -> Result<Library, Error> {
        Library::open(Origin::Host, archives)
    }

    /// A module's own archives. A member of one becomes part of the module when the module needs it,
    /// whatever the order of the archives ("group semantics").
    ///
    /// # Errors
    /// When an archive, or a member that a thin one names, cannot be read or is damaged.
    pub fn archives(paths: &[PathBuf]) -> Result<Library, Error> {
        Library::open(Origin::Module, paths)
    }

    fn open(origin: Origin, paths: &[PathBuf]) -> Result<Library, Error> {
        let archives = paths
            .iter()
            .map(|path| Archive::open(path, origin))
            .collect::<Result<Vec<_>, _>>()?;
        let names = archives.iter().map(|archive| archive.names.len()).sum();
        let mut library = Library {
            archives,
            index: SymbolIndex::with_capacity(names),
        };
        let mut index = SymbolIndex::with_capacity(names);
        for (number, archive) in library.archives.iter().enumerate() {
            for name in &archive.names {
                let entry = Entry {
                    archive: number as u32,
                    name: *name,
                };
                // The first definition wins, as with a system linker.
                index.insert(
                    archive.text(*name),
                    entry,
                    |entry| library.text(entry),
                    |_| {},
                );
            }
        }
        library.index = index;
        Ok(library)
    }

    fn text(&self, entry: Entry) -> &[u8] {
        self.archives[entry.archive as usize].text(entry.name)
    }

    /// The first definition of a name.
    ///
    /// # Errors
    /// When the object that defines it is damaged.
    pub(crate) fn find(&self, name: &[u8]) -> Result<Option<Definition>, Error> {
        let Some(entry) = self.index.get(name, |entry| self.text(entry)) else {
            return Ok(None);
        };
        let archive = &self.archives[entry.archive as usize];
        let number = entry.name.member as usize;
        let object = archive.object(number)?;
        let symbol = archive.members[number].global(&object, name);
        Ok(symbol.map(|symbol| Definition {
            archive: archive.clone(),
            object,
            symbol,
        }))
    }

    /// All objects that define something.
    pub(crate) fn objects(&self) -> impl Iterator<Item = Result<Arc<Object>, Error>> {
        self.archives
            .iter()
            .flat_map(|archive| (0..archive.members.len()).map(|member| archive.object(member)))
    }

    /// Whether one of the objects defines a name for others to use.
    pub(crate) fn defines(&self, name: &[u8]) -> bool {
        self.index.get(name, |entry| self.text(entry)).is_some()
    }

    /// Objects for a sample of what the library holds: the largest of each archive, smaller ones
    /// first, since reading them is what a sample costs.
    pub(crate) fn sample(&self) -> impl Iterator<Item = Arc<Object>> {
        let largest = |archive: &Arc<Archive>| {
            let (member, bytes) = archive.largest()?;
            Some((bytes, archive.clone(), member))
        };
        let mut members: Vec<_> = self.archives.iter().filter_map(largest).collect();
        members.sort_by_key(|(bytes, ..)| *bytes);
        members
            .into_iter()
            .filter_map(|(_, archive, member)| archive.object(member).ok())
    }
}
