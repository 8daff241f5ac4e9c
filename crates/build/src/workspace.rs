//! What stays the same from build to build: the compiler, and the folders where what was made once is kept.

use std::env;
use std::fs;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cache::Cache;
use crate::host_graph::HostGraph;
use crate::toolchain::Toolchain;

/// The environment variable that switches the cache off.
const SWITCH: &str = "JITNEY_CACHE";

/// A toolchain with the folders to build in. Its methods `library`, `program` and `expression` build a source; they may
/// be called from many threads at once.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// The compiler to use.
    pub toolchain: Toolchain,
    /// Keeps what was built from one process to the next.
    pub cache_folder: PathBuf,
    /// Cargo's target folder for the dependencies; one in the cache folder by default.
    pub target_folder: Option<PathBuf>,
    /// Whether the network must not be used.
    pub offline: bool,
    /// The crates that this program was compiled against, for sources to use.
    pub host: Option<Arc<HostGraph>>,
    /// Whether a source that was built before is taken from the cache folder, and kept there.
    pub cache: bool,
    /// How many bytes the cache folder may hold: 0 for any number, and [`Cache::at`]'s default where nothing is said.
    pub cache_limit: Option<u64>,
}

impl Workspace {
    /// Builds with the toolchain, caching by the platform's convention: in `$XDG_CACHE_HOME/jitney`, else in
    /// `$HOME/.cache/jitney`, else in the temporary folder; unless the environment variable `JITNEY_CACHE` is `off`.
    pub fn new(toolchain: Toolchain) -> Workspace {
        Workspace {
            toolchain,
            cache_folder: default_cache_folder(),
            target_folder: None,
            offline: false,
            host: None,
            cache: !is_switched_off(),
            cache_limit: None,
        }
    }

    /// The cache in the cache folder.
    pub fn cache(&self) -> Cache {
        let folder = std::path::absolute(&self.cache_folder);
        let cache = Cache::at(folder.unwrap_or_else(|_| self.cache_folder.clone()));
        match self.cache_limit {
            Some(bytes) => cache.limited_to(bytes),
            None => cache,
        }
    }
}

/// Whether the user wants nothing taken from the cache.
fn is_switched_off() -> bool {
    env::var_os(SWITCH).is_some_and(|value| value == "off" || value == "0")
}

/// What the switch is set to, when that is neither on nor off. A folder, for instance: other programs' variables of such
/// a name take one.
pub(crate) fn unusable_switch() -> Option<String> {
    let value = env::var_os(SWITCH)?;
    let is_known = ["off", "0", "on", "1", ""]
        .iter()
        .any(|known| value == *known);
    (!is_known).then(|| value.to_string_lossy().into_owned())
}

pub(crate) fn default_cache_folder() -> PathBuf {
    let variable = |name| {
        env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    variable("XDG_CACHE_HOME")
        .or_else(|| variable("HOME").map(|home| home.join(".cache")))
        .map_or_else(
            || folder_of_ones_own(&env::temp_dir()),
            |folder| folder.join("jitney"),
        )
}

/// A folder in one that all users share. What lies there is run, so nobody else may have put it there: a name that is
/// taken is left to whoever took it.
fn folder_of_ones_own(shared: &Path) -> PathBuf {
    let user = rustix::process::geteuid().as_raw();
    let names = (0..100).map(|number| match number {
        0 => shared.join(format!("jitney-{user}")),
        number => shared.join(format!("jitney-{user}-{number}")),
    });
    let is_own = |folder: &PathBuf| {
        // It may be there from the last time.
        let _ = fs::DirBuilder::new().mode(0o700).create(folder);
        fs::symlink_metadata(folder)
            .is_ok_and(|found| found.is_dir() && found.uid() == user && found.mode() & 0o022 == 0)
    };
    let mut names = names.filter(is_own);
    // Where nothing can be made, nothing is kept either.
    names
        .next()
        .unwrap_or_else(|| shared.join(format!("jitney-{user}-none")))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_others_may_have_put_there_is_not_taken() {
        let shared = tempfile::tempdir().unwrap();
        let first = folder_of_ones_own(shared.path());
        assert_eq!(first, folder_of_ones_own(shared.path()));
        assert_eq!(fs::metadata(&first).unwrap().mode() & 0o777, 0o700);
        // Everybody can write to it: then somebody may have.
        fs::set_permissions(&first, fs::Permissions::from_mode(0o777)).unwrap();
        let second = folder_of_ones_own(shared.path());
        assert_ne!(first, second);
        // A link leads to a place that another has chosen.
        fs::remove_dir(&second).unwrap();
        std::os::unix::fs::symlink(&first, &second).unwrap();
        let third = folder_of_ones_own(shared.path());
        assert!(third != second && third.is_dir());
    }
}
