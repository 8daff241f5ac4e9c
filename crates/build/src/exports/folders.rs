//! Which file an out-of-line module (`mod name;`) is read from.
//!
//! The rules are those of the Rust Reference, "Module source filenames", and of rustc's `rustc_expand::module`, whose
//! two variables are kept here under the same roles.

use std::path::{Path, PathBuf};

use super::attributes::Attributes;

/// Where the out-of-line modules of some place in a source are looked for.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// The stem of a file such as `foo.rs`, whose modules live in `foo/`; none for a root, a `mod.rs` and whatever was
    /// named by `#[path]`.
    stem: Option<String>,
}

impl Folder {
    /// The folder of a crate's root file, or of one that is treated as a `mod.rs`.
    pub(super) fn of_file(file: &Path) -> Folder {
        Folder {
            path: file.parent().unwrap_or(Path::new("")).to_owned(),
            stem: None,
        }
    }

    /// The folder inside the inline module `name { … }`.
    pub(super) fn inline(&self, name: &str, attributes: &Attributes) -> Folder {
        if let Some(path) = &attributes.path {
            return Folder {
                path: self.path.join(path),
                stem: None,
            };
        }
        let mut path = self.path.clone();
        path.extend(self.stem.as_deref());
        path.push(name);
        Folder { path, stem: None }
    }

    /// The files that `mod name;` may stand for, with the folder of each one's own modules: one file, or several when a
    /// `#[cfg_attr(…, path = "…")]` decides and only rustc can tell which.
    pub(super) fn files(&self, name: &str, attributes: &Attributes) -> Vec<(PathBuf, Folder)> {
        let named = attributes.path.iter().chain(&attributes.possible_paths);
        let mut files: Vec<(PathBuf, Folder)> = named
            .map(|path| self.path.join(path))
            .map(|file| {
                let folder = Folder::of_file(&file);
                (file, folder)
            })
            .collect();
        if attributes.path.is_none() {
            files.push(self.default_file(name));
        }
        files.retain(|(file, _)| file.is_file());
        files
    }

    /// `name.rs` if it is there, else `name/mod.rs`.
    fn default_file(&self, name: &str) -> (PathBuf, Folder) {
        let mut folder = self.path.clone();
        folder.extend(self.stem.as_deref());
        let plain = folder.join(format!("{name}.rs"));
        if plain.is_file() {
            let inner = Folder {
                path: folder,
                stem: Some(name.to_owned()),
            };
            return (plain, inner);
        }
        let nested = folder.join(name).join("mod.rs");
        let inner = Folder::of_file(&nested);
        (nested, inner)
    }
}
