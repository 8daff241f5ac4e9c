//! The objects that rustc writes for a source: one, or several when it is optimized, since rustc optimizes the units of a
//! crate in parallel. Where an object was asked for by a path, the units' objects lie beside it, named after the crate.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::job::Job;

/// Units of an optimized crate, or of a package. rustc's own default is 16, for machines with more processors than most crates have work
/// for; each unit has a cost.
const OPTIMIZED: usize = 4;

/// Units of a package that is compiled again and again.
const INCREMENTAL: usize = 16;

/// How many codegen units to ask for; `None` when the user has set it. What is compiled incrementally gains by many.
pub(crate) fn units(job: &Job<'_>, incremental: bool) -> Option<usize> {
    let set = |flag: &String| flag.contains("codegen-units");
    match job.task.options.rustc_flags.iter().any(set) {
        true => None,
        false if incremental => Some(INCREMENTAL),
        // A package is larger than a text as a rule.
        false if job.opt_level() == "0" && job.unit.is_none() => Some(1),
        false => Some(OPTIMIZED),
    }
}

/// Removes what an earlier build left where this one will write, as happens in a folder that is kept.
pub(crate) fn clear(object: &Path, crate_name: &str) -> Result<(), Error> {
    for path in written(object, crate_name)? {
        std::fs::remove_file(&path).map_err(|error| Error::files("remove", &path, error))?;
    }
    Ok(())
}

/// Reads the objects of a crate.
pub(crate) fn read(object: &Path, crate_name: &str) -> Result<Vec<Vec<u8>>, Error> {
    let mut written = written(object, crate_name)?;
    // Where several units were allowed and one came out, rustc writes it under both names.
    if written.iter().any(|path| is_unit(path)) {
        written.retain(|path| is_unit(path));
    }
    let read =
        |path: &PathBuf| std::fs::read(path).map_err(|error| Error::files("read", path, error));
    written.iter().map(read).collect()
}

fn is_unit(object: &Path) -> bool {
    object.to_string_lossy().ends_with(".rcgu.o")
}

/// The object at the path, and those of units beside it: `CRATE.o`, `CRATE.CRATE.HASH-cgu.0.rcgu.o`.
fn written(object: &Path, crate_name: &str) -> Result<Vec<PathBuf>, Error> {
    let folder = object.parent().unwrap_or(Path::new("."));
    let failed = |error| Error::files("read", folder, error);
    let (prefix, whole) = (format!("{crate_name}."), format!("{crate_name}.o"));
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let is_unit = name
            .to_str()
            .is_some_and(|name| name.starts_with(&prefix) && name.ends_with(".rcgu.o"));
        // A single unit's object has the crate's name where rustc was told a folder only.
        let is_whole = name == object.file_name().unwrap_or_default() || name == whole.as_str();
        if is_unit || is_whole {
            found.push(folder.join(name));
        }
    }
    found.sort();
    Ok(found)
}
