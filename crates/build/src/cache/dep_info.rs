//! rustc's list of what it read: the file that `--emit=dep-info` writes for make, with variables in comments.

/// What it names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct DepInfo {
    pub(super) files: Vec<String>,
    /// Variables that `env!` and its kin asked for, with the values they had.
    pub(super) variables: Vec<(String, Option<String>)>,
}

/// Reads the list. Each file has a line of its own, so that make does not stumble over one that is gone: `a\ b.rs:`.
pub(super) fn read(text: &str) -> DepInfo {
    let mut found = DepInfo::default();
    for line in text.lines() {
        if let Some(variable) = line.strip_prefix("# env-dep:") {
            let (name, value) = match variable.split_once('=') {
                Some((name, value)) => (name, Some(unescape(value))),
                None => (variable, None),
            };
            found.variables.push((unescape(name), value));
        } else if let Some(file) = line
            .strip_suffix(':')
            .filter(|_| !line.starts_with('#') && !line.is_empty())
        {
            found.files.push(file.replace("\\ ", " "));
        }
    }
    found
}

fn unescape(text: &str) -> String {
    let mut letters = text.chars();
    let mut plain = String::with_capacity(text.len());
    while let Some(letter) = letters.next() {
        plain.push(match letter {
            '\\' => match letters.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some(other) => other,
                None => '\\',
            },
            other => other,
        });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_variables_are_told_apart_and_unescaped() {
        let text = "/tmp/t.o: t.rs a\\ b.txt\n\n/tmp/t.d: t.rs a\\ b.txt\n\nt.rs:\na\\ b.txt:\n\
                    \n# env-dep:UNSET\n# env-dep:SET=a=b\\\\c\\nd\n# env-dep:EMPTY=\n";
        let some = |text: &str| Some(text.to_owned());
        let variables = [
            ("UNSET", None),
            ("SET", some("a=b\\c\nd")),
            ("EMPTY", some("")),
        ];
        assert_eq!(
            read(text),
            DepInfo {
                files: vec!["t.rs".to_owned(), "a b.txt".to_owned()],
                variables: variables
                    .map(|(name, value)| (name.to_owned(), value))
                    .into(),
            }
        );
    }
}
