//! The state of a file: what tells it from its replacement without reading it.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// Size, inode, and the times at which content and inode changed. The last one cannot be set by a program, so what is
/// written in place with its old time restored differs too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    size: u64,
    inode: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    /// None when there is no such file.
    pub(super) fn of(file: &Path) -> Option<Stamp> {
        let metadata = fs::metadata(file).ok()?;
        Some(Stamp {
            size: metadata.len(),
            inode: metadata.ino(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        })
    }

    /// Whether the file changed after a time, or so short before that file systems' clocks cannot tell.
    pub(super) fn is_younger(&self, time: SystemTime) -> bool {
        const COARSE: Duration = Duration::from_millis(20);
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        let changed = Duration::new(self.changed.0.max(0) as u64, self.changed.1 as u32);
        changed + COARSE > since
    }
}

/// Whether nothing has changed since the stamps were taken.
pub(super) fn hold(stamps: &[(PathBuf, Option<Stamp>)]) -> bool {
    stamps.iter().all(|(file, stamp)| Stamp::of(file) == *stamp)
}
