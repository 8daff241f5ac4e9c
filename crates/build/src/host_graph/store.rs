//! What was found of the host's crates, kept in the process and in the cache folder. It holds as long as every file that
//! was looked at is still the same, so that a later build, and a later process, looks at files and starts no process.

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::{HostGraph, Proven, stamp};
use crate::task::Task;

/// One host's entry.
pub(super) struct Place {
    file: PathBuf,
    /// All that the result depends on beside the files.
    key: String,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    key: String,
    proven: Proven,
}

/// The entries of this process, by key.
static KNOWN: Mutex<Option<HashMap<String, Arc<Proven>>>> = Mutex::new(None);

impl Place {
    pub(super) fn new(task: &Task<'_>, graph: &HostGraph) -> Place {
        let toolchain = &task.workspace.toolchain;
        let mut hash = blake3::Hasher::new();
        for part in [
            env!("CARGO_PKG_VERSION"),
            toolchain.version(),
            &toolchain.rustc().display().to_string(),
            graph.record.text,
            &format!("{:?}", graph.folders),
        ] {
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        // What a library's nonce proves is another matter in each build of it.
        for one in &graph.record.crates {
            hash.update(format!("{:?}", one.proof).as_bytes());
        }
        let key = hash.finalize().to_hex()[..32].to_owned();
        Place {
            file: task
                .workspace
                .cache_folder
                .join("host")
                .join(format!("{key}.json")),
            key,
        }
    }

    pub(super) fn remembered(&self) -> Option<Arc<Proven>> {
        let known = {
            let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
            known
                .as_ref()
                .and_then(|known| known.get(&self.key).cloned())
        };
        if let Some(proven) = known
            && stamp::hold(&proven.stamps)
        {
            return Some(proven);
        }
        let text = fs::read(&self.file).ok()?;
        let stored: Stored = serde_json::from_slice(&text).ok()?;
        if stored.key != self.key || !stamp::hold(&stored.proven.stamps) {
            return None;
        }
        Some(self.keep(stored.proven))
    }

    /// Keeps what was found. A cache folder that cannot be written costs later processes time and is no error.
    pub(super) fn remember(&self, proven: Proven) -> Arc<Proven> {
        let stored = Stored {
            key: self.key.clone(),
            proven,
        };
        let _ = self.write(&stored);
        self.keep(stored.proven)
    }

    fn keep(&self, proven: Proven) -> Arc<Proven> {
        let proven = Arc::new(proven);
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .get_or_insert_default()
            .insert(self.key.clone(), proven.clone());
        proven
    }

    /// Whole or not at all, as others may be reading.
    fn write(&self, stored: &Stored) -> std::io::Result<()> {
        let folder = self.file.parent().unwrap_or(&self.file);
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&serde_json::to_vec(stored)?)?;
        file.persist(&self.file)?;
        Ok(())
    }
}
