//! A package's name and version, read out of its manifest without a process, and the root file of a crate out of what
//! rustc noted for cargo.

use std::fs;
use std::path::{Path, PathBuf};

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: Option<String>,
    pub(super) folder: PathBuf,
}

impl Package {
    /// The package in a folder, if there is one.
    pub(super) fn read(folder: &Path) -> Option<Package> {
        let text = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
        let name = value(&text, "package", "name")?.text()?;
        let version = match value(&text, "package", "version") {
            Some(Value::Text(version)) => Some(version),
            Some(Value::OfWorkspace) => version_of_workspace(folder),
            // What cargo takes where none is given.
            None => Some("0.0.0".to_owned()),
        };
        Some(Package {
            name,
            version,
            folder: folder.to_owned(),
        })
    }
}

fn version_of_workspace(member: &Path) -> Option<String> {
    member.ancestors().find_map(|folder| {
        let text = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
        value(&text, "workspace.package", "version")?.text()
    })
}

#[derive(Debug, PartialEq, Eq)]
enum Value {
    Text(String),
    OfWorkspace,
}

impl Value {
    fn text(self) -> Option<String> {
        match self {
            Value::Text(text) => Some(text),
            Value::OfWorkspace => None,
        }
    }
}

/// The value of a key in a table, as manifests write names and versions: a plain string on a line of its own, or a word
/// that it is the workspace's.
fn value(manifest: &str, table: &str, key: &str) -> Option<Value> {
    let mut inside = false;
    for line in manifest.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[') {
            let header: String = header
                .split(']')
                .next()
                .unwrap_or_default()
                .chars()
                .filter(|c| !c.is_whitespace() && *c != '"')
                .collect();
            inside = header == table;
            continue;
        }
        if !inside {
            continue;
        }
        let Some((left, right)) = line.split_once('=') else {
            continue;
        };
        let (left, right) = (left.trim().trim_matches('"'), right.trim());
        if left.strip_prefix(key).map(str::trim_start) == Some(".workspace")
            || (left == key && right.starts_with('{') && right.contains("workspace"))
        {
            return Some(Value::OfWorkspace);
        }
        if left == key {
            let quote = right.chars().next().filter(|c| *c == '"' || *c == '\'')?;
            let (text, _) = right[1..].split_once(quote)?;
            return Some(Value::Text(text.to_owned()));
        }
    }
    None
}

/// The first prerequisite in a `.d` file, which is the crate's root. A space in a path has a backslash before it.
pub(super) fn first_source(dep_info: &str) -> Option<PathBuf> {
    let line = dep_info.lines().find(|line| !line.starts_with('#'))?;
    // The output's own path may hold the mark too, but not with a space behind it that is not escaped.
    let (_, sources) = line.split_once(": ")?;
    let mut path = String::new();
    let mut characters = sources.trim_start().chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => path.extend(characters.next()),
            ' ' => break,
            _ => path.push(c),
        }
    }
    (!path.is_empty()).then(|| path.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_versions_are_found_however_they_are_written() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            crate::scratch::write(&folder.path().join(name), text).unwrap();
        };
        write(
            "Cargo.toml",
            "[workspace.package]\nversion = '1.2.3'\n[workspace]\nmembers=[]\n",
        );
        write(
            "a/Cargo.toml",
            "[lib]\nname = \"x\"\n[ package ] # it\nname=\"a-b\"\nversion.workspace = true\n",
        );
        write(
            "b/Cargo.toml",
            "[package]\nversion = { workspace = true }\nname = \"b\"\n",
        );
        write(
            "c/Cargo.toml",
            "[package]\nname = \"c\"\nversion = \"4.0.0-rc.1\" # new\n[dependencies]\nversion = \"9\"\n",
        );
        write("d/Cargo.toml", "[package]\nname = \"d\"\n");
        let read = |name: &str| {
            let found = Package::read(&folder.path().join(name))?;
            Some((found.name, found.version?))
        };
        let pair = |name: &str, version: &str| Some((name.to_owned(), version.to_owned()));
        assert_eq!(read("a"), pair("a-b", "1.2.3"));
        assert_eq!(read("b"), pair("b", "1.2.3"));
        assert_eq!(read("c"), pair("c", "4.0.0-rc.1"));
        assert_eq!(read("d"), pair("d", "0.0.0"));
        assert_eq!(read(""), None);
        assert_eq!(read("e"), None);
    }

    #[test]
    fn the_root_file_is_the_first_one() {
        let text = "# env-dep:X\n/t/api-1.d: api/my\\ src/lib.rs api/src/a.rs\n\napi/src/lib.rs:\n";
        assert_eq!(first_source(text), Some("api/my src/lib.rs".into()));
        assert_eq!(first_source("x.d:\n"), None);
        assert_eq!(first_source(""), None);
    }
}
