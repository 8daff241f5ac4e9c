//! What a compilation read beside the root text: files, variables, and files that were not there but would have been read
//! instead. An entry holds as long as all of them are the same, by content.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::key::{Key, Parts};

/// A file changed this shortly before something may be changed again without any sign of it: file systems' clocks
/// stand still for up to ten milliseconds, and for two seconds where times have no fractions.
const TICK: Duration = Duration::from_millis(20);
const LONG_TICK: Duration = Duration::from_secs(2);

/// All inputs of one compilation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Inputs {
    pub(super) files: Vec<File>,
    /// Variables that `env!` and its kin asked for; none for one that was not set.
    pub(super) variables: Vec<(String, Option<String>)>,
    /// `x.rs` where `x/mod.rs` was read, and the other way round.
    pub(super) absent: Vec<String>,
}

/// One file that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct File {
    /// As rustc was to show it: relative to the current folder, or absolute.
    path: String,
    hash: [u8; 32],
    /// By which it can be told unread that it is the same. None when it had been changed just before.
    stamp: Option<Stamp>,
}

/// What the system knows of a file. The time of change of the inode cannot be set, so it tells what the other hides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    fn of(metadata: &fs::Metadata) -> Stamp {
        Stamp {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    /// Whether all changes were so long before a moment that none can have been in it or after.
    fn is_older_than(&self, moment: SystemTime) -> bool {
        [self.modified, self.changed].iter().all(|(seconds, part)| {
            let tick = if *part == 0 { LONG_TICK } else { TICK };
            let after = moment.duration_since(UNIX_EPOCH).unwrap_or_default();
            let time = Duration::new(
                u64::try_from(*seconds).unwrap_or(0),
                u32::try_from(*part).unwrap_or(0),
            );
            time.checked_add(tick).is_some_and(|time| time < after)
        })
    }
}

impl File {
    /// The file as it was read at some time after `began`. What was read is known by `text`, if it is known; else it must
    /// be what stands there now, so a file that may have been changed since is refused.
    ///
    /// # Errors
    /// Also when the file cannot be read.
    pub(super) fn read_since(
        began: SystemTime,
        path: &Path,
        text: Option<[u8; 32]>,
    ) -> io::Result<File> {
        let name = path
            .to_str()
            .ok_or_else(|| io::Error::other("not UTF-8"))?
            .to_owned();
        let stamp = fs::metadata(path).map(|metadata| Stamp::of(&metadata));
        let settled = stamp.as_ref().is_ok_and(|stamp| stamp.is_older_than(began));
        let hash = match text {
            Some(hash) => hash,
            None if settled => content(path)?,
            None => {
                stamp?;
                return Err(io::Error::other(
                    "it may have been changed while it was read",
                ));
            }
        };
        let stamp = stamp
            .ok()
            .filter(|stamp| settled && stamp.is_older_than(SystemTime::now() - LONG_TICK));
        Ok(File {
            path: name,
            hash,
            stamp,
        })
    }

    fn is_the_same(&self) -> bool {
        let path = Path::new(&self.path);
        let unread = self.stamp.as_ref().is_some_and(|then| {
            fs::metadata(path).is_ok_and(|metadata| Stamp::of(&metadata) == *then)
        });
        unread || content(path).is_ok_and(|hash| hash == self.hash)
    }
}

impl Inputs {
    /// Inputs with the files that would have been read instead.
    pub(super) fn new(files: Vec<File>, variables: Vec<(String, Option<String>)>) -> Inputs {
        let instead: BTreeSet<String> = files
            .iter()
            .filter_map(|file| instead(Path::new(&file.path)))
            .filter(|path| !path.exists())
            .filter_map(|path| path.into_os_string().into_string().ok())
            .collect();
        Inputs {
            files,
            variables,
            absent: instead.into_iter().collect(),
        }
    }

    /// Whether a compilation would read the same today.
    pub(super) fn are_the_same(&self, given: &[(String, String)]) -> bool {
        self.variables
            .iter()
            .all(|(name, value)| variable(name, given) == *value)
            && self.files.iter().all(File::is_the_same)
            && self.absent.iter().all(|path| !Path::new(path).exists())
    }

    /// Names an entry among those of one key.
    pub(super) fn key(&self) -> Key {
        let mut parts = Parts::default();
        for file in &self.files {
            parts.add(&file.path);
            parts.add(file.hash);
        }
        parts.add(format!("{:?} {:?}", self.variables, self.absent));
        parts.finish()
    }
}

/// What a file's bytes come to.
pub(super) fn content(path: &Path) -> io::Result<[u8; 32]> {
    Ok(blake3::hash(&fs::read(path)?).into())
}

/// A variable as rustc finds it.
fn variable(name: &str, given: &[(String, String)]) -> Option<String> {
    let given = given.iter().rev().find(|(given, _)| given == name);
    match given {
        Some((_, value)) => Some(value.clone()),
        None => env::var(name).ok(),
    }
}

/// The other place of a module's file.
fn instead(path: &Path) -> Option<PathBuf> {
    if path.file_name()? == "mod.rs" {
        let folder = path.parent()?;
        return folder.file_name().map(|_| folder.with_extension("rs"));
    }
    (path.extension()? == "rs").then(|| path.with_extension("").join("mod.rs"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long_ago(file: &fs::File) {
        file.set_modified(UNIX_EPOCH + Duration::from_millis(1_500))
            .unwrap();
    }

    #[test]
    fn a_file_that_may_have_been_changed_while_it_was_read_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let now = SystemTime::now();
        assert!(File::read_since(now - Duration::from_secs(9), file.path(), None).is_err());
        // A time that was set back hides nothing.
        long_ago(file.as_file());
        assert!(File::read_since(now - Duration::from_secs(9), file.path(), None).is_err());
        // What was read is known: then it may be what it is today.
        let known = Some(content(file.path()).unwrap());
        let read = File::read_since(now - Duration::from_secs(9), file.path(), known).unwrap();
        assert!(read.stamp.is_none() && read.is_the_same());
    }

    #[test]
    fn a_stamp_is_only_believed_when_it_was_old() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "one").unwrap();
        let later = |seconds| SystemTime::now() + Duration::from_secs(seconds);
        let fresh = File::read_since(later(1), file.path(), None).unwrap();
        assert!(fresh.stamp.is_none(), "it is less than two seconds old");
        assert!(fresh.is_the_same());
        fs::write(file.path(), "two").unwrap();
        assert!(!fresh.is_the_same());
        fs::remove_file(file.path()).unwrap();
        assert!(!fresh.is_the_same());
    }

    #[test]
    fn a_stamp_without_fractions_counts_as_older_only_after_two_seconds() {
        let stamp = |part| Stamp {
            device: 0,
            inode: 0,
            size: 0,
            modified: (100, part),
            changed: (100, part),
        };
        let at = |milliseconds| UNIX_EPOCH + Duration::from_millis(milliseconds);
        assert!(stamp(1).is_older_than(at(100_021)));
        assert!(!stamp(1).is_older_than(at(100_020)));
        assert!(!stamp(0).is_older_than(at(102_000)));
        assert!(stamp(0).is_older_than(at(102_001)));
    }

    #[test]
    fn a_module_has_two_places() {
        let other = |path: &str| instead(Path::new(path)).map(|path| path.display().to_string());
        assert_eq!(other("src/x.rs").as_deref(), Some("src/x/mod.rs"));
        assert_eq!(other("src/x/mod.rs").as_deref(), Some("src/x.rs"));
        assert_eq!(other("mod.rs"), None);
        assert_eq!(other("data.txt"), None);
    }

    #[test]
    fn a_file_that_would_be_read_instead_ends_it() {
        let folder = tempfile::tempdir().unwrap();
        let module = folder.path().join("x.rs");
        fs::write(&module, "").unwrap();
        let known = content(&module).unwrap();
        let file = File::read_since(SystemTime::now(), &module, Some(known)).unwrap();
        let inputs = Inputs::new(vec![file], Vec::new());
        assert!(inputs.are_the_same(&[]));
        fs::create_dir(folder.path().join("x")).unwrap();
        fs::write(folder.path().join("x/mod.rs"), "").unwrap();
        assert!(!inputs.are_the_same(&[]));
    }

    #[test]
    fn a_variable_that_is_given_comes_before_that_of_the_process() {
        let inputs = Inputs {
            variables: vec![("PATH".to_owned(), Some("given".to_owned()))],
            ..Inputs::default()
        };
        assert!(!inputs.are_the_same(&[]));
        let given = ["first", "given"].map(|value| ("PATH".to_owned(), value.to_owned()));
        assert!(inputs.are_the_same(&given));
    }
}
