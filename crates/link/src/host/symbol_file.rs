//! Symbol files: the symbols of a program that was, or will be, stripped.
//!
//! A symbol file is an ELF file without code: `.symtab`, `.strtab`, `.comment`, and a note that
//! says whose symbols they are. Files that `objcopy --only-keep-debug` makes serve as well. Whose
//! symbols a file holds is proved before it is used, for the symbols of another build would have
//! loaded code call into the middle of functions.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::code_hash::code_hash;
use super::file::File;
use super::loaded::Loaded;
use super::symbols::SymbolTable;
use crate::error::{Error, HostError};

/// The environment variable that names a stripped program's symbol file.
const VARIABLE: &str = "JITNEY_SYMBOLS";
/// Where distributions keep the symbols of their programs.
const SYSTEM_FOLDER: &str = "/usr/lib/debug";
/// The section with the proof, its owner's name and its type.
pub(super) const NOTE: &str = ".note.jitney";
const OWNER: &[u8; 8] = b"jitney\0\0";
const CODE_HASH: u32 = 1;

/// The symbols of a stripped host.
///
/// `named` is the file that the caller names. Without it the file is looked for: where
/// `JITNEY_SYMBOLS` says; beside the host as `HOST.symbols`; where the host's own `.gnu_debuglink`
/// and build ID lead.
///
/// # Errors
/// [`HostError::SymbolFile`] when there is one and it is not this host's, [`HostError::Stripped`]
/// when there is none.
pub(super) fn of_host(
    loaded: &Loaded,
    host: &File,
    named: Option<&Path>,
) -> Result<SymbolTable, Error> {
    let variable = std::env::var_os(VARIABLE).filter(|path| !path.is_empty());
    let refused = |path: &Path, reason| {
        Error::Host(HostError::SymbolFile {
            path: path.to_owned(),
            reason,
        })
    };
    if let Some(path) = named.or(variable.as_ref().map(Path::new)) {
        return fitting(path, host).map_err(|reason| refused(path, reason));
    }
    let mut failed = None;
    for path in candidates(&loaded.path(), host) {
        if path.is_file() {
            match fitting(&path, host) {
                Ok(symbols) => return Ok(symbols),
                Err(reason) => {
                    failed.get_or_insert_with(|| refused(&path, reason));
                }
            }
        }
    }
    Err(failed.unwrap_or(Error::Host(HostError::Stripped)))
}

/// Where the symbols of a host may be.
fn candidates(path: &Path, host: &File) -> Vec<PathBuf> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".symbols");
    let mut candidates = vec![PathBuf::from(beside)];
    let folder = path.parent().unwrap_or(Path::new("/"));
    // https://sourceware.org/gdb/current/onlinedocs/gdb.html/Separate-Debug-Files.html
    if let Some(link) = host.debug_link() {
        let link = OsStr::from_bytes(link);
        let in_system = folder.strip_prefix("/").unwrap_or(folder);
        candidates.push(folder.join(link));
        candidates.push(folder.join(".debug").join(link));
        candidates.push(Path::new(SYSTEM_FOLDER).join(in_system).join(link));
    }
    if let Some([first, rest @ ..]) = host.build_id() {
        let rest: String = rest.iter().map(|byte| format!("{byte:02x}")).collect();
        candidates.push(PathBuf::from(format!(
            "{SYSTEM_FOLDER}/.build-id/{first:02x}/{rest}.debug"
        )));
    }
    candidates
}

/// The symbols in a file, if they are the host's.
fn fitting(path: &Path, host: &File) -> Result<SymbolTable, String> {
    let file = File::open(path)?;
    prove(&file, host)?;
    file.symbols()?
        .ok_or_else(|| "it holds no symbols: it was stripped itself".to_owned())
}

/// Makes sure that a file's symbols are the host's.
fn prove(file: &File, host: &File) -> Result<(), String> {
    let same = if let Some(note) = file.section(NOTE) {
        note == proof(host)
    } else if let (Some(file), Some(host)) = (file.build_id(), host.build_id()) {
        file == host
    } else {
        !host.layout().is_empty() && file.layout() == host.layout()
    };
    match same {
        true => Ok(()),
        false => Err(
            "its symbols are of another build: write it anew from the unstripped file that this \
             program was stripped from"
                .to_owned(),
        ),
    }
}

/// The note that says whose symbols a file holds.
pub(super) fn proof(host: &File) -> Vec<u8> {
    let hash = code_hash(host).to_le_bytes();
    let mut note = Vec::new();
    for word in [OWNER.len() as u32 - 1, hash.len() as u32, CODE_HASH] {
        note.extend(word.to_le_bytes());
    }
    note.extend(OWNER);
    note.extend(hash);
    note
}
