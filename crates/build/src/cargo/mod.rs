//! What cargo does for a source, all of it before rustc is called for the source itself. Three ways lead here:
//!
//! - `generated`: a text or a file with dependencies: a package that does nothing but depend is written and built;
//! - `folder`: a package of the user's, built as its manifest says;
//! - `package`: one of the registry, by a written package that depends on it.
//!
//! Where the host's own crates are shared, what is built is built against them (`shared`).
//!
//! Each has cargo build all that the wanted crate needs, and learns how cargo would have had the crate itself compiled
//! (`capture`, `unit`). The result is stored (`store`) with all that it depends on (`watch`), so that the next build starts
//! no cargo at all.

mod build;
mod capture;
mod environment;
mod failure;
mod folder;
mod generated;
mod manifest;
mod metadata;
mod package;
mod place;
mod shared;
mod store;
mod unit;
mod watch;

pub(crate) use folder::{Goal, folder, is_package};
pub(crate) use generated::resolve;
pub(crate) use package::package;
pub(crate) use unit::Unit;

use crate::error::Error;
use crate::links;
use crate::resolution::Resolution;
use crate::task::Task;

/// Completes what cargo built by what it needs in turn. Crates that cannot be linked as a program (one brings a panic
/// handler of its own, say) are left as cargo listed them: the build goes on, and what is missing is named when the module
/// is linked.
fn complete(task: &Task<'_>, resolution: &mut Resolution) -> Result<(), Error> {
    links::add(task, "the dependencies", &[], resolution).map(drop)
}
