//! Running an assembler: a folder for its files that is gone afterwards, and finding the program.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use super::Error;

/// A folder that is removed when dropped.
pub(super) struct Scratch(TempDir);

impl Scratch {
    pub(super) fn new() -> Result<Scratch, Error> {
        let made = tempfile::Builder::new().prefix("jitney-asm-").tempdir();
        made.map(Scratch).map_err(|source| Error::Files {
            what: format!("make a folder in `{}`", env::temp_dir().display()),
            source,
        })
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) -> Result<PathBuf, Error> {
        let path = self.path(name);
        match fs::write(&path, text) {
            Ok(()) => Ok(path),
            Err(source) => Err(Error::Files {
                what: format!("write `{}`", path.display()),
                source,
            }),
        }
    }

    pub(super) fn read(&self, name: &str) -> Result<Vec<u8>, Error> {
        let path = self.path(name);
        fs::read(&path).map_err(|source| Error::Files {
            what: format!("read `{}`", path.display()),
            source,
        })
    }
}

/// Runs a program to its end and gives all that it said.
pub(super) fn run(program: &Path, command: &mut Command) -> Result<Output, Error> {
    let output = command.stdin(Stdio::null()).output();
    output.map_err(|error| Error::Start {
        program: program.to_owned(),
        reason: error.to_string(),
    })
}

/// What a program said, wherever it did.
pub(super) fn said(output: &Output) -> String {
    let mut text = String::from_utf8_lossy(&output.stderr).into_owned();
    text += &String::from_utf8_lossy(&output.stdout);
    text
}

/// The executable of this name in the folders of the PATH.
pub(super) fn on_path(name: &str) -> Option<PathBuf> {
    let name = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(&name))
        .find(|file| file.is_file())
}
