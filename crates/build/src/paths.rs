//! What rustc shall show for the paths that it is given: the user's own, in messages and in what `file!()` and panics say.
//! For a package these two differ, as they do with cargo's: `file!()` is relative to the folder that cargo runs rustc in,
//! while messages name a file so that the user can open it.

use std::path::{Path, PathBuf};

use crate::cargo::Unit;

/// Paths to be shown under other names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Paths {
    /// For `--remap-path-prefix`: (real, shown).
    pub(crate) remaps: Vec<(PathBuf, PathBuf)>,
    /// Texts to replace in messages: (real, shown).
    pub(crate) renames: Vec<(String, String)>,
}

impl Paths {
    /// Of a package's own files, compiled where they are. `shown` is the folder of its root file as the user names it.
    pub(crate) fn in_place(unit: &Unit, shown: &Path) -> Paths {
        Paths {
            remaps: said(&unit.folder, Path::new("")),
            renames: vec![beginning(unit.root_folder(), shown)],
        }
    }

    /// Of copies that lie in `copies`, and stand for files in the folder `shown`.
    pub(crate) fn of_copies(copies: &Path, shown: &Path, unit: Option<&Unit>) -> Paths {
        let inside = unit.map(|unit| {
            let folder = unit.root_folder();
            folder.strip_prefix(&unit.folder).unwrap_or(folder)
        });
        Paths {
            remaps: said(copies, inside.unwrap_or(shown)),
            renames: vec![beginning(copies, shown)],
        }
    }
}

/// None when the folder to show has a `=` in its name: rustc takes what follows the last one for the path to show.
/// Messages are put right by replacing text alone then.
fn said(real: &Path, shown: &Path) -> Vec<(PathBuf, PathBuf)> {
    match shown.as_os_str().as_encoded_bytes().contains(&b'=') {
        true => Vec::new(),
        false => vec![(real.to_owned(), shown.to_owned())],
    }
}

/// How the paths in a folder begin.
fn beginning(real: &Path, shown: &Path) -> (String, String) {
    let mut shown = shown.display().to_string();
    if !shown.is_empty() && !shown.ends_with('/') {
        shown.push('/');
    }
    (format!("{}/", real.display()), shown)
}
