//! Building against the host's own crates. Cargo is let believe that it compiles them anew: the wrapper that it calls the
//! compiler by puts the host's files in the place of what it would have compiled, wherever package, version, source and
//! features agree, and has the build fail where they do not. So a new dependency is compiled against the host's crates
//! whatever workspace, lock file and profile it comes from, and `path` dependencies are shared as those of the registry
//! are.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use crate::error::Error;
use crate::host_graph::{HostGraph, Proven, SharedCrate};
use crate::resolution::Resolution;
use crate::task::Task;
use crate::toolchain::stamp;

/// What separates the columns of the table that the wrapper reads.
const COLUMN: char = '|';

/// The host's crates, for a build of cargo's.
pub(super) struct Shared {
    host: Arc<HostGraph>,
    proven: Arc<Proven>,
    /// Tells it from every other state of these crates.
    pub(super) key: String,
}

impl Shared {
    /// The host's crates as they are now; none where no host is shared. What they are in full is only looked up when cargo
    /// is started.
    pub(super) fn of(task: &Task<'_>) -> Result<Option<Shared>, Error> {
        let (Some(host), Some(proven)) = (&task.workspace.host, task.host()?) else {
            return Ok(None);
        };
        let mut hash = blake3::Hasher::new();
        for archive in &proven.resolution.archives {
            hash.update(format!("{} {:?}\n", archive.display(), stamp(archive)).as_bytes());
        }
        hash.update(format!("{:?}", proven.refused).as_bytes());
        Ok(Some(Shared {
            host: host.clone(),
            proven: proven.clone(),
            key: hash.finalize().to_hex()[..16].to_owned(),
        }))
    }

    /// Lets cargo choose the host's versions where there is no choice made yet.
    pub(super) fn seed_lock_file(&self, folder: &Path) -> Result<(), Error> {
        let to = folder.join("Cargo.lock");
        let Some(from) = self.host.lock_file().filter(|_| !to.exists()) else {
            return Ok(());
        };
        fs::copy(from, &to)
            .map(drop)
            .map_err(|error| Error::files("write", &to, error))
    }

    /// Has the wrapper put the host's files in place. `folder` is the wrapper's own.
    pub(super) fn attach(
        &self,
        task: &Task<'_>,
        command: &mut Command,
        folder: &Path,
    ) -> Result<(), Error> {
        let crates = self.host.shared_crates(task, &self.proven);
        let text = table(&crates, &self.host, &self.proven);
        let table = folder.join("host");
        crate::scratch::write(&table, &text)?;
        command.env("JITNEY_HOST", &table);
        Ok(())
    }

    /// Adds the host's crates to what was built against them. A name that is there already is the source's own.
    pub(super) fn add_to(&self, resolution: &mut Resolution) {
        let host = &self.proven.resolution;
        for (name, file) in &host.externs {
            if !resolution.externs.iter().any(|(known, _)| known == name) {
                resolution.externs.push((name.clone(), file.clone()));
            }
        }
        self.add_archives_to(resolution);
    }

    /// Adds what the host's crates are linked from alone: a package names its own crates by its manifest.
    pub(super) fn add_archives_to(&self, resolution: &mut Resolution) {
        let host = &self.proven.resolution;
        add_new(&mut resolution.search_folders, &host.search_folders);
        add_new(&mut resolution.archives, &host.archives);
        add_new(&mut resolution.shared_libraries, &host.shared_libraries);
    }
}

fn add_new<T: Clone + PartialEq>(list: &mut Vec<T>, more: &[T]) {
    for one in more {
        if !list.contains(one) {
            list.push(one.clone());
        }
    }
}

/// A line a crate: package, range of compatible versions, version, folder, crate, features, rlib, its metadata, and the rlib
/// as a dep-info file names it; or, for a crate that cannot be shared, the reason in place of the rlib.
fn table(crates: &[SharedCrate], host: &HostGraph, proven: &Proven) -> String {
    let mut table = String::new();
    for one in crates {
        let features = match &one.features {
            Some(features) => format!(",{},", features.join(",")),
            None => "?".to_owned(),
        };
        let columns = [
            one.package.clone(),
            range(&one.version),
            one.version.clone(),
            one.manifest_dir.display().to_string(),
            one.crate_name.clone(),
            features,
            one.rlib.display().to_string(),
            one.rmeta.display().to_string(),
            one.rlib.display().to_string().replace(' ', "\\ "),
        ];
        add_line(&mut table, &columns);
    }
    for (folder, crate_name, reason) in host.refused_crates(proven) {
        let columns = [
            String::new(),
            String::new(),
            String::new(),
            folder.display().to_string(),
            crate_name,
            "!".to_owned(),
            reason,
        ];
        add_line(&mut table, &columns);
    }
    table
}

/// A name with a separator in it cannot be told apart from others; the crate is then not shared.
fn add_line(table: &mut String, columns: &[String]) {
    if columns
        .iter()
        .all(|column| !column.contains([COLUMN, '\n']))
    {
        // Writing to a string does not fail.
        let _ = writeln!(table, "{}", columns.join(&COLUMN.to_string()));
    }
}

/// The versions that cargo takes for compatible have the same range: `1` for 1.2.3, `0.2` for 0.2.3, `0.0.3` for 0.0.3.
/// (<https://doc.rust-lang.org/cargo/reference/semver.html>)
fn range(version: &str) -> String {
    let mut parts = version.split(['.', '-', '+']);
    let mut part = || parts.next().unwrap_or_default();
    match (part(), part(), part()) {
        ("0", "0", patch) => format!("0.0.{patch}"),
        ("0", minor, _) => format!("0.{minor}"),
        (major, ..) => major.to_owned(),
    }
}

/// What the wrapper refused, in its own words: `why|package|wanted|have|where`.
pub(super) fn refusal(text: &str) -> Option<Error> {
    let columns: Vec<&str> = text.lines().next()?.split(COLUMN).collect();
    let [why, package, wanted, have, at] = columns[..] else {
        return None;
    };
    let reason = match why {
        "version" => format!(
            "the source wants {package} {wanted}, and this program has {package} {have}: two copies of it would be two crates, \
             each with types and variables of its own. Take this program's version by `cargo update -p {package}@{wanted} \
             --precise {have}` where the source is, or build this program with the source's"
        ),
        "source" => format!(
            "the source's {package} is that of `{wanted}`, and this program's that of `{have}`: two copies of it would be two \
             crates, each with types and variables of its own. Name the same one in both manifests"
        ),
        "features" => format!(
            "the source wants {package} {at} with the feature `{wanted}`, and this program has it {}. Add the feature to \
             {package} in the manifest of this program and build it again, or do without it in the source",
            match have {
                "?" => "with features that are not known".to_owned(),
                "" | "," | ",," => "without any".to_owned(),
                have => format!(
                    "with `{}` alone",
                    have.trim_matches(',').replace(',', "`, `")
                ),
            }
        ),
        _ => have.to_owned(),
    };
    Some(Error::HostCrate {
        name: package.to_owned(),
        reason,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compatible_versions_have_one_range() {
        let ranges = [
            ("1.2.3", "1"),
            ("0.2.3", "0.2"),
            ("0.0.3", "0.0.3"),
            ("2.0.0-rc.1", "2"),
            ("", ""),
        ];
        for (version, expected) in ranges {
            assert_eq!(range(version), expected, "{version}");
        }
    }

    #[test]
    fn a_refusal_says_what_differs_and_what_mends_it() {
        let said = |text: &str| refusal(text).unwrap().to_string();
        let version = said("version|serde|1.0.2|1.0.9|/p\n");
        assert!(
            version.contains("`cargo update -p serde@1.0.2 --precise 1.0.9`"),
            "{version}"
        );
        let features = said("features|serde|derive|,default,std,|1.0.9\n");
        assert!(
            features.contains("feature `derive`")
                && features.contains("with `default`, `std` alone"),
            "{features}"
        );
        assert!(said("stale|api||it was changed|\n").ends_with("cannot be shared: it was changed"));
        assert!(refusal("").is_none() && refusal("half|a line").is_none());
    }
}
