//! A source that names a crate of the host's which had to be left out fails like one that names no crate at all. This tells
//! the two apart.

use super::Proven;
use crate::diagnostic::{Diagnostic, Level, Rendered};
use crate::error::Error;
use crate::job::Job;

/// What rustc says of a name that stands for no crate, and of a crate that it cannot use.
const CODES: [&str; 8] = [
    "E0432", "E0433", "E0460", "E0461", "E0462", "E0463", "E0514", "E0519",
];

/// The error as it is; or, if its cause is a crate of the host's that was left out, the reason for that.
pub(crate) fn explained(job: &Job<'_>, error: Error) -> Error {
    let Error::Compile { diagnostics } = &error else {
        return error;
    };
    let Ok(Some(proven)) = job.task.host() else {
        return error;
    };
    match cause(proven, diagnostics) {
        Some((name, reason)) => Error::HostCrate {
            name: name.clone(),
            reason: format!("{reason}. The compiler said:\n{}", Rendered(diagnostics)),
        },
        None => error,
    }
}

fn cause<'p>(proven: &'p Proven, diagnostics: &[Diagnostic]) -> Option<&'p (String, String)> {
    let errors = diagnostics.iter().filter(|diagnostic| {
        let code = diagnostic.code.as_deref();
        diagnostic.level == Level::Error && code.is_some_and(|code| CODES.contains(&code))
    });
    let mut texts = errors.flat_map(|error| {
        let labels = error.spans.iter().filter_map(|span| span.label.as_deref());
        labels.chain([error.message.as_str()])
    });
    texts.find_map(|text| {
        proven
            .refused
            .iter()
            .find(|(name, _)| names_crate(text, name))
    })
}

/// Whether a message has the crate, or a path into it, in its quotes.
fn names_crate(text: &str, name: &str) -> bool {
    text.split('`').skip(1).step_by(2).any(|quoted| {
        let path = quoted.strip_prefix("::").unwrap_or(quoted);
        path.strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    })
}

#[cfg(test)]
mod tests {
    use super::names_crate;

    #[test]
    fn a_crate_is_found_in_the_compilers_words() {
        for text in [
            "unresolved import `api`",
            "unresolved imports `x`, `api::S`",
            "can't find crate for `api`",
            "use of unresolved module or unlinked crate `::api`",
        ] {
            assert!(names_crate(text, "api"), "{text}");
        }
        for text in [
            "unresolved import `crate::api`",
            "`apis` and api and `my_api`",
            "`",
        ] {
            assert!(!names_crate(text, "api"), "{text}");
        }
    }
}
