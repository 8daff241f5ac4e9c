//! Which content of a package has the package's own identity in this process: the first one that is built.
//!
//! An identity that does not depend on the content lets rustc find what it made before, whatever was changed since; so it
//! is what a program has for each package that it loads once, and the command for all. But types of one identity are one
//! type: no other content may ever have it in the process, not even after the first was unloaded, since a `TypeId` may be
//! kept for as long as one likes. And what has it must not leave the process, but for the cache, which tells the content.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::cache::Kind;
use crate::identity;
use crate::job::Job;
use crate::resolution::Resolution;
use crate::rustc::CrateType;

/// By identity, the content.
static CLAIMS: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());

fn claims() -> MutexGuard<'static, BTreeMap<String, String>> {
    CLAIMS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The identity that a package's crate has whatever its content, if a build may give it one.
pub(crate) fn own_identity(
    job: &Job<'_>,
    resolution: &Resolution,
    kind: Kind<'_>,
) -> Option<String> {
    let incremental = job.unit.as_ref()?.incremental.is_some();
    let parts = ["here", kind.name()];
    let wanted = incremental && job.task.options.only_here && kind != Kind::Program;
    wanted.then(|| identity::of_package(job, CrateType::Library, resolution, &parts))
}

/// Whether this content may have the identity as things are.
pub(crate) fn is_open(identity: &str, content: &str) -> bool {
    claims().get(identity).is_none_or(|known| known == content)
}

/// Gives the identity to this content for good. False when another one has it.
#[must_use]
pub(crate) fn claim(identity: &str, content: &str) -> bool {
    let mut claims = claims();
    let known = claims.entry(identity.to_owned());
    *known.or_insert_with(|| content.to_owned()) == content
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_content_has_it_for_good() {
        let identity = "the_first_content_has_it_for_good";
        assert!(is_open(identity, "a") && is_open(identity, "b"));
        assert!(claim(identity, "a") && claim(identity, "a"));
        assert!(is_open(identity, "a") && !is_open(identity, "b"));
        assert!(!claim(identity, "b") && claim(identity, "a"));
    }
}
