//! The result of a cargo build, kept beside the generated package. It holds as long as every file it names is still the
//! same, so that a build with known dependencies costs a few `stat`s and no process.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Place;
use crate::cache;
use crate::error::Error;
use crate::resolution::Resolution;
use crate::toolchain::stamp;

const FILE: &str = "resolved.json";

/// More files than this are not looked at one by one: cargo does that as fast.
const TREE_LIMIT: usize = 2000;

/// What is written.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Stored {
    key: String,
    pub(super) resolution: Resolution,
    /// Each artifact with its size and time of change.
    stamps: Vec<(PathBuf, u64, u128)>,
    /// The folders of packages that are not the registry's.
    pub(super) trees: Vec<Tree>,
}

/// The state of a folder of sources.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tree {
    folder: PathBuf,
    /// A hash of the names, sizes and times of its files; none when only cargo can tell whether it changed.
    state: Option<String>,
}

impl Tree {
    /// The state of a package's folder now.
    pub(super) fn of(folder: &Path, only_cargo_can_tell: bool) -> Tree {
        let state = if only_cargo_can_tell {
            None
        } else {
            state(folder)
        };
        Tree {
            folder: folder.to_owned(),
            state,
        }
    }

    fn is_unchanged(&self) -> bool {
        self.state.is_some() && self.state == state(&self.folder)
    }
}

/// The stored result, if it is there and still holds.
pub(super) fn read(place: &Place) -> Option<Resolution> {
    let text = fs::read(place.package.join(FILE)).ok()?;
    let stored: Stored = serde_json::from_slice(&text).ok()?;
    let same =
        |(path, size, modified): &(PathBuf, u64, u128)| stamp(path) == Some((*size, *modified));
    let holds = stored.key == place.key
        && stored.stamps.iter().all(same)
        && stored.trees.iter().all(Tree::is_unchanged);
    holds.then_some(stored.resolution)
}

/// Stores the result: whole or not at all, as others may be reading.
pub(super) fn write(place: &Place, mut stored: Stored) -> Result<Resolution, Error> {
    let resolution = &stored.resolution;
    let files = resolution
        .externs
        .iter()
        .map(|(_, file)| file)
        .chain(&resolution.archives);
    stored.stamps = files
        .filter_map(|file| stamp(file).map(|(size, modified)| (file.clone(), size, modified)))
        .collect();
    stored.key.clone_from(&place.key);
    let unwritable = |error| Error::files("write", &place.package.join(FILE), error);
    let text = serde_json::to_vec(&stored).map_err(|error| unwritable(error.into()))?;
    let mut file = tempfile::NamedTempFile::new_in(&place.package).map_err(unwritable)?;
    file.write_all(&text).map_err(unwritable)?;
    file.persist(place.package.join(FILE))
        .map_err(|error| unwritable(error.error))?;
    cache::in_use::grown(&place.base);
    Ok(stored.resolution)
}

fn state(folder: &Path) -> Option<String> {
    let mut files = Vec::new();
    list(folder, &mut files)?;
    // A workspace's manifest gives its members versions, features and lints.
    files.extend(
        folder
            .ancestors()
            .skip(1)
            .map(|above| above.join("Cargo.toml")),
    );
    files.sort();
    let mut hash = blake3::Hasher::new();
    for file in files {
        hash.update(format!("{}{:?}", file.display(), stamp(&file)).as_bytes());
    }
    Some(hash.finalize().to_hex().to_string())
}

/// All files that may be sources. None when there are too many, or one cannot be seen.
fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Option<()> {
    for entry in fs::read_dir(folder).ok()? {
        let entry = entry.ok()?;
        let name = entry.file_name();
        if name == "target" || name.to_string_lossy().starts_with('.') {
            continue;
        }
        if entry.file_type().ok()?.is_dir() {
            list(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
        if files.len() > TREE_LIMIT {
            return None;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_notices_new_changed_and_nested_files_but_not_its_target_folder() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            crate::scratch::write(&folder.path().join(name), text).unwrap()
        };
        write("src/lib.rs", "1");
        let tree = || Tree::of(folder.path(), false);
        let first = tree();
        assert!(first.is_unchanged());
        write("target/x", "");
        assert!(first.is_unchanged());
        write("src/inner/b.rs", "1");
        assert!(!first.is_unchanged());
        let second = tree();
        write("src/lib.rs", "12");
        assert!(!second.is_unchanged());
        assert!(!Tree::of(folder.path(), true).is_unchanged());
    }
}
