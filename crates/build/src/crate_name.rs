//! The names a source goes by: its crate's name for rustc, and the file name that messages show for a text.

use std::path::Path;

/// Names of crates that every source can see already.
const TAKEN: [&str; 5] = ["std", "core", "alloc", "test", "proc_macro"];

/// The name a source is shown by: the one given, the file's stem, or "text".
pub(crate) fn display_name(given: Option<&str>, path: Option<&Path>) -> String {
    let stem = || {
        path.and_then(Path::file_stem)
            .map(|stem| stem.to_string_lossy().into_owned())
    };
    given
        .map(|name| name.strip_suffix(".rs").unwrap_or(name).to_owned())
        .or_else(stem)
        .filter(|name| !name.trim().is_empty())
        .unwrap_or_else(|| "text".to_owned())
}

/// The file name of a text: the name, without what a file name cannot hold.
pub(crate) fn file_name(name: &str) -> String {
    let safe: String = name
        .chars()
        .map(|c| {
            if c == '/' || c == '\0' || c == '=' {
                '_'
            } else {
                c
            }
        })
        .collect();
    // The system's limit is 255 bytes, and rustc appends to the name for its own files.
    let end = (0..=safe.len().min(100))
        .rev()
        .find(|end| safe.is_char_boundary(*end))
        .unwrap_or(0);
    format!("{}.rs", &safe[..end])
}

/// A name for the crate that rustc accepts and no dependency has. Where `rustc FILE` accepts the file's stem, it is that.
pub(crate) fn crate_name(name: &str, dependencies: &[String]) -> String {
    let mut identifier: String = name
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .take(60)
        .collect();
    if identifier.trim_matches('_').is_empty() {
        identifier.insert_str(0, "text");
    }
    while TAKEN.contains(&identifier.as_str()) || dependencies.contains(&identifier) {
        identifier.push('_');
    }
    identifier
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_becomes_an_identifier() {
        for (name, expected) in [
            ("my-rule", "my_rule"),
            ("2nd", "2nd"),
            ("é", "é"),
            ("-", "text_"),
            ("std", "std_"),
            ("serde", "serde_"),
            ("a b/c", "a_b_c"),
            ("main", "main"),
        ] {
            assert_eq!(crate_name(name, &["serde".to_owned()]), expected);
        }
    }

    #[test]
    fn the_given_name_comes_before_the_file() {
        assert_eq!(
            display_name(Some("rule.rs"), Some(Path::new("x/y.rs"))),
            "rule"
        );
        assert_eq!(display_name(None, Some(Path::new("x/y.z.rs"))), "y.z");
        assert_eq!(display_name(Some(" "), None), "text");
    }

    #[test]
    fn a_file_name_holds_no_path() {
        assert_eq!(file_name("../etc/x"), ".._etc_x.rs");
        assert!(file_name(&"é".repeat(300)).len() < 120);
    }
}
