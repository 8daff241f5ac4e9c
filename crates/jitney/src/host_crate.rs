//! Finding the `.rlib` that this program was linked from, for a crate that it shares with modules.
//!
//! Cargo leaves `lib<name>-<hash>.rlib` beside the executable, or in `deps` there, one for each set of
//! features and flags, and replaces it when the crate is built again. Symbol names hold a hash of the
//! crate's identity, not of its contents: an edited crate has the same names and another layout, and
//! linking against it would misread memory. So the file must not be newer than the running program,
//! and what both hold under one name must be equally large.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jitney_build::artifact_folders;
use jitney_link::{Host, Library};

use crate::error::Error;

/// Why a program with link-time optimization shares no crate.
pub(crate) const OPTIMIZED: &str = "this program was built with link-time optimization, after which its functions are \
    not those of the crate any more: set `lto = false` in its Cargo profile";

pub(crate) fn find(host: &Host, name: &str) -> Result<PathBuf, Error> {
    let refused = |reason: String| Error::HostCrate {
        name: name.to_owned(),
        reason,
    };
    if host.is_link_time_optimized() {
        return Err(refused(OPTIMIZED.to_owned()));
    }
    let built = host
        .modified()
        .ok_or_else(|| refused("it is not known when this program was built".to_owned()))?;
    let mut folders = artifact_folders(host.path());
    folders.retain(|folder| folder.is_dir());
    let candidates = candidates(&folders, name);
    if candidates.is_empty() {
        let folders: Vec<String> = folders
            .iter()
            .map(|folder| folder.display().to_string())
            .collect();
        return Err(refused(format!(
            "there is no lib{name}-*.rlib in {}; run the program from where cargo built it, and name a crate that it \
             depends on",
            folders.join(" or ")
        )));
    }
    let mut reasons = Vec::new();
    let mut proven = Vec::new();
    for (path, modified) in candidates {
        match prove(host, &path, modified, built)? {
            Ok(()) => proven.push((modified, path)),
            Err(reason) => reasons.push(format!("{}: {reason}", path.display())),
        }
    }
    // Two that fit are two builds of the same sources; the newer one is the one last linked.
    proven.sort();
    proven
        .pop()
        .map(|(_, path)| path)
        .ok_or_else(|| refused(reasons.join("; ")))
}

fn candidates(folders: &[PathBuf], name: &str) -> Vec<(PathBuf, SystemTime)> {
    let prefix = format!("lib{name}-");
    let mut candidates = Vec::new();
    for entry in folders
        .iter()
        .filter_map(|folder| folder.read_dir().ok())
        .flatten()
        .flatten()
    {
        let file_name = entry.file_name();
        let file_name = file_name.to_string_lossy();
        if file_name.starts_with(&prefix)
            && file_name.ends_with(".rlib")
            && let Ok(modified) = entry.metadata().and_then(|file| file.modified())
        {
            candidates.push((entry.path(), modified));
        }
    }
    candidates
}

/// Whether a file is what this program was linked from; if not, why not.
fn prove(
    host: &Host,
    path: &Path,
    modified: SystemTime,
    built: SystemTime,
) -> Result<Result<(), String>, Error> {
    if modified > built {
        return Ok(Err(
            "it was built after this program; restart the program".to_owned()
        ));
    }
    let library = Library::dependencies(&[path.to_owned()])?;
    let likeness = host.compare(&library)?;
    Ok(match (likeness.same, &likeness.different[..]) {
        (_, [name, ..]) => Err(format!(
            "`{name}` differs from what this program holds; rebuild and restart the program"
        )),
        (0, []) => Err("this program holds nothing of it".to_owned()),
        _ => Ok(()),
    })
}
