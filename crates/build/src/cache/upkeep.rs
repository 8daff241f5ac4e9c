//! The cache as a whole: where it lies, how large it is and may be, and what goes first when it is too large.

use std::fs;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::{entry, in_use, limit};
use crate::workspace;

/// What holds the entries, in the cache folder.
const ENTRIES: &str = "built";

/// Its size counts what was written since the cache was last looked through.
const GROWTH: &str = "growth";

/// Folders that are about to be removed.
const EVICTED: &str = "evicted-";

/// A byte of [`GROWTH`] stands for this many.
const UNIT: u64 = 4096;

/// The cache is looked through when this part of the limit was written.
const RARELY: u64 = 16;

/// A temporary file of this age has no writer any more.
const FORGOTTEN: Duration = Duration::from_secs(3600);

/// What was built before, on disk: finished sources, and the dependencies that cargo built for them.
///
/// Builds use it by themselves ([`Workspace::cache`](crate::Workspace::cache)); this is for looking after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cache {
    folder: PathBuf,
    limit: u64,
}

/// What a [`Cache`] holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Finished sources.
    pub entries: u64,
    /// What they occupy on disk, in bytes.
    pub entry_bytes: u64,
    /// Sets of dependencies.
    pub dependency_sets: u64,
    /// What they occupy on disk with all that cargo built for them, in bytes.
    pub dependency_bytes: u64,
}

/// What was removed from a [`Cache`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Freed {
    /// Finished sources.
    pub entries: u64,
    /// What was freed on disk, in bytes.
    pub bytes: u64,
    /// Whether built dependencies were to be removed too, but are in use.
    pub dependencies_in_use: bool,
    /// Finished sources that were to be removed too, but could not.
    pub left: u64,
}

impl Cache {
    /// The cache in a folder. Its limit is what the environment variable `JITNEY_CACHE_LIMIT` says (`500M`, `4GiB`, bytes
    /// without a unit; 0 for none), else 4 GiB.
    pub fn at(folder: impl Into<PathBuf>) -> Cache {
        let of_environment = limit::of_environment().ok().flatten();
        Cache {
            folder: folder.into(),
            limit: of_environment.unwrap_or(limit::DEFAULT),
        }
    }

    /// The user's cache, by the platform's convention: in `$XDG_CACHE_HOME/jitney`, else in `$HOME/.cache/jitney`.
    pub fn of_user() -> Cache {
        Cache::at(workspace::default_cache_folder())
    }

    /// Sets how many bytes it may hold; 0 is no limit.
    pub fn limited_to(self, bytes: u64) -> Cache {
        Cache {
            limit: bytes,
            ..self
        }
    }

    /// The value of `JITNEY_CACHE_LIMIT`, when it is set and no size: it is not heeded then.
    pub fn unusable_limit() -> Option<String> {
        limit::of_environment().err()
    }

    /// The value of `JITNEY_CACHE`, when it is set and neither on (`on`, `1`) nor off (`off`, `0`): it is not heeded then.
    pub fn unusable_switch() -> Option<String> {
        workspace::unusable_switch()
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// How many bytes it may hold; 0 is no limit.
    pub fn limit(&self) -> u64 {
        self.limit
    }

    pub(super) fn entries_folder(&self) -> PathBuf {
        self.folder.join(ENTRIES)
    }

    pub(super) fn dependencies_folder(&self) -> PathBuf {
        self.folder.join("dependencies")
    }

    /// What it holds now. What cannot be read is not counted.
    pub fn usage(&self) -> Usage {
        let entries = self.entries();
        let folder = self.dependencies_folder();
        let is_set = |entry: &fs::DirEntry| entry.path().join("Cargo.toml").is_file();
        Usage {
            entries: entries.len() as u64,
            entry_bytes: entries.iter().map(|item| item.bytes).sum(),
            dependency_sets: list(&folder).filter(is_set).count() as u64,
            dependency_bytes: occupied(&folder),
        }
    }

    /// Removes everything, dependencies that are in use excepted.
    pub fn clear(&self) -> Freed {
        self.remove(u64::MAX)
    }

    /// Removes what was not used for the longest time until the rest is within the limit, and a tenth below it.
    pub fn trim(&self) -> Freed {
        let usage = self.usage();
        let bytes = usage.entry_bytes + usage.dependency_bytes;
        if self.limit == 0 || bytes <= self.limit {
            self.remove(0)
        } else {
            self.remove(bytes - self.limit / 10 * 9)
        }
    }

    /// To be called when so many bytes were written. Looks through the cache only when much was written since the last
    /// time.
    pub(super) fn grew(&self, bytes: u64) {
        if self.limit == 0 {
            return;
        }
        let growth = self.entries_folder().join(GROWTH);
        let units = vec![b'.'; usize::try_from(bytes.div_ceil(UNIT)).unwrap_or(0)];
        // Appending is the one way in which many can count at once without a lock.
        let appended = fs::File::options()
            .append(true)
            .create(true)
            .open(&growth)
            .and_then(|mut file| file.write_all(&units).and_then(|()| file.metadata()));
        let written = appended.map_or(0, |metadata| metadata.len().saturating_mul(UNIT));
        if written >= self.limit / RARELY && written > 0 {
            // First, so that others do not look through it at the same time.
            let _ = fs::File::create(&growth);
            self.trim();
        }
    }

    /// Looks through the cache if cargo has built dependencies since the last time.
    pub(crate) fn dependencies_grew(&self) {
        let mark = self.dependencies_folder().join(in_use::GROWN);
        if self.limit > 0 && mark.exists() && !self.trim().dependencies_in_use {
            // If it cannot be removed, the cache is looked through once more.
            let _ = fs::remove_file(mark);
        }
    }

    /// Frees at least so many bytes, if there are as many.
    fn remove(&self, bytes: u64) -> Freed {
        self.sweep();
        let mut freed = Freed::default();
        if bytes == 0 {
            return freed;
        }
        let mut items = self.entries();
        items.extend(self.dependencies());
        items.sort_by_key(|item| item.used);
        for item in items {
            if freed.bytes >= bytes {
                break;
            }
            match &item.entry {
                Some(path) => {
                    if fs::remove_file(path).is_ok() {
                        freed.entries += 1;
                        freed.bytes += item.bytes;
                    } else if path.exists() {
                        freed.left += 1;
                    }
                    // Folders go when the last entry has gone.
                    let key = path.parent();
                    let _ = key.map(fs::remove_dir);
                    let _ = key.and_then(Path::parent).map(fs::remove_dir);
                }
                None => match in_use::alone(&self.dependencies_folder(), || self.set_aside()) {
                    Some(folder) => {
                        freed.bytes += item.bytes;
                        if let Some(folder) = folder {
                            let _ = fs::remove_dir_all(folder);
                        }
                    }
                    None => freed.dependencies_in_use = true,
                },
            }
        }
        freed
    }

    /// All entries, with the time of their last use.
    fn entries(&self) -> Vec<Item> {
        let keys = list(&self.entries_folder()).flat_map(|first| list(&first.path()));
        let files = keys.flat_map(|key| list(&key.path()));
        files
            .filter(|entry| !entry::is_temporary(entry))
            .filter_map(|entry| {
                let metadata = entry.metadata().ok()?;
                Some(Item {
                    used: metadata.modified().ok()?,
                    bytes: metadata.blocks() * 512,
                    entry: Some(entry.path()),
                })
            })
            .collect()
    }

    /// All dependencies as one: cargo's target folder is shared by all sets, and nobody but cargo knows what is whose.
    fn dependencies(&self) -> Option<Item> {
        let folder = self.dependencies_folder();
        let bytes = occupied(&folder);
        let used = [folder.join(in_use::FILE), folder]
            .iter()
            .find_map(|path| fs::metadata(path).ok()?.modified().ok());
        (bytes > 0).then_some(Item {
            used: used?,
            bytes,
            entry: None,
        })
    }

    /// Moves the dependencies to where nobody looks for them, which is done at once; removing takes long. The locks stay.
    fn set_aside(&self) -> Option<PathBuf> {
        let aside = tempfile::Builder::new()
            .prefix(EVICTED)
            .tempdir_in(&self.folder)
            .ok()?
            .keep();
        for entry in list(&self.dependencies_folder()) {
            if ![in_use::FILE, "lock"]
                .iter()
                .any(|name| entry.file_name() == *name)
            {
                let _ = fs::rename(entry.path(), aside.join(entry.file_name()));
            }
        }
        Some(aside)
    }

    /// Removes what processes that were killed have left.
    fn sweep(&self) {
        for entry in list(&self.folder) {
            if entry
                .file_name()
                .as_encoded_bytes()
                .starts_with(EVICTED.as_bytes())
            {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        let keys = list(&self.entries_folder()).flat_map(|first| list(&first.path()));
        let files = keys.flat_map(|key| list(&key.path()));
        for entry in files.filter(entry::is_temporary) {
            let written = entry.metadata().and_then(|metadata| metadata.modified());
            let age = written.map(|written| SystemTime::now().duration_since(written));
            if age.is_ok_and(|age| age.is_ok_and(|age| age > FORGOTTEN)) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// What can be evicted.
struct Item {
    used: SystemTime,
    bytes: u64,
    /// The entry's file; none for the dependencies.
    entry: Option<PathBuf>,
}

fn list(folder: &Path) -> impl Iterator<Item = fs::DirEntry> + use<> {
    fs::read_dir(folder).into_iter().flatten().flatten()
}

/// The bytes that a folder and all in it occupy on disk. A file with several names counts once.
fn occupied(folder: &Path) -> u64 {
    let mut bytes = 0;
    let mut several = std::collections::HashSet::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in list(&folder) {
            let Ok(metadata) = entry.metadata() else {
                continue;
            };
            if metadata.is_dir() {
                waiting.push(entry.path());
            } else if metadata.nlink() < 2 || several.insert((metadata.dev(), metadata.ino())) {
                bytes += metadata.blocks() * 512;
            }
        }
    }
    bytes
}
