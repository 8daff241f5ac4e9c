//! Archives, and the library that several of them make together.
//!
//! An archive's own symbol index (the `/` member that `ar` and rustc write) names every global that
//! its members define, so indexing the whole standard library touches none of its objects. An
//! object is read when a symbol of it is first wanted.

use std::collections::HashMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use object::elf;
use object::read::archive::{ArchiveFile, ArchiveOffset};
use rustc_hash::FxHashMap;

use super::{Bytes, Object, SymbolIndex, SymbolPlace};
use crate::error::Error;

/// Whose object it is; decides in which order its symbols are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Origin {
    /// The module being loaded.
    Module,
    /// A dependency's archive.
    Dependency,
    /// The standard library of the toolchain.
    Standard,
}

/// Archives to take sections from: the standard library's, or a module's dependencies'.
///
/// Opening one reads the archives' symbol indexes and no object.
#[derive(Debug)]
pub struct Library {
    archives: Vec<Arc<Archive>>,
    index: SymbolIndex<Entry>,
}

/// One archive. The process opens an archive once however many libraries it is in: the sections
/// placed from it are shared, so that its statics exist once.
#[derive(Debug)]
pub(crate) struct Archive {
    origin: Origin,
    bytes: Bytes,
    members: Vec<Member>,
    names: Vec<Name>,
}

/// What makes a file on disk the same archive.
type Identity = (PathBuf, u64, u64, i64, i64, u64);

/// The archives that are open in this process.
static OPEN: Mutex<Option<HashMap<Identity, Weak<Archive>>>> = Mutex::new(None);

#[derive(Debug)]
struct Member {
    name: String,
    bytes: Bytes,
    parsed: OnceLock<Result<Arc<Object>, Error>>,
    globals: OnceLock<FxHashMap<Box<[u8]>, u32>>,
}

/// A name in an archive's symbol index.
#[derive(Clone, Copy, Debug)]
struct Name {
    member: u32,
    start: u32,
    len: u32,
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
        let member = &archive.members[entry.name.member as usize];
        let object = member.object(archive.origin)?;
        let symbol = member.globals(&object).get(name).copied();
        Ok(symbol.map(|symbol| Definition {
            archive: archive.clone(),
            object,
            symbol,
        }))
    }

    /// All objects that define something.
    pub(crate) fn objects(&self) -> impl Iterator<Item = Result<Arc<Object>, Error>> {
        self.archives.iter().flat_map(|archive| {
            archive
                .members
                .iter()
                .map(|member| member.object(archive.origin))
        })
    }

    /// Whether one of the objects defines a name for others to use.
    pub(crate) fn defines(&self, name: &[u8]) -> bool {
        self.index.get(name, |entry| self.text(entry)).is_some()
    }

    /// Objects for a sample of what the library holds: the largest of each archive, smaller ones
    /// first, since reading them is what a sample costs.
    pub(crate) fn sample(&self) -> impl Iterator<Item = Arc<Object>> {
        let largest = |archive: &Arc<Archive>| {
            let member =
                (0..archive.members.len()).max_by_key(|at| archive.members[*at].bytes.len())?;
            Some((archive.members[member].bytes.len(), archive.clone(), member))
        };
        let mut members: Vec<_> = self.archives.iter().filter_map(largest).collect();
        members.sort_by_key(|(bytes, ..)| *bytes);
        members
            .into_iter()
            .filter_map(|(_, archive, member)| archive.members[member].object(archive.origin).ok())
    }
}

impl Archive {
    fn open(path: &Path, origin: Origin) -> Result<Arc<Archive>, Error> {
        let io = |source: std::io::Error| Error::Io {
            path: path.to_owned(),
            source: source.into(),
        };
        let file = path.metadata().map_err(io)?;
        let identity = (
            path.to_owned(),
            file.dev(),
            file.ino(),
            file.mtime(),
            file.mtime_nsec(),
            file.len(),
        );
        // A panic while the table is locked leaves it whole: it is only ever inserted into.
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        let open = open.get_or_insert_default();
        if let Some(archive) = open.get(&identity).and_then(Weak::upgrade) {
            return Ok(archive);
        }
        let archive = Arc::new(Archive::read(path, Bytes::map(path).map_err(io)?, origin)?);
        open.retain(|_, archive| archive.strong_count() > 0);
        open.insert(identity, Arc::downgrade(&archive));
        Ok(archive)
    }

    fn read(path: &Path, bytes: Bytes, origin: Origin) -> Result<Archive, Error> {
        let damaged = |reason: &dyn std::fmt::Display| Error::Archive {
            path: path.to_owned(),
            reason: reason.to_string(),
        };
        let data: &[u8] = &bytes;
        if u32::try_from(data.len()).is_err() {
            return Err(damaged(&"archives of 4 GiB and more are not supported"));
        }
        let file = ArchiveFile::parse(data).map_err(|error| damaged(&error))?;
        if file.is_thin() {
            return Err(damaged(
                &"a thin archive names its members by path; give the objects themselves",
            ));
        }
        let file_name = path.file_name().unwrap_or_default().to_string_lossy();
        let mut archive = Archive {
            origin,
            bytes: bytes.clone(),
            members: Vec::new(),
            names: Vec::new(),
        };
        let mut at_header = FxHashMap::default();
        for symbol in file
            .symbols()
            .map_err(|error| damaged(&error))?
            .into_iter()
            .flatten()
        {
            let symbol = symbol.map_err(|error| damaged(&error))?;
            let ArchiveOffset(offset) = symbol.offset();
            let member = match at_header.get(&offset) {
                Some(member) => *member,
                None => {
                    let member = file
                        .member(symbol.offset())
                        .map_err(|error| damaged(&error))?;
                    let (start, len) = member.file_range();
                    let bytes = bytes
                        .part(start, len)
                        .ok_or_else(|| damaged(&"a member lies past its end"))?;
                    let name = format!("{file_name}({})", String::from_utf8_lossy(member.name()));
                    archive.members.push(Member {
                        name,
                        bytes,
                        parsed: OnceLock::new(),
                        globals: OnceLock::new(),
                    });
                    let index = archive.members.len() as u32 - 1;
                    at_header.insert(offset, index);
                    index
                }
            };
            let start = symbol.name().as_ptr().addr() - data.as_ptr().addr();
            archive.names.push(Name {
                member,
                start: start as u32,
                len: symbol.name().len() as u32,
            });
        }
        Ok(archive)
    }

    fn text(&self, name: Name) -> &[u8] {
        &self.bytes[name.start as usize..][..name.len as usize]
    }
}

impl Member {
    fn object(&self, origin: Origin) -> Result<Arc<Object>, Error> {
        self.parsed
            .get_or_init(|| {
                Object::parse(self.name.clone(), origin, self.bytes.clone()).map(Arc::new)
            })
            .clone()
    }

    fn globals(&self, object: &Object) -> &FxHashMap<Box<[u8]>, u32> {
        self.globals.get_or_init(|| {
            let mut globals = FxHashMap::default();
            for (index, symbol) in object.symbols().iter().enumerate().skip(1) {
                let index = index as u32;
                if symbol.st_bind() != elf::STB_LOCAL
                    && object.place(index) != SymbolPlace::Undefined
                {
                    globals
                        .entry(object.symbol_name(index).into())
                        .or_insert(index);
                }
            }
            globals
        })
    }
}
