//! Where one build of cargo's has its files, and keeping other builds out of it.

use std::fs;
use std::path::{Path, PathBuf};

use super::shared::Shared;
use crate::error::Error;
use crate::task::Task;

/// Where one set of dependencies is built.
pub(super) struct Place {
    /// The folder of all places.
    pub(super) base: PathBuf,
    /// The place's own folder: a written package, and what was stored.
    pub(super) folder: PathBuf,
    /// Cargo's target folder, shared by all places, so that a crate they share is compiled once.
    pub(super) target: PathBuf,
    /// All that the result depends on: if it differs, so does the folder.
    pub(super) key: String,
}

impl Place {
    /// The place for what `about` says in full, built by the task's compiler in its environment, against the host's
    /// crates.
    pub(super) fn new(task: &Task<'_>, about: &str, shared: Option<&Shared>) -> Place {
        let workspace = task.workspace;
        let toolchain = &workspace.toolchain;
        let mut key = format!(
            "{}\n{}\n{about}",
            toolchain.version(),
            toolchain.rustc().display()
        );
        for (name, value) in &task.options.env {
            key.push_str(&format!("{name}={value}\n"));
        }
        if let Some(shared) = shared {
            key.push_str(&format!("host {}\n", shared.key));
        }
        let (base, target) = match &workspace.target_folder {
            Some(target) => (target.join("jitney"), target.clone()),
            None => {
                let base = workspace.cache_folder.join("dependencies");
                (base.clone(), base.join("target"))
            }
        };
        let target = std::path::absolute(&target).unwrap_or(target);
        let base = std::path::absolute(&base).unwrap_or(base);
        // Built against one state of the host's crates, and no other.
        let target = match shared {
            Some(shared) => base.join(format!("host-{}", shared.key)),
            None => target,
        };
        let folder = base.join(&blake3::hash(key.as_bytes()).to_hex()[..32]);
        Place {
            base,
            folder,
            target,
            key,
        }
    }

    /// Keeps other builds out until it is dropped.
    pub(super) fn lock(&self) -> Result<fs::File, Error> {
        fs::create_dir_all(&self.folder)
            .map_err(|error| Error::files("create the cache folder", &self.folder, error))?;
        let path = self.base.join("lock");
        let locked = fs::File::create(&path).and_then(|file| file.lock().map(|()| file));
        locked.map_err(|error| Error::files("lock", &path, error))
    }

    /// Writes a package of which cargo needs the dependencies alone. A `Cargo.lock` that stands there from an earlier
    /// build keeps its versions.
    pub(super) fn write_package(&self, manifest: &str) -> Result<(), Error> {
        crate::scratch::write(&self.folder.join("Cargo.toml"), manifest)?;
        crate::scratch::write(&self.folder.join("lib.rs"), "#![no_std]\n")
    }

    /// Removes what a failed build left: it must not stand in the way of the next try. A lock file of an earlier success
    /// is worth nothing without the stored result either, as cargo would write the same again.
    pub(super) fn clear(&self) {
        // Errors here change nothing.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The path as cargo and rustc need it, if something is there.
pub(super) fn absolute(path: &Path) -> Option<PathBuf> {
    std::path::absolute(path).ok().filter(|path| path.exists())
}
