//! What fuzzing takes hold of: each reader of this crate as a function of bytes. Compiled under
//! `cargo fuzz` only; see `fuzz/README.md`.
//!
//! Nothing is returned. Whatever the bytes are, a call ends in a result that is thrown away: a
//! panic, a hang, a fault or much memory is a finding.

use std::fs::File;
use std::io::Write;
use std::os::fd::{AsRawFd, FromRawFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use object::read::archive::ArchiveFile;

use crate::error::Error;
use crate::gather::gather;
use crate::host::{Host, symbol_file};
use crate::linker::{Input, Linker, rehearse};
use crate::parts::Parts;
use crate::read::{Bytes, Library, Object, Origin};

/// Reads an object: its sections, symbols, relocations, groups and unwind entries.
pub fn object(data: &[u8]) {
    let object = heard(parse("fuzzed.o", data));
    let Some(object) = object else { return };
    for section in 0..object.sections.len() as u32 {
        object.section_name(section);
        object.data(section);
        object.relocations(section);
        object.section_owner(section);
    }
    for symbol in 0..object.symbols().len() as u32 {
        object.symbol_name(symbol);
        object.place(symbol);
    }
    if let Some(frames) = heard(object.frames()) {
        for section in 0..object.sections.len() as u32 {
            for entry in frames.covering(section) {
                let (_, cie) = frames.cie(entry);
                for entry in [entry, cie] {
                    entry.data(&object);
                    entry.relocations(&object);
                }
            }
        }
    }
}

/// Reads an archive: its index, and every object of it; looks up every name of the index.
pub fn archive(data: &[u8]) {
    let file = MemoryFile::new(data);
    let paths = std::slice::from_ref(&file.path);
    // A dependency's archive is read by its index, a module's own by its members too.
    for library in [Library::dependencies(paths), Library::archives(paths)] {
        let Some(library) = heard(library) else {
            continue;
        };
        for object in library.objects() {
            heard(object);
        }
        let index = ArchiveFile::parse(data).and_then(|archive| archive.symbols());
        for symbol in index.ok().flatten().into_iter().flatten().flatten() {
            heard(library.find(symbol.name()));
            library.defines(symbol.name());
        }
    }
}

/// Reads an executable's symbol table, looks up each name of it, and its thread-locals' template;
/// writes a symbol file of it.
pub fn host_symbols(data: &[u8]) {
    // Where the loader put the program headers is the one thing that is not in the file.
    const LOADED_AT: u64 = 0x5555_5555_4040;
    heard(symbol_file(&MemoryFile::new(data).path));
    let host = Host::read(Bytes::from(data.to_vec()), LOADED_AT);
    let Some(host) = heard(host) else { return };
    host.thread_local_template();
    host.range();
    host.compiler();
    let names = data.split(|byte| *byte == 0);
    for name in names.filter(|name| !name.is_empty()).take(2000) {
        host.find(name, 0);
        host.find(name, 8);
        host.describe(name);
    }
}

/// Links an object, or an archive's first member and what that needs of the archive, into this
/// process, and takes all of it back; has the link map and some symbols explained. No code of theirs
/// runs. Every symbol is a root.
pub fn link(library_folder: &Path, data: &[u8]) {
    let linker = this_linker(library_folder);
    let file = MemoryFile::new(data);
    let archive = ArchiveFile::parse(data).ok();
    let first = archive.and_then(|archive| archive.members().next()?.ok()?.data(data).ok());
    let archives = first.and_then(|_| heard(Library::archives(std::slice::from_ref(&file.path))));
    let Some(object) = heard(parse("fuzzed.o", first.unwrap_or(data))) else {
        return;
    };
    let names = [0, 1, 2].map(|at| object.symbols().len() * at / 3);
    let names = names.map(|at| String::from_utf8_lossy(object.symbol_name(at as u32)).into_owned());
    if let Some(module) = heard(gather(vec![object], archives.as_ref(), false)) {
        heard(rehearse(linker, &module, &|_| true, false, None));
    }
    // What is said of a link is much work for a large one.
    if data.len() < 8192 {
        let input = || Input {
            objects: vec![(
                "fuzzed.o".into(),
                Bytes::from(first.unwrap_or(data).to_vec()),
            )],
            archives: archives.as_ref(),
            ..Input::default()
        };
        heard(linker.map(input(), &|_| true)).map(|map| map.to_string());
        for name in names {
            heard(linker.explain(input(), &|_| true, &name)).map(|said| said.to_string());
        }
    }
}

/// Reads parts of libraries that come with objects, and links these with them, in a host that has nothing, so that the
/// parts are used. Taken back as by [`link`].
pub fn parts(library_folder: &Path, objects: &[Vec<u8>], data: &[u8]) {
    let linker = this_linker(library_folder).bare();
    let Some(parts) = heard(Parts::read(data)) else {
        return;
    };
    for library in [parts.dependencies(), parts.standard()] {
        for object in library.read_objects() {
            // A part covers itself, and is nothing more together with itself.
            assert!(object.covers(object) && object.is_of_same_file(object));
            heard(object.with(object));
        }
    }
    let objects = objects.iter().map(|object| parse("fuzzed.o", object));
    let objects: Result<Vec<_>, _> = objects.map(|object| object.map(Arc::new)).collect();
    if let Some(module) = heard(objects) {
        heard(rehearse(&linker, &module, &|_| true, false, Some(&parts)));
    }
}

/// What [`parts`] reads, for an object.
pub fn parts_of(library_folder: &Path, object: Vec<u8>) -> Option<Vec<u8>> {
    let input = Input {
        objects: vec![("seed.o".into(), Bytes::from(object))],
        ..Input::default()
    };
    let taken = this_linker(library_folder).take_along(input, &|_| true);
    heard(taken).map(|taken| taken.parts)
}

fn this_linker(library_folder: &Path) -> &'static Linker {
    Linker::of_process(library_folder).expect("the fuzzing program itself can be linked against")
}

fn parse(name: &str, data: &[u8]) -> Result<Object, Error> {
    Object::parse(name.into(), Origin::Module, Bytes::from(data.to_vec()))
}

/// The result, if it is one. An error has to have something to say.
fn heard<T>(result: Result<T, Error>) -> Option<T> {
    result
        .map_err(|error| assert!(!error.to_string().is_empty()))
        .ok()
}

/// A file that is in no folder, for readers that take a path.
struct MemoryFile {
    path: PathBuf,
    _file: File,
}

impl MemoryFile {
    fn new(data: &[u8]) -> MemoryFile {
        // SAFETY: the name is a C string.
        let descriptor = unsafe { libc::memfd_create(c"fuzzed.a".as_ptr(), libc::MFD_CLOEXEC) };
        assert!(descriptor >= 0, "the system makes a file in memory");
        // SAFETY: the descriptor was just made, and is nobody else's.
        let mut file = unsafe { File::from_raw_fd(descriptor) };
        file.write_all(data).expect("memory takes the bytes");
        MemoryFile {
            path: PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd())),
            _file: file,
        }
    }
}
