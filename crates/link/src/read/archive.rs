//! One archive: its members and its index of names.
//!
//! An archive's own symbol index (the `/` member that `ar` and rustc write) names every global that
//! its members define, so indexing the whole standard library touches none of its objects. Where an
//! archive has none (`ar qS`), its objects are read for their names. A thin archive holds paths in
//! place of objects. Formats: <https://sourceware.org/binutils/docs/binutils/ar.html>.

use std::collections::HashMap;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use object::elf;
use object::read::archive::{ArchiveFile, ArchiveMember, ArchiveOffset};
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
    /// An archive that the host itself was linked from.
    Host,
    /// The standard library of the toolchain.
    Standard,
}

/// One archive. The process opens an archive once however many libraries it is in: the sections
/// placed from it are shared, so that its statics exist once.
#[derive(Debug)]
pub(crate) struct Archive {
    origin: Origin,
    pub(super) members: Vec<Member>,
    pub(super) names: Vec<Name>,
    /// What the names are parts of: the archive, or the names gathered from its objects.
    text: Bytes,
}

/// What makes a file on disk the same archive, for the same use.
type Identity = (Origin, PathBuf, u64, u64, i64, i64, u64);

/// The archives that are open in this process.
static OPEN: Mutex<Option<HashMap<Identity, Weak<Archive>>>> = Mutex::new(None);

#[derive(Debug)]
pub(super) struct Member {
    name: String,
    bytes: Bytes,
    parsed: OnceLock<Result<Arc<Object>, Error>>,
    globals: OnceLock<SymbolIndex<u32>>,
}

/// A name that an archive's member defines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name {
    pub(super) member: u32,
    start: u32,
    len: u32,
}

impl Archive {
    pub(super) fn open(path: &Path, origin: Origin) -> Result<Arc<Archive>, Error> {
        let io = |source: std::io::Error| Error::Io {
            path: path.to_owned(),
            source: source.into(),
        };
        let file = path.metadata().map_err(io)?;
        let identity = (
            origin,
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
        let bytes = Bytes::map_lazily(path).map_err(io)?;
        let archive = Arc::new(Archive::read(path, bytes, origin)?);
        open.retain(|_, archive| archive.strong_count() > 0);
        open.insert(identity, Arc::downgrade(&archive));
        Ok(archive)
    }

    fn read(path: &Path, bytes: Bytes, origin: Origin) -> Result<Archive, Error> {
        let damaged = |reason: &dyn std::fmt::Display| Error::Archive {
            path: path.to_owned(),
            reason: reason.to_string(),
        };
        if u32::try_from(bytes.len()).is_err() {
            return Err(damaged(&"archives of 4 GiB and more are not supported"));
        }
        let file = ArchiveFile::parse(&*bytes).map_err(|error| damaged(&error))?;
        let mut reader = Reader {
            path,
            file_name: path.file_name().unwrap_or_default().to_string_lossy(),
            bytes: &bytes,
            members: Vec::new(),
            at_header: FxHashMap::default(),
        };
        let symbols = file.symbols().map_err(|error| damaged(&error))?;
        let mut names = Vec::new();
        let has_index = symbols.is_some();
        for symbol in symbols.into_iter().flatten() {
            let symbol = symbol.map_err(|error| damaged(&error))?;
            let ArchiveOffset(offset) = symbol.offset();
            let member = match reader.at_header.get(&offset) {
                Some(member) => *member,
                None => {
                    let member = file
                        .member(symbol.offset())
                        .map_err(|error| damaged(&error))?;
                    reader.add(&member)?
                }
            };
            let start = symbol.name().as_ptr().addr() - bytes.as_ptr().addr();
            names.push(Name {
                member,
                start: start as u32,
                len: symbol.name().len() as u32,
            });
        }
        // A user's archive may be taken whole, members that define nothing included.
        if !has_index || origin == Origin::Module {
            for member in file.members() {
                let member = member.map_err(|error| damaged(&error))?;
                // What is no object (rustc's metadata, a text) is left out.
                if reader.contents(&member)?.starts_with(&elf::ELFMAG) {
                    reader.add(&member)?;
                }
            }
        }
        let members = reader.members;
        let text = if has_index {
            bytes.clone()
        } else {
            gather_names(&members, origin, &mut names)?
        };
        Ok(Archive {
            origin,
            members,
            names,
            text,
        })
    }

    /// A name's bytes.
    pub(super) fn text(&self, name: Name) -> &[u8] {
        &self.text[name.start as usize..][..name.len as usize]
    }

    /// The object of a member, read on first use.
    pub(super) fn object(&self, member: usize) -> Result<Arc<Object>, Error> {
        self.members[member].object(self.origin)
    }

    /// The number of the largest member and its size.
    pub(super) fn largest(&self) -> Option<(usize, usize)> {
        let len = |member: usize| self.members[member].bytes.len();
        (0..self.members.len())
            .max_by_key(|member| len(*member))
            .map(|member| (member, len(member)))
    }
}

/// The members as they are met.
struct Reader<'a> {
    path: &'a Path,
    file_name: std::borrow::Cow<'a, str>,
    bytes: &'a Bytes,
    members: Vec<Member>,
    /// By the offset of their headers.
    at_header: FxHashMap<u64, u32>,
}

impl Reader<'_> {
    /// The number of a member, added on first sight.
    fn add(&mut self, member: &ArchiveMember<'_>) -> Result<u32, Error> {
        let header = member.header().map_or(0, |header| {
            (std::ptr::from_ref(header).addr() - self.bytes.as_ptr().addr()) as u64
        });
        if let Some(known) = self.at_header.get(&header) {
            return Ok(*known);
        }
        let number = self.members.len() as u32;
        self.members.push(Member {
            name: format!(
                "{}({})",
                self.file_name,
                String::from_utf8_lossy(member.name())
            ),
            bytes: self.contents(member)?,
            parsed: OnceLock::new(),
            globals: OnceLock::new(),
        });
        self.at_header.insert(header, number);
        Ok(number)
    }

    fn contents(&self, member: &ArchiveMember<'_>) -> Result<Bytes, Error> {
        let damaged = |reason: String| Error::Archive {
            path: self.path.to_owned(),
            reason,
        };
        if member.is_thin() {
            // The path is relative to the archive's folder.
            let folder = self.path.parent().unwrap_or(Path::new(""));
            let path = folder.join(std::ffi::OsStr::from_bytes(member.name()));
            return Bytes::map(&path).map_err(|error| {
                damaged(format!(
                    "it is a thin archive, and its member {} cannot be read: {error}",
                    path.display()
                ))
            });
        }
        let (start, len) = member.file_range();
        self.bytes.part(start, len).ok_or_else(|| {
            let name = String::from_utf8_lossy(member.name());
            damaged(format!("its member {name} lies past its end"))
        })
    }
}

/// Names the globals that members define, as the index of an archive would.
fn gather_names(members: &[Member], origin: Origin, names: &mut Vec<Name>) -> Result<Bytes, Error> {
    let mut text = Vec::new();
    for (number, member) in (0u32..).zip(members) {
        let object = member.object(origin)?;
        for symbol in globals(&object) {
            let name = object.symbol_name(symbol);
            names.push(Name {
                member: number,
                start: text.len() as u32,
                len: name.len() as u32,
            });
            text.extend_from_slice(name);
        }
    }
    Ok(Bytes::from(text))
}

impl Member {
    fn object(&self, origin: Origin) -> Result<Arc<Object>, Error> {
        self.parsed
            .get_or_init(|| {
                Object::parse(self.name.clone(), origin, self.bytes.clone()).map(Arc::new)
            })
            .clone()
    }

    /// The symbol by which the object, which is the member's, defines a name for others.
    pub(super) fn global(&self, object: &Object, name: &[u8]) -> Option<u32> {
        let name_of = |symbol: u32| object.symbol_name(symbol);
        let index = self.globals.get_or_init(|| {
            let symbols: Vec<u32> = globals(object).collect();
            let mut index = SymbolIndex::with_capacity(symbols.len());
            for symbol in symbols {
                index.insert(name_of(symbol), symbol, name_of, |_| {});
            }
            index
        });
        index.get(name, name_of)
    }
}

/// The symbols that an object defines for others.
fn globals(object: &Object) -> impl Iterator<Item = u32> {
    let symbols = (0u32..).zip(object.symbols()).skip(1);
    symbols
        .filter(|(index, symbol)| {
            symbol.st_bind() != elf::STB_LOCAL && object.place(*index) != SymbolPlace::Undefined
        })
        .map(|(index, _)| index)
}
