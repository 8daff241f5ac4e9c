//! What tells one source from every other: the value of `-C metadata`, which enters all of its symbols and `TypeId`s.
//! Sources that differ in anything that can change a type must differ here, or two versions of a type would pass for one.

use crate::copies::Copied;
use crate::job::Job;
use crate::resolution::Resolution;
use crate::rustc::CrateType;
use crate::toolchain::stamp;

/// Stable for the same source, built the same way.
pub(crate) fn metadata(
    job: &Job<'_>,
    crate_type: CrateType,
    resolution: &Resolution,
    more: &[&str],
) -> String {
    let mut parts = vec![job.text.as_str()];
    parts.extend(more);
    // `option_env!` may decide the size of a type, and a program may change its variables.
    let mut variables = String::new();
    if parts.iter().any(|part| part.contains("env!")) {
        let mut all: Vec<_> = std::env::vars_os().collect();
        all.sort();
        variables = format!("{all:?}");
    }
    parts.push(&variables);
    of_package(job, crate_type, resolution, &parts)
}

/// Stable for the same package, built the same way, whatever its source is, but for what of it is told.
pub(crate) fn of_package(
    job: &Job<'_>,
    crate_type: CrateType,
    resolution: &Resolution,
    more: &[&str],
) -> String {
    let mut parts = way(job, crate_type, resolution);
    parts.extend(more.iter().map(|part| (*part).to_owned()));
    hash(&parts)
}

/// How a source is built, and as what.
fn way(job: &Job<'_>, crate_type: CrateType, resolution: &Resolution) -> Vec<String> {
    let options = job.task.options;
    let unit = job.unit.as_ref();
    let mut parts = vec![
        job.task.workspace.toolchain.version().to_owned(),
        format!("{crate_type:?}"),
        job.shown(),
        job.crate_name.clone(),
        job.edition().to_owned(),
        job.opt_level().to_owned(),
        if options.debug_info { "debug" } else { "" }.to_owned(),
        format!(
            "{:?} {:?} {:?}",
            options.features, options.rustc_flags, options.env
        ),
        format!("{:?}", unit.map(|unit| (&unit.arguments, &unit.env))),
    ];
    for (name, file) in &resolution.externs {
        parts.push(format!("{name} {} {:?}", file.display(), stamp(file)));
    }
    parts
}

/// Each part is preceded by its length, so that parts cannot run into each other.
fn hash(parts: &[String]) -> String {
    let mut hash = blake3::Hasher::new();
    for part in parts {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().to_hex()[..32].to_owned()
}

/// Of a library whose files are not all known: another one each time.
pub(crate) fn of_unknown(job: &Job<'_>, resolution: &Resolution) -> String {
    metadata(job, CrateType::Library, resolution, &[&unique()])
}

/// The files of a surveyed library, for [`metadata`]. A source that reads other files (`include!`) may change without any
/// change in these; it is given an identity of its own each time.
pub(crate) fn of_files<'t>(files: &'t [Copied], unique: Option<&'t str>) -> Vec<&'t str> {
    files
        .iter()
        .map(|file| file.text.as_str())
        .chain(unique)
        .collect()
}

/// A text that no other build on this machine has.
pub(crate) fn unique() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::{SystemTime, UNIX_EPOCH};
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let time = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_nanos();
    format!(
        "{} {time} {}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    )
}
