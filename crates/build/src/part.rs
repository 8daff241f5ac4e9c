//! What the user hands in that is not Rust: telling what a file is, and finding fault with it before anything is started.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::c_compiler::Language;
use crate::error::Error;

/// A part of a source in another language than Rust, or compiled already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// C code, as a text. Paths in it are taken from the current folder.
    CText(String),
    /// A file of C, C++ or assembly, by its ending.
    Code(PathBuf),
    /// A relocatable object.
    Object(PathBuf),
    /// An archive of objects.
    Archive(PathBuf),
    /// A shared library.
    SharedLibrary(PathBuf),
}

/// What a file's first bytes say.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    Object,
    SharedLibrary,
    Executable,
    Archive,
    Other,
}

impl Part {
    /// What a file is: by its name's ending, and where that says nothing, by its first bytes. None for Rust, and for what
    /// is not known, which rustc may tell about.
    pub fn of_file(path: &Path) -> Option<Part> {
        if Language::of(path).is_some() {
            return Some(Part::Code(path.to_owned()));
        }
        let name = path.file_name()?.to_string_lossy();
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("rs") => return None,
            Some("o" | "obj") => return Some(Part::Object(path.to_owned())),
            Some("a") => return Some(Part::Archive(path.to_owned())),
            Some("so") => return Some(Part::SharedLibrary(path.to_owned())),
            _ if name.contains(".so.") => return Some(Part::SharedLibrary(path.to_owned())),
            _ => {}
        }
        match content(path).ok()? {
            Content::Object => Some(Part::Object(path.to_owned())),
            Content::Archive => Some(Part::Archive(path.to_owned())),
            Content::SharedLibrary => Some(Part::SharedLibrary(path.to_owned())),
            Content::Executable | Content::Other => None,
        }
    }

    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Part::CText(_) => None,
            Part::Code(path)
            | Part::Object(path)
            | Part::Archive(path)
            | Part::SharedLibrary(path) => Some(path),
        }
    }

    /// Finds a file that is not there, cannot be read, or is not what it is taken for.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let Some(path) = self.path() else {
            return Ok(());
        };
        let refused = |reason: String| Error::ReadSource {
            path: path.to_owned(),
            reason,
        };
        let content = content(path).map_err(|error| {
            refused(match error.kind() {
                io::ErrorKind::NotFound => "there is no such file".to_owned(),
                io::ErrorKind::IsADirectory => "it is a folder; give a file".to_owned(),
                _ => error.to_string(),
            })
        })?;
        let is = match content {
            Content::Object => "a relocatable object",
            Content::SharedLibrary => "a shared library",
            Content::Executable => "an executable, which cannot be linked once more",
            Content::Archive => "an archive",
            Content::Other => "neither of them",
        };
        let meant = match self {
            Part::Object(_) if content != Content::Object => "a relocatable object",
            Part::Archive(_) if content != Content::Archive => "an archive",
            Part::SharedLibrary(_) if content != Content::SharedLibrary => "a shared library",
            _ => return Ok(()),
        };
        Err(refused(match content {
            Content::Other => format!("it is taken for {meant} by its name, but is none"),
            _ => format!("it is taken for {meant} by its name, but is {is}"),
        }))
    }
}

/// Reads a file's first bytes: ELF, of which type, or an archive.
fn content(path: &Path) -> io::Result<Content> {
    let mut start = Vec::with_capacity(20);
    File::open(path)?.take(20).read_to_end(&mut start)?;
    Ok(match &start[..] {
        [b'!', b'<', b'a', b'r', ..] | [b'!', b'<', b't', b'h', ..] => Content::Archive,
        // The object's type follows the 16 bytes that identify ELF (System V ABI, "ELF Header").
        [0x7f, b'E', b'L', b'F', rest @ ..] => match rest.get(12) {
            Some(2) => Content::Executable,
            // An executable that can be placed anywhere has the same type; opening one is refused.
            Some(3) => Content::SharedLibrary,
            _ => Content::Object,
        },
        _ => Content::Other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_name_and_else_by_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, content: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, content).unwrap();
            path
        };
        let elf = |kind: u8| {
            [
                b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".as_slice(),
                &[kind, 0],
            ]
            .concat()
        };
        let part = |path: &PathBuf| Part::of_file(path);
        let unnamed = file("unnamed", &elf(1));
        assert_eq!(part(&unnamed), Some(Part::Object(unnamed.clone())));
        let versioned = file("libx.so.1.2", &elf(3));
        assert_eq!(
            part(&versioned),
            Some(Part::SharedLibrary(versioned.clone()))
        );
        let archive = file("archive", b"!<arch>\n");
        assert_eq!(part(&archive), Some(Part::Archive(archive.clone())));
        assert_eq!(part(&file("script", b"#!/usr/bin/env rustc")), None);
        assert_eq!(part(&file("x.rs", b"")), None);
        assert_eq!(part(&folder.path().join("none")), None);

        let text = Part::Object(file("text.o", b"int x;"));
        let error = text.check().unwrap_err().to_string();
        assert!(
            error.contains("taken for a relocatable object by its name, but is none"),
            "{error}"
        );
        let program = Part::Object(file("program.o", &elf(2)));
        assert!(
            program
                .check()
                .unwrap_err()
                .to_string()
                .contains("an executable")
        );
        let error = Part::Code(folder.path().join("none.c"))
            .check()
            .unwrap_err();
        assert!(
            error.to_string().contains("there is no such file"),
            "{error}"
        );
        let error = Part::Code(folder.path().to_owned()).check().unwrap_err();
        assert!(error.to_string().contains("it is a folder"), "{error}");
    }
}
