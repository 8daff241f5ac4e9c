//! What cargo's failure was about. Cargo has no codes for its errors, so its words decide; all of them are kept.

use super::manifest::PACKAGE;
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
    let message = without_generated(&message);
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

/// The message without the lines that only say that the generated package wanted it: nobody else knows of that one.
fn without_generated(message: &str) -> String {
    let generated = format!("required by package `{PACKAGE} v");
    let mut lines = message.split_inclusive('\n').peekable();
    let mut kept = String::new();
    while let Some(line) = lines.next() {
        // Under a longer chain it is the chain's end, which would be missed.
        let is_chained = lines.peek().is_some_and(|next| next.starts_with("    ..."));
        if !line.starts_with(&generated) || is_chained {
            kept.push_str(line);
        }
    }
    kept
}

/// The text from `before` to the next backquote.
fn between(message: &str, before: &str) -> Option<String> {
    let (_, after) = message.split_once(before)?;
    after.split('`').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generated_package_is_not_spoken_of() {
        let message = "error: failed to select a version for the requirement `itoa = \"^99\"`\n\
                       candidate versions found which didn't match: 1.0.19\n\
                       required by package `jitney-dependencies v0.0.0 (/tmp/x)`\n";
        let said = resolving(message.to_owned(), false).to_string();
        assert!(said.contains("1.0.19"), "{said}");
        assert!(!said.contains("jitney-dependencies"), "{said}");
        // Another's requirement is what the reader must know.
        let others = message.replace("jitney-dependencies", "plugin");
        let said = resolving(others, false).to_string();
        assert!(said.contains("required by package `plugin"), "{said}");
    }
}
