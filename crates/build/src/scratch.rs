//! A folder a build: rustc reads and writes its files there. It is removed when the build ends, however it ends, unless
//! the user asked to keep the files.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, is_full};

/// The folder of one build.
#[derive(Debug)]
pub(crate) struct Scratch {
    folder: PathBuf,
    /// Whether the user keeps it.
    kept: bool,
    /// The folder in which rustc finds what it made before the last change; it is not removed.
    incremental: Option<PathBuf>,
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if !self.kept {
            // Whatever the reason, there is nobody to tell.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

impl Scratch {
    /// A new folder in the system's temporary folder, or `keep` itself.
    pub(crate) fn new(keep: Option<&Path>) -> Result<Scratch, Error> {
        if let Some(folder) = keep {
            fs::create_dir_all(folder).map_err(|error| Error::files("create", folder, error))?;
            let folder =
                fs::canonicalize(folder).map_err(|error| Error::files("read", folder, error))?;
            return Ok(Scratch {
                folder,
                kept: true,
                incremental: None,
            });
        }
        let parent = env::temp_dir();
        let temporary = tempfile::Builder::new()
            .prefix("jitney-")
            .tempdir_in(&parent)
            .map_err(|source| {
                if is_full(&source) {
                    Error::DiskFull {
                        path: parent.clone(),
                    }
                } else {
                    Error::TemporaryFolder {
                        folder: parent.clone(),
                        source: bare(source),
                    }
                }
            })?;
        Ok(Scratch {
            folder: temporary.keep(),
            kept: false,
            incremental: None,
        })
    }

    /// This very folder, emptied.
    pub(crate) fn at(folder: PathBuf) -> Result<Scratch, Error> {
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::files("empty", &folder, error));
            }
            _ => {}
        }
        fs::create_dir_all(&folder).map_err(|error| Error::files("create", &folder, error))?;
        Ok(Scratch {
            folder,
            kept: false,
            incremental: None,
        })
    }

    /// With what rustc made before.
    pub(crate) fn incremental(mut self, state: Option<&Path>) -> Scratch {
        self.incremental = state.map(Path::to_owned);
        self
    }

    /// Where rustc finds what it made before, if it is to look.
    pub(crate) fn state(&self) -> Option<&Path> {
        self.incremental.as_deref()
    }

    pub(crate) fn path(&self) -> &Path {
        &self.folder
    }
}

/// The system's reason without the path that tempfile adds: the error names the folder already.
fn bare(error: std::io::Error) -> std::io::Error {
    match error.to_string().split_once(" at path ") {
        Some((reason, _)) => std::io::Error::new(error.kind(), reason.to_owned()),
        None => error,
    }
}

/// Writes a file and the folders above it.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Error> {
    if let Err(error) = fs::write(path, text) {
        let missing = error.kind() == std::io::ErrorKind::NotFound;
        let Some(parent) = path.parent().filter(|_| missing) else {
            return Err(Error::files("write", path, error));
        };
        fs::create_dir_all(parent).map_err(|error| Error::files("create", parent, error))?;
        fs::write(path, text).map_err(|error| Error::files("write", path, error))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_gone_with_its_files_after_the_build() {
        let scratch = Scratch::new(None).unwrap();
        let folder = scratch.path().to_owned();
        write(&folder.join("a/b/c.rs"), "fn f() {}").unwrap();
        assert!(folder.join("a/b/c.rs").is_file());
        drop(scratch);
        assert!(!folder.exists());
    }

    #[test]
    fn files_are_kept_on_request() {
        let parent = tempfile::tempdir().unwrap();
        let keep = parent.path().join("new/folder");
        let scratch = Scratch::new(Some(&keep)).unwrap();
        write(&scratch.path().join("a.rs"), "").unwrap();
        drop(scratch);
        assert!(keep.join("a.rs").is_file());
    }

    #[test]
    fn a_folder_that_cannot_be_kept_in_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = Scratch::new(Some(&file.path().join("below")))
            .unwrap_err()
            .to_string();
        assert!(error.contains("below"), "{error}");
    }
}
