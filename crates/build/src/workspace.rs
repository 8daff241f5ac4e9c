//! What stays the same from build to build: the compiler, and the folders where what was made once is kept.

use std::env;
use std::path::PathBuf;
use std::sync::Arc;

use crate::host_graph::HostGraph;
use crate::toolchain::Toolchain;

/// A toolchain with the folders to build in. Its methods `library`, `program` and `expression` build a source; they may
/// be called from many threads at once.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// The compiler to use.
    pub toolchain: Toolchain,
    /// Keeps dependencies from one process to the next.
    pub cache_folder: PathBuf,
    /// Cargo's target folder for the dependencies; one in the cache folder by default.
    pub target_folder: Option<PathBuf>,
    /// Whether the network must not be used.
    pub offline: bool,
    /// The crates that this program was compiled against, for sources to use.
    pub host: Option<Arc<HostGraph>>,
}

impl Workspace {
    /// Builds with the toolchain, caching by the platform's convention: in `$XDG_CACHE_HOME/jitney`, else in
    /// `$HOME/.cache/jitney`, else in the temporary folder.
    pub fn new(toolchain: Toolchain) -> Workspace {
        Workspace {
            toolchain,
            cache_folder: default_cache_folder(),
            target_folder: None,
            offline: false,
            host: None,
        }
    }
}

fn default_cache_folder() -> PathBuf {
    let variable = |name| {
        env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    variable("XDG_CACHE_HOME")
        .or_else(|| variable("HOME").map(|home| home.join(".cache")))
        .unwrap_or_else(env::temp_dir)
        .join("jitney")
}
