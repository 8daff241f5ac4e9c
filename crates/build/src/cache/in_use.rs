//! Keeps built dependencies from eviction while somebody is about to use them: a lock that any number of builds share, and
//! that eviction wants for itself.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::workspace::Workspace;

/// Its time of change says when the dependencies were last used.
pub(super) const FILE: &str = "in-use";

/// Is there when something was added since the size was last looked at.
pub(super) const GROWN: &str = "grown";

/// Two uses within this time are one, so that most cost no write.
const SAME_USE: Duration = Duration::from_secs(60);

/// Held for as long as archives of dependencies may still be opened. Archives that are mapped stay whole whatever is
/// evicted.
#[derive(Clone, Debug, Default)]
pub struct InUse {
    _lock: Option<Arc<File>>,
}

impl InUse {
    /// Holds the dependencies in the workspace's cache folder. Where no lock can be had, on a file system that cannot be
    /// written, nothing is evicted either.
    pub(crate) fn of(workspace: &Workspace) -> InUse {
        match workspace.target_folder {
            Some(_) => InUse::default(),
            None => InUse::hold(&workspace.cache().dependencies_folder()),
        }
    }

    pub(super) fn hold(folder: &Path) -> InUse {
        let lock = open(folder).filter(|file| file.lock_shared().is_ok());
        if let Some(file) = &lock {
            let now = SystemTime::now();
            let used = file.metadata().and_then(|metadata| metadata.modified());
            if used.is_ok_and(|used| now.duration_since(used).is_ok_and(|ago| ago > SAME_USE)) {
                let _ = file.set_modified(now);
            }
        }
        InUse {
            _lock: lock.map(Arc::new),
        }
    }
}

/// The lock file, made if need be.
fn open(folder: &Path) -> Option<File> {
    let path = folder.join(FILE);
    let open = || {
        File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
    };
    open()
        .or_else(|_| fs::create_dir_all(folder).and_then(|()| open()))
        .or_else(|_| File::open(&path))
        .ok()
}

/// Runs something while nobody uses the dependencies; none when somebody does.
pub(super) fn alone<T>(folder: &Path, run: impl FnOnce() -> T) -> Option<T> {
    let lock = open(folder)?;
    lock.try_lock().ok()?;
    Some(run())
}

/// To be called when cargo has built something into the folder.
pub(crate) fn grown(folder: &Path) {
    // Without it, the limit is noticed later.
    let _ = fs::write(folder.join(GROWN), "");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_alone_while_somebody_holds_them() {
        let cache = tempfile::tempdir().unwrap();
        let folder = cache.path().join("dependencies");
        let (one, two) = (InUse::hold(&folder), InUse::hold(&folder));
        assert_eq!(alone(&folder, || ()), None);
        drop(one);
        let again = two.clone();
        drop(two);
        assert_eq!(alone(&folder, || ()), None);
        drop(again);
        assert_eq!(alone(&folder, || ()), Some(()));
    }
}
