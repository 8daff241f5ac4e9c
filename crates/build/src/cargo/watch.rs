//! What a stored result depends on beside its key: the folders of packages that may change at any time, files, variables.
//! Looking at them costs a few `stat`s, and saves starting cargo to find that nothing is to be done.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, Package, PackageId};
use serde::{Deserialize, Serialize};

use crate::toolchain::stamp;

/// More files than this are not looked at one by one: cargo does that as fast.
const TREE_LIMIT: usize = 2000;

/// The state of all that a result depends on.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Watched {
    trees: Vec<Tree>,
    files: Vec<(PathBuf, Stamp)>,
    /// Files of which only counts whether they are there.
    there: Vec<(PathBuf, bool)>,
    env: Vec<(String, Option<String>)>,
}

/// Size and time of change; none for what is not there.
type Stamp = Option<(u64, u128)>;

/// The state of a folder of sources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Tree {
    folder: PathBuf,
    /// A hash of the names, sizes and times of its files; none when only cargo can tell whether it changed.
    state: Option<String>,
}

/// The packages on this machine that may change at any time, but those of these names.
pub(super) fn packages(metadata: &Metadata, except: &[&str]) -> Watched {
    let own = metadata
        .packages
        .iter()
        .filter(|package| package.source.is_none() && !except.contains(&package.name.as_str()));
    Watched {
        trees: own.map(|package| Tree::of(folder_of(package))).collect(),
        ..Watched::default()
    }
}

/// The folder of a package's manifest.
pub(super) fn folder_of(package: &Package) -> &Path {
    let folder = package.manifest_path.parent();
    folder.map_or(Path::new("."), |folder| folder.as_std_path())
}

impl Watched {
    pub(super) fn is_unchanged(&self) -> bool {
        self.trees.iter().all(Tree::is_unchanged)
            && self
                .files
                .iter()
                .all(|(path, before)| stamp(path) == *before)
            && self
                .there
                .iter()
                .all(|(path, before)| path.exists() == *before)
            && self
                .env
                .iter()
                .all(|(name, before)| env::var(name).ok() == *before)
    }

    pub(super) fn add_file(&mut self, path: PathBuf) {
        let state = stamp(&path);
        self.files.push((path, state));
    }

    pub(super) fn add_existence(&mut self, path: PathBuf) {
        let is_there = path.exists();
        self.there.push((path, is_there));
    }

    pub(super) fn add_tree(&mut self, folder: &Path) {
        self.trees.push(Tree::of(folder));
    }

    /// What the build scripts of packages on this machine ask to be run again for.
    pub(super) fn add_scripts(&mut self, metadata: &Metadata, scripts: &[(PackageId, PathBuf)]) {
        for (id, out_dir) in scripts {
            let of = metadata.packages.iter().find(|package| package.id == *id);
            if let Some(of) = of.filter(|package| package.source.is_none()) {
                self.add_script(folder_of(of), out_dir);
            }
        }
    }

    /// What the build script of a package asks to be run again for, which it told cargo when it ran. One that asks for
    /// nothing is run again whenever a file of the package changes.
    /// (<https://doc.rust-lang.org/cargo/reference/build-scripts.html#change-detection>)
    fn add_script(&mut self, package: &Path, out_dir: &Path) {
        let said = fs::read_to_string(out_dir.with_file_name("output")).unwrap_or_default();
        let asked = |key: &str| -> Vec<&str> {
            let value = |line: &'_ str| {
                let directive = line
                    .strip_prefix("cargo::")
                    .or(line.strip_prefix("cargo:"))?;
                directive.strip_prefix(key)?.strip_prefix('=').map(str::len)
            };
            let lines = said.lines();
            lines
                .filter_map(|line| Some(&line[line.len() - value(line)?..]))
                .collect()
        };
        let (files, variables) = (asked("rerun-if-changed"), asked("rerun-if-env-changed"));
        if files.is_empty() && variables.is_empty() {
            self.add_tree(package);
        }
        for file in files {
            let path = package.join(file);
            match path.is_dir() {
                true => self.add_tree(&path),
                false => self.add_file(path),
            }
        }
        for variable in variables {
            self.env
                .push((variable.to_owned(), env::var(variable).ok()));
        }
    }
}

impl Tree {
    /// The state of a folder now.
    fn of(folder: &Path) -> Tree {
        Tree {
            folder: folder.to_owned(),
            state: state(folder),
        }
    }

    fn is_unchanged(&self) -> bool {
        self.state.is_some() && self.state == state(&self.folder)
    }
}

fn state(folder: &Path) -> Option<String> {
    let mut files = Vec::new();
    list(folder, &mut files)?;
    // A workspace's manifest gives its members versions, features and lints.
    files.extend(
        folder
            .ancestors()
            .skip(1)
            .map(|above| above.join("Cargo.toml")),
    );
    files.sort();
    let mut hash = blake3::Hasher::new();
    for file in files {
        hash.update(format!("{}{:?}", file.display(), stamp(&file)).as_bytes());
    }
    Some(hash.finalize().to_hex().to_string())
}

/// All files that may be sources. None when there are too many, or one cannot be seen.
fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Option<()> {
    for entry in fs::read_dir(folder).ok()? {
        let entry = entry.ok()?;
        let name = entry.file_name();
        // Cargo writes the lock file by itself.
        if name == "target" || name == "Cargo.lock" || name.to_string_lossy().starts_with('.') {
            continue;
        }
        if entry.file_type().ok()?.is_dir() {
            list(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
        if files.len() > TREE_LIMIT {
            return None;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_notices_new_changed_and_nested_files_but_not_its_target_folder() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            crate::scratch::write(&folder.path().join(name), text).unwrap()
        };
        write("src/lib.rs", "1");
        let first = Tree::of(folder.path());
        assert!(first.is_unchanged());
        write("target/x", "");
        assert!(first.is_unchanged());
        write("src/inner/b.rs", "1");
        assert!(!first.is_unchanged());
        let second = Tree::of(folder.path());
        write("src/lib.rs", "12");
        assert!(!second.is_unchanged());
    }

    #[test]
    fn a_build_script_is_taken_at_its_word() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            crate::scratch::write(&folder.path().join(name), text).unwrap()
        };
        write("src/lib.rs", "1");
        write("build.rs", "1");
        let out_dir = folder.path().join("target/build/x-1/out");
        let watched = |output: &str| {
            write("target/build/x-1/output", output);
            let mut watched = Watched::default();
            watched.add_script(folder.path(), &out_dir);
            watched
        };
        let precise = watched("cargo::rerun-if-changed=build.rs\ncargo:rustc-cfg=x\n");
        let vague = watched("cargo:rustc-cfg=x\n");
        write("src/lib.rs", "12");
        assert!(precise.is_unchanged() && !vague.is_unchanged());
        write("build.rs", "12");
        assert!(!precise.is_unchanged());
        let variable = watched("cargo:rerun-if-env-changed=JITNEY_NO_SUCH_VARIABLE\n");
        write("build.rs", "123");
        assert!(variable.is_unchanged());
        assert_eq!(variable.env, [("JITNEY_NO_SUCH_VARIABLE".to_owned(), None)]);
    }
}
