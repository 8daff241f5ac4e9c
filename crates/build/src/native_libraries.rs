//! Libraries that are asked for by name, as `-l NAME` does it: a shared library `libNAME.so`, else an archive
//! `libNAME.a`, in the user's own folders and then in those that the compiler knows. A `libNAME.so` may be a text that
//! names other files (<https://sourceware.org/binutils/docs/ld/Implicit-Linker-Scripts.html>).

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// What is in every process already.
const PRESENT: [&str; 9] = [
    "c", "pthread", "dl", "rt", "util", "gcc", "gcc_s", "gcc_eh", "m",
];

/// Where a system linker looks by itself, for when there is no compiler to ask.
const SYSTEM_FOLDERS: [&str; 8] = [
    "/usr/local/lib/x86_64-linux-gnu",
    "/lib/x86_64-linux-gnu",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/local/lib64",
    "/lib64",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/lib",
];

/// The files that names stand for, in the order of the names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Libraries {
    pub(crate) archives: Vec<PathBuf>,
    /// Paths, or names where any file will do.
    pub(crate) shared: Vec<String>,
}

/// How deep linker scripts may name each other.
const MOST_NESTED: usize = 8;

/// Finds libraries. `compilers_folders` is asked for only when a name needs it.
pub(crate) fn find(
    names: &[String],
    own_folders: &[PathBuf],
    compilers_folders: impl FnOnce() -> Result<Vec<PathBuf>, Error>,
) -> Result<Libraries, Error> {
    let mut search = Search {
        folders: own_folders.to_vec(),
        found: Libraries::default(),
    };
    let mut later = Vec::new();
    for name in names {
        // Only a library of the user's own takes the place of one that is in the process.
        if PRESENT.contains(&name.as_str()) {
            match search.file_of(name) {
                Some(file) => search.take(&file, 0)?,
                None if name == "m" => search.shared("m".to_owned()),
                None => {}
            }
        } else {
            later.push(name);
        }
    }
    if later.is_empty() {
        return Ok(search.found);
    }
    search.folders.extend(compilers_folders()?);
    search.folders.extend(SYSTEM_FOLDERS.map(PathBuf::from));
    search.folders.retain(|folder| folder.is_dir());
    for name in later {
        let Some(file) = search.file_of(name) else {
            return Err(Error::NoLibrary {
                name: name.clone(),
                files: files_of(name),
                folders: search.folders,
            });
        };
        search.take(&file, 0)?;
    }
    Ok(search.found)
}

/// The names of the files that a library's name stands for: the first that is there counts.
fn files_of(name: &str) -> Vec<String> {
    match name.strip_prefix(':') {
        Some(file) => vec![file.to_owned()],
        None => vec![format!("lib{name}.so"), format!("lib{name}.a")],
    }
}

struct Search {
    folders: Vec<PathBuf>,
    found: Libraries,
}

impl Search {
    fn file_of(&self, name: &str) -> Option<PathBuf> {
        let files = files_of(name);
        self.folders
            .iter()
            .flat_map(|folder| files.iter().map(move |file| folder.join(file)))
            .find(|file| file.is_file())
    }

    fn shared(&mut self, library: String) {
        if !self.found.shared.contains(&library) {
            self.found.shared.push(library);
        }
    }

    /// Takes note of a file, or of those that it names.
    fn take(&mut self, file: &Path, depth: usize) -> Result<(), Error> {
        match kind(file)? {
            Kind::Archive => {
                if !self.found.archives.iter().any(|known| known == file) {
                    self.found.archives.push(file.to_owned());
                }
            }
            Kind::Shared => {
                // A name without a slash would be looked for where the system keeps its libraries.
                let path = match file.components().count() {
                    1 => Path::new(".").join(file),
                    _ => file.to_owned(),
                };
                self.shared(path.display().to_string());
            }
            Kind::Script(text) => {
                let refused = |reason: String| Error::LinkerScript {
                    path: file.to_owned(),
                    reason,
                };
                if depth == MOST_NESTED {
                    return Err(refused("the files that it names lead in a circle".into()));
                }
                for named in named_files(&text) {
                    let beside = || Some(file.parent()?.join(&named)).filter(|path| path.is_file());
                    let in_folders = || {
                        let in_folder = |folder: &PathBuf| folder.join(&named);
                        self.folders
                            .iter()
                            .map(in_folder)
                            .find(|path| path.is_file())
                    };
                    let found = match named.strip_prefix("-l") {
                        Some(name) if PRESENT.contains(&name) => continue,
                        Some(name) => self.file_of(name),
                        None => beside().or_else(in_folders),
                    };
                    match found {
                        Some(found) => self.take(&found, depth + 1)?,
                        None => {
                            return Err(refused(format!(
                                "`{named}`, which it names, is not there"
                            )));
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

enum Kind {
    Archive,
    Shared,
    Script(String),
}

fn kind(file: &Path) -> Result<Kind, Error> {
    use std::io::Read;
    let failed = |error| Error::files("read", file, error);
    let mut start = [0; 4];
    let mut opened = fs::File::open(file).map_err(failed)?;
    let read = opened.read(&mut start).map_err(failed)?;
    Ok(match &start[..read] {
        b"\x7fELF" => Kind::Shared,
        b"!<ar" | b"!<th" => Kind::Archive,
        _ => match fs::read(file).map(String::from_utf8).map_err(failed)? {
            Ok(text) => Kind::Script(text),
            // The linker says what is wrong with it.
            Err(_) => Kind::Shared,
        },
    })
}

/// The files that a linker script's `GROUP` and `INPUT` name. What a script says beside that (`OUTPUT_FORMAT`) does not
/// matter here; files that are only opened `AS_NEEDED` are named like any other.
fn named_files(script: &str) -> Vec<String> {
    let mut text = String::new();
    let mut rest = script;
    while let Some((before, comment)) = rest.split_once("/*") {
        text.push_str(before);
        text.push(' ');
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    for sign in ["(", ")", ",", ";"] {
        text = text.replace(sign, &format!(" {sign} "));
    }
    let mut files = Vec::new();
    let mut commands: Vec<&str> = Vec::new();
    let mut last = "";
    for word in text.split_whitespace() {
        match word {
            "(" => commands.push(last),
            ")" => drop(commands.pop()),
            "," | ";" | "AS_NEEDED" => {}
            file if commands
                .first()
                .is_some_and(|command| ["GROUP", "INPUT"].contains(command)) =>
            {
                files.push(file.trim_matches('"').to_owned());
            }
            _ => {}
        }
        last = word;
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn a_script_names_files() {
        let script = "/* GNU ld script */ OUTPUT_FORMAT(elf64-x86-64)\n\
            GROUP ( /lib/libm.so.6 AS_NEEDED ( \"/lib/libmvec.so.1\" ) -lz,x.a )";
        assert_eq!(
            named_files(script),
            ["/lib/libm.so.6", "/lib/libmvec.so.1", "-lz", "x.a"]
        );
        assert!(named_files("#include <stdio.h>").is_empty());
    }

    #[test]
    fn a_shared_library_comes_before_an_archive_and_an_own_folder_before_others() {
        let own = folder(&[("libone.a", "!<arch>\n")]);
        let other = folder(&[
            ("libone.so", "\x7fELF"),
            ("libtwo.so", "INPUT(libtwo_real.so.1 -l:third.a)"),
            ("libtwo_real.so.1", "\x7fELF"),
            ("third.a", "!<thin>\n"),
        ]);
        let names = ["m", "one", "two", "pthread"].map(str::to_owned);
        let others = || Ok(vec![other.path().to_owned()]);
        let found = find(&names, &[own.path().to_owned()], others).unwrap();
        let real = other.path().join("libtwo_real.so.1").display().to_string();
        assert_eq!(found.shared, ["m".to_owned(), real]);
        assert_eq!(
            found.archives,
            [own.path().join("libone.a"), other.path().join("third.a")]
        );
    }

    #[test]
    fn what_is_missing_is_named_with_where_it_was_looked_for() {
        let own = folder(&[
            ("libbad.so", "GROUP(nowhere.so)"),
            ("libcircle.so", "INPUT(-lcircle)"),
        ]);
        let folders = [own.path().to_owned()];
        let error = |name: &str| {
            find(&[name.to_owned()], &folders, || Ok(Vec::new()))
                .unwrap_err()
                .to_string()
        };
        let missing = error("no_such_library");
        assert!(missing.contains("libno_such_library.so"), "{missing}");
        assert!(
            missing.contains(&folders[0].display().to_string()),
            "{missing}"
        );
        assert!(error("bad").contains("`nowhere.so`, which it names, is not there"));
        assert!(error("circle").contains("circle"));
    }
}
