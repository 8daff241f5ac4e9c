//! An entry: one file with the inputs and what was built of them, in a folder that the key names. Several entries of one
//! key differ in what they read: an included file that was changed and changed back.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rustix::fs::{Timespec, Timestamps, UTIME_NOW, futimens};

use super::inputs::Inputs;
use super::key::Key;
use super::upkeep::Cache;
use crate::build::Built;
use crate::built_form;
use crate::container::{Container, Damage, Writer};

/// The section with the inputs.
const INPUTS: &str = "inputs";

/// Entries of one key beyond this many are removed, the least recently used first.
const VARIANTS: usize = 8;

/// What temporary files are called until they are whole.
pub(super) const TEMPORARY: &str = ".new-";

/// What was built with this key, by an entry whose inputs are the same today. `given` are the variables that rustc is given
/// beside this process's own.
pub(super) fn find(cache: &Cache, key: Key, given: &[(String, String)]) -> Option<Built> {
    let folder = folder(cache, key);
    let mut candidates = variants(&folder);
    candidates.sort_by_key(|(used, _)| std::cmp::Reverse(*used));
    candidates
        .iter()
        .find_map(|(_, path)| read(path, given).unwrap_or_else(|_| discard(path)))
}

/// A damaged entry is of no use to anybody.
fn discard(path: &Path) -> Option<Built> {
    // If it cannot be removed, it is found damaged again.
    let _ = fs::remove_file(path);
    None
}

/// None when the inputs have changed, or the entry is gone.
fn read(path: &Path, given: &[(String, String)]) -> Result<Option<Built>, Damage> {
    let Ok(mut file) = fs::File::open(path) else {
        return Ok(None);
    };
    let mut bytes = Vec::new();
    if io::Read::read_to_end(&mut file, &mut bytes).is_err() {
        return Ok(None);
    }
    let container = Container::read(&bytes)?;
    let inputs: Inputs = built_form::decode(INPUTS, container.section(INPUTS)?)?;
    if !inputs.are_the_same(given) {
        return Ok(None);
    }
    let built = built_form::read(&container)?;
    let now = Timespec {
        tv_sec: 0,
        tv_nsec: UTIME_NOW,
    };
    // The time of change says when it was last used. Of a cache that others own, nobody needs to know.
    let _ = futimens(
        &file,
        &Timestamps {
            last_access: now,
            last_modification: now,
        },
    );
    Ok(Some(built))
}

/// Writes an entry: whole or not at all, as others may be reading. Returns its size.
pub(super) fn write(cache: &Cache, key: Key, inputs: &Inputs, built: &Built) -> Option<u64> {
    let mut writer = Writer::new();
    writer.section(INPUTS, &postcard::to_stdvec(inputs).ok()?);
    built_form::write(built, &mut writer)?;
    let bytes = writer.finish();
    let folder = folder(cache, key);
    let path = folder.join(inputs.key().to_string());
    // Eviction may take the empty folder away in between: then once more.
    put(&folder, &path, &bytes)
        .or_else(|_| put(&folder, &path, &bytes))
        .ok()?;
    let mut variants = variants(&folder);
    if variants.len() > VARIANTS {
        variants.sort_by_key(|(used, _)| *used);
        for (_, path) in &variants[..variants.len() - VARIANTS] {
            let _ = fs::remove_file(path);
        }
    }
    Some(bytes.len() as u64)
}

fn put(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new()
        .prefix(TEMPORARY)
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path)?;
    Ok(())
}

/// Spread over folders, as some file systems are slow with large ones.
fn folder(cache: &Cache, key: Key) -> PathBuf {
    let key = key.to_string();
    let (first, rest) = key.split_at(2);
    cache.entries_folder().join(first).join(rest)
}

/// The entries of a key, with the time of their last use.
fn variants(folder: &Path) -> Vec<(SystemTime, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| !is_temporary(entry))
        .map(|entry| {
            let used = entry.metadata().and_then(|metadata| metadata.modified());
            (used.unwrap_or(SystemTime::UNIX_EPOCH), entry.path())
        })
        .collect()
}

/// Whether it is being written, or was when its writer died.
pub(super) fn is_temporary(entry: &fs::DirEntry) -> bool {
    entry
        .file_name()
        .as_encoded_bytes()
        .starts_with(TEMPORARY.as_bytes())
}
