//! What cargo's failure was about. Cargo has no codes for its errors, so its words decide; all of them are kept.

use super::place::Place;
use crate::error::Error;

/// Cargo could not build.
pub(super) fn building(message: String, place: &Place, offline: bool) -> Error {
    let full = message.contains("No space left on device");
    let compiled = message.contains("could not compile")
        || message.contains("failed to run custom build command");
    match (full, compiled) {
        (true, _) => Error::DiskFull {
            path: place.target.clone(),
        },
        (false, true) => Error::DependencyBuild { message },
        (false, false) => resolving(message, offline),
    }
}

/// Whether something failed beside the call that was let fail, which is one of `package`'s.
pub(super) fn of_others(message: &str, package: &str) -> bool {
    let ours = format!("error: could not compile `{package}` (");
    let is_error = |line: &&str| line.starts_with("error:") || line.starts_with("error[");
    let mut errors = message.lines().filter(is_error);
    errors.any(|line| !line.starts_with(&ours) || line.contains(" due to "))
}

/// Cargo could not resolve or fetch.
pub(super) fn resolving(message: String, offline: bool) -> Error {
    let name = |before: &str| between(&message, before);
    if offline
        && ["--offline", "offline mode", "network access is disabled"]
            .iter()
            .any(|words| message.contains(words))
    {
        return Error::Offline { message };
    }
    // The second one is cargo's when it has a similar name to suggest.
    let unknown = [
        "no matching package named `",
        "searched package name: `",
        "no matching package for override `",
    ];
    if let Some(name) = unknown.into_iter().find_map(name) {
        return Error::UnknownDependency { name, message };
    }
    if let Some(name) = name("failed to select a version for the requirement `")
        .filter(|_| message.contains("candidate versions found"))
    {
        let name = name.split([' ', '=']).next().unwrap_or(&name).to_owned();
        return Error::NoMatchingVersion { name, message };
    }
    Error::Resolve { message }
}

/// The text from `before` to the next backquote.
fn between(message: &str, before: &str) -> Option<String> {
    let (_, after) = message.split_once(before)?;
    after.split('`').next().map(str::to_owned)
}
