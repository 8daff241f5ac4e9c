//! Where copies of a source's files lie so that rustc takes them for the user's own. A copy keeps its place relative to
//! the others; where the source reads files by a relative path, symbolic links to the user's files stand around the
//! copies. In messages, `file!()` and panics the user's paths are shown, by `--remap-path-prefix`.

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::error::Error;
use crate::job::Job;
use crate::paths::Paths;
use crate::scratch::{Scratch, write};

/// A folder of copies that stands for a folder of the user's.
#[derive(Debug)]
pub(crate) struct Layout {
    /// Stands for the user's folder.
    folder: PathBuf,
    /// The user's folder as given: "" for the current one.
    shown: PathBuf,
}

/// A file to copy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Copy<'a> {
    /// From the user's folder; may begin with `..`.
    pub(crate) relative: &'a Path,
    pub(crate) text: &'a str,
}

impl Layout {
    /// Writes the copies of files in `shown`, and if `linked`, links to everything else around them. `levels` is how many
    /// folders above it the paths in the source may lead.
    pub(crate) fn new(
        scratch: &Scratch,
        shown: &Path,
        levels: usize,
        linked: bool,
        copies: &[Copy<'_>],
    ) -> Result<Layout, Error> {
        let real = real_folder(shown);
        let names: Vec<_> = real
            .components()
            .filter(|part| matches!(part, Component::Normal(_)))
            .collect();
        let above = copies
            .iter()
            .map(|copy| levels_of_path(copy.relative))
            .max()
            .unwrap_or(0);
        let levels = levels.max(above).min(names.len());
        let apart = levels > 0 || linked || real == scratch.path();
        let top = if apart {
            fresh(scratch)?
        } else {
            scratch.path().to_owned()
        };
        let folder = names[names.len() - levels..]
            .iter()
            .fold(top.clone(), |folder, name| folder.join(name));
        fs::create_dir_all(&folder).map_err(|error| Error::files("create", &folder, error))?;
        for copy in copies {
            let path = folder.join(copy.relative);
            // `a/../b.rs` needs `a` to exist, as the kernel walks through it.
            if let Some(parent) = path.parent().filter(|parent| !parent.is_dir()) {
                fs::create_dir_all(parent)
                    .map_err(|error| Error::files("create", parent, error))?;
            }
            write(&normal(&path), copy.text)?;
        }
        // Only now: no copy is ever written through a link.
        if linked {
            let outermost = real.ancestors().nth(levels).unwrap_or(&real);
            link(outermost, &top)?;
        }
        Ok(Layout {
            folder,
            shown: shown.to_owned(),
        })
    }

    /// Where a copy lies, by the path that rustc shall open.
    pub(crate) fn path(&self, relative: &Path) -> PathBuf {
        self.folder.join(relative)
    }

    /// How rustc shall show the copies.
    pub(crate) fn paths(&self, job: &Job<'_>) -> Paths {
        Paths::of_copies(&self.folder, &self.shown, job.unit.as_ref())
    }
}

/// A folder in the scratch folder in which nothing is yet: where links lie, nothing else may be written, and a copy must
/// not replace the original when the user keeps the files beside it.
fn fresh(scratch: &Scratch) -> Result<PathBuf, Error> {
    let mut number = 1;
    loop {
        let folder = scratch.path().join(if number == 1 {
            "source".to_owned()
        } else {
            format!("source-{number}")
        });
        match fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(Error::files("create", &folder, error)),
        }
    }
}

fn real_folder(shown: &Path) -> PathBuf {
    let folder = if shown.as_os_str().is_empty() {
        Path::new(".")
    } else {
        shown
    };
    fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned())
}

/// Links each entry of `real` into `copies`; where a folder of copies stands already, its entries one by one.
fn link(real: &Path, copies: &Path) -> Result<(), Error> {
    let unreadable = |error| Error::files("read", real, error);
    for entry in fs::read_dir(real).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let copy = copies.join(entry.file_name());
        match fs::symlink_metadata(&copy) {
            Ok(there) if there.is_dir() && entry.path().is_dir() => link(&entry.path(), &copy)?,
            Ok(_) => {}
            Err(_) => {
                std::os::unix::fs::symlink(entry.path(), &copy)
                    .map_err(|error| Error::files("link", &copy, error))?;
            }
        }
    }
    Ok(())
}

/// The path without `.` and without `x/..`, by its text alone.
pub(crate) fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(normal.components().next_back(), Some(Component::Normal(_))) =>
            {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}

/// How many folders a relative path leads up.
pub(crate) fn levels_of_path(relative: &Path) -> usize {
    normal(relative)
        .components()
        .take_while(|part| *part == Component::ParentDir)
        .count()
}

/// How many folders paths written in a text lead up at most: the longest run of `../`, wherever it stands.
pub(crate) fn levels_of_text(text: &str) -> usize {
    let mut longest = 0;
    let mut rest = text;
    while let Some(at) = rest.find("../") {
        let run = rest.as_bytes()[at..]
            .chunks_exact(3)
            .take_while(|chunk| *chunk == b"../")
            .count();
        longest = longest.max(run);
        rest = &rest[at + 3 * run..];
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalized_by_text() {
        for (path, expected) in [
            ("a/./b", "a/b"),
            ("a/../b", "b"),
            ("../a", "../a"),
            ("a/../../b", "../b"),
            ("/a/../b", "/b"),
            ("./a", "a"),
        ] {
            assert_eq!(normal(Path::new(path)), Path::new(expected), "{path}");
        }
        assert_eq!(levels_of_path(Path::new("../a/../../x.rs")), 2);
    }

    #[test]
    fn the_way_up_is_the_longest_run() {
        assert_eq!(levels_of_text(r#"include!("../a/../../../b"); "..""#), 3);
        assert_eq!(levels_of_text("a..b"), 0);
    }

    #[test]
    fn copies_hide_the_originals_and_links_show_the_rest() {
        let user = tempfile::tempdir().unwrap();
        let inner = user.path().join("project/src");
        fs::create_dir_all(inner.join("shapes")).unwrap();
        for (file, text) in [
            ("a.rs", "old"),
            ("data.txt", "data"),
            ("shapes/area.rs", "old"),
            ("shapes/x.rs", "x"),
            ("../up.txt", "up"),
        ] {
            fs::write(inner.join(file), text).unwrap();
        }
        let scratch = Scratch::new(None).unwrap();
        let copies = ["a.rs", "shapes/area.rs", "deep/../b.rs"].map(|relative| Copy {
            relative: Path::new(relative),
            text: "new",
        });
        let layout = Layout::new(&scratch, &inner, 1, true, &copies).unwrap();
        let root = layout.path(Path::new("a.rs"));

        let read = |relative: &str| fs::read_to_string(root.with_file_name(relative)).unwrap();
        assert_eq!(
            (read("a.rs"), read("data.txt")),
            ("new".to_owned(), "data".to_owned())
        );
        assert_eq!(
            (read("shapes/area.rs"), read("shapes/x.rs")),
            ("new".to_owned(), "x".to_owned())
        );
        assert_eq!(
            (read("../up.txt"), read("deep/../b.rs")),
            ("up".to_owned(), "new".to_owned())
        );
        assert_eq!(fs::read_to_string(inner.join("a.rs")).unwrap(), "old");
        drop(scratch);
        assert_eq!(fs::read_to_string(inner.join("data.txt")).unwrap(), "data");
    }

    #[test]
    fn files_kept_beside_the_original_do_not_replace_it() {
        let user = tempfile::tempdir().unwrap();
        fs::write(user.path().join("a.rs"), "old").unwrap();
        let scratch = Scratch::new(Some(user.path())).unwrap();
        let copy = Copy {
            relative: Path::new("a.rs"),
            text: "new",
        };
        for _ in 0..2 {
            let layout = Layout::new(&scratch, user.path(), 0, false, &[copy]).unwrap();
            assert_eq!(
                fs::read_to_string(layout.path(Path::new("a.rs"))).unwrap(),
                "new"
            );
        }
        assert_eq!(fs::read_to_string(user.path().join("a.rs")).unwrap(), "old");
    }
}
