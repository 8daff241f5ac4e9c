//! What a build has read so far: rustc's own word on it after each run, translated back from the copies that it was
//! given to the user's files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use super::dep_info;
use super::inputs::{File, Inputs};
use crate::cargo::Unit;
use crate::copies::in_folder;
use crate::exports::Survey;
use crate::job::Job;
use crate::paths::Paths;

/// Collects what is read, while a job is built.
#[derive(Debug)]
pub(crate) struct Reads {
    began: SystemTime,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// With a hash where what was read is at hand: jitney read it itself, and gave rustc a copy.
    files: BTreeMap<PathBuf, Option<[u8; 32]>>,
    variables: BTreeMap<String, Option<String>>,
    /// Runs of rustc that told what they read, and those that did not.
    told: usize,
    untold: usize,
}

/// How a run's files are called, and what the user calls them.
pub(crate) struct Names<'a> {
    /// The root file that rustc was given; its text is part of the key where it is a copy.
    pub(crate) input: &'a Path,
    /// The folder for rustc's files: what lies there and is nobody's copy is jitney's own.
    pub(crate) scratch: &'a Path,
    /// What is shown for the files that it was given.
    pub(crate) paths: &'a Paths,
    /// Of a package, `file!()` and the like show paths that are cargo's, and not the user's.
    pub(crate) unit: Option<&'a Unit>,
}

impl Names<'_> {
    /// The user's file; none for jitney's own.
    fn users(&self, path: &Path) -> Option<PathBuf> {
        let Paths { remaps, renames } = self.paths;
        let is_copy = !remaps.is_empty() || !renames.is_empty();
        if path == self.input && is_copy {
            return None;
        }
        let remaps = match self.unit {
            Some(_) => &[],
            None => &remaps[..],
        };
        // The last that fits counts, as for rustc. What stands for a single file is jitney's own.
        for (real, shown) in remaps.iter().rev() {
            if let Ok(rest) = path.strip_prefix(real) {
                let own = rest.as_os_str().is_empty();
                return (!own).then(|| shown.join(rest));
            }
        }
        let text = path.to_str().unwrap_or_default();
        for (ours, theirs) in renames {
            if let Some(rest) = text.strip_prefix(ours.as_str()) {
                return (!rest.is_empty()).then(|| PathBuf::from(format!("{theirs}{rest}")));
            }
        }
        // rustc ran in the unit's folder.
        let path = self
            .unit
            .map_or(path.to_owned(), |unit| unit.folder.join(path));
        (!path.starts_with(self.scratch)).then_some(path)
    }
}

impl Reads {
    /// To be called before anything is read.
    pub(crate) fn new() -> Reads {
        Reads {
            began: SystemTime::now(),
            state: Mutex::default(),
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The files of modules, which jitney read itself. Whether rustc is given copies of these texts, or opens the files.
    pub(crate) fn surveyed(&self, job: &Job<'_>, survey: &Survey, copied: bool) {
        let folder = job.folder();
        let mut state = self.state();
        for file in &survey.files {
            let Some(path) = &file.path else { continue };
            let opened = in_folder(&folder, path).is_none();
            let text = (copied && !opened).then(|| blake3::hash(file.text.as_bytes()).into());
            state.files.insert(path.clone(), text);
        }
    }

    /// What a run of rustc read, by the list it wrote. The list is removed: it is nobody else's.
    pub(crate) fn of_run(&self, list: &Path, names: &Names<'_>) {
        let text = fs::read_to_string(list);
        // It is not there when the compiler is another than rustc: then what was built cannot be kept.
        let _ = fs::remove_file(list);
        let mut state = self.state();
        let Ok(text) = text else {
            state.untold += 1;
            return;
        };
        state.told += 1;
        let found = dep_info::read(&text);
        for file in found.files {
            if let Some(path) = names.users(Path::new(&file)) {
                state.files.entry(path).or_insert(None);
            }
        }
        state.variables.extend(found.variables);
    }

    /// The files that rustc opened where they are, and the names of the variables that it asked for. None when a run of
    /// rustc did not tell.
    pub(crate) fn beside_copies(&self) -> Option<(BTreeSet<PathBuf>, BTreeSet<String>)> {
        let state = self.state();
        if state.told == 0 || state.untold > 0 {
            return None;
        }
        let opened = state.files.iter().filter(|(_, hash)| hash.is_none());
        let files = opened.map(|(path, _)| path.clone()).collect();
        Some((files, state.variables.keys().cloned().collect()))
    }

    /// All of it. None when something is not known for sure: a file was changed while it was read, say.
    pub(super) fn inputs(&self) -> Option<Inputs> {
        let state = self.state();
        if state.told == 0 || state.untold > 0 {
            return None;
        }
        let files = state
            .files
            .iter()
            .map(|(path, hash)| File::read_since(self.began, path, *hash).ok());
        let variables = state.variables.clone().into_iter().collect();
        Some(Inputs::new(files.collect::<Option<_>>()?, variables))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_the_users_files_and_helpers_nobodys() {
        let paths = Paths {
            remaps: vec![
                (PathBuf::from("/tmp/j/source"), PathBuf::from("project/src")),
                (PathBuf::from("/tmp/j/a.expression"), "<expression>".into()),
            ],
            renames: vec![("/tmp/j/odd=/".to_owned(), "a=b/".to_owned())],
        };
        let names = Names {
            input: Path::new("/tmp/j/source/a.rs"),
            scratch: Path::new("/tmp/j"),
            paths: &paths,
            unit: None,
        };
        for (path, expected) in [
            ("/tmp/j/source/a.rs", None),
            ("/tmp/j/source/x/b.rs", Some("project/src/x/b.rs")),
            ("/tmp/j/source/../up.txt", Some("project/src/../up.txt")),
            ("/tmp/j/a.expression", None),
            ("/tmp/j/odd=/c.rs", Some("a=b/c.rs")),
            ("/tmp/j/main.rs", None),
            ("/etc/data", Some("/etc/data")),
            ("here.txt", Some("here.txt")),
        ] {
            assert_eq!(
                names.users(Path::new(path)),
                expected.map(PathBuf::from),
                "{path}"
            );
        }
        let in_place = Names {
            input: Path::new("a.rs"),
            scratch: Path::new("/tmp/j"),
            paths: &Paths::default(),
            unit: None,
        };
        assert_eq!(in_place.users(Path::new("a.rs")), Some("a.rs".into()));
    }

    #[test]
    fn a_run_that_tells_nothing_makes_the_rest_worthless() {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("a.d");
        let names = Names {
            input: Path::new("/scratch/a.rs"),
            scratch: Path::new("/scratch"),
            paths: &Paths::default(),
            unit: None,
        };
        let reads = Reads::new();
        assert!(reads.inputs().is_none());
        fs::write(&list, "/scratch/a.rs:\n# env-dep:X\n").unwrap();
        reads.of_run(&list, &names);
        let inputs = reads.inputs().unwrap();
        assert_eq!(inputs.variables, [("X".to_owned(), None)]);
        assert!(inputs.files.is_empty() && !list.exists());
        reads.of_run(&list, &names);
        assert!(reads.inputs().is_none());
    }
}
