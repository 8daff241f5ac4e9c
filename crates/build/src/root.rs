//! A crate's root: where its text stands, and reading it. It comes after the source, of whatever kind that is, and before
//! the [`Job`](crate::job::Job).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// Where the text of a crate's root stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Root {
    /// Nowhere: the user has it.
    Text,
    /// In a file, named as messages shall show it.
    File(PathBuf),
    /// In no file, but in a folder, to which the paths in it are relative. The path is what the file would be.
    Written(PathBuf),
}

impl Root {
    /// The root's path as messages show it.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Root::Text => None,
            Root::File(path) | Root::Written(path) => Some(path),
        }
    }
}

/// Reads a file of Rust.
pub(crate) fn read(path: &Path) -> Result<String, Error> {
    let refused = |reason: String| Error::ReadSource {
        path: path.to_owned(),
        reason,
    };
    // rustc reads its arguments by `std::env::args`, which panics on any other.
    if path.to_str().is_none() {
        return Err(refused(
            "its path is not UTF-8, which rustc needs; rename it".to_owned(),
        ));
    }
    let bytes = fs::read(path).map_err(|error| {
        refused(match error.kind() {
            io::ErrorKind::NotFound => "there is no such file".to_owned(),
            io::ErrorKind::IsADirectory => {
                "it is a folder without a Cargo.toml; give a `.rs` file or a package's folder"
                    .to_owned()
            }
            _ => error.to_string(),
        })
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
            + 1;
        refused(format!(
            "line {line} is not UTF-8; Rust sources are UTF-8 text"
        ))
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn an_unreadable_file_is_named_with_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        let read = |path: PathBuf| read(&path).unwrap_err().to_string();
        assert!(read(folder.path().join("none.rs")).contains("none.rs`: there is no such file"));
        assert!(read(folder.path().to_owned()).contains("it is a folder"));
        let binary = folder.path().join("binary.rs");
        fs::write(&binary, b"fn f() {}\n\xff").unwrap();
        assert!(read(binary).contains("line 2 is not UTF-8"));
        let unreadable = std::ffi::OsStr::from_bytes(b"\xff.rs");
        assert!(read(folder.path().join(unreadable)).contains("its path is not UTF-8"));
    }
}
