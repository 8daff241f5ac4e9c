//! The archives of the host's own crates, opened once for all modules: most need little of them, and their index is large.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use jitney_link::HostLibrary;

/// A list of archives, and what was made of it.
type Opened = (Arc<[PathBuf]>, Arc<HostLibrary>);

/// The last one. A process has one list, until a file of it changes.
static LAST: Mutex<Option<Opened>> = Mutex::new(None);

/// The library of some archives. The same allocation means the same files.
pub(crate) fn of(archives: &Arc<[PathBuf]>) -> Option<Arc<HostLibrary>> {
    if archives.is_empty() {
        return None;
    }
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((known, library)) = &*last
        && Arc::ptr_eq(known, archives)
    {
        return Some(library.clone());
    }
    let library = Arc::new(HostLibrary::new(archives.to_vec()));
    *last = Some((archives.clone(), library.clone()));
    Some(library)
}
