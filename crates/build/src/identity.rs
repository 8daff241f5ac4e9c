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
    let options = job.task.options;
    let unit = job.unit.as_ref();
    let mut hash = blake3::Hasher::new();
    // Each part is preceded by its length, so that parts cannot run into each other.
    let mut add = |part: &str| {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    };
    add(job.task.workspace.toolchain.version());
    add(&format!("{crate_type:?}"));
    add(&job.shown());
    add(&job.crate_name);
    add(job.edition());
    add(job.opt_level());
    add(if options.debug_info { "debug" } else { "" });
    add(&format!(
        "{:?} {:?} {:?}",
        options.features, options.rustc_flags, options.env
    ));
    add(&format!(
        "{:?}",
        unit.map(|unit| (&unit.arguments, &unit.env))
    ));
    for (name, file) in &resolution.externs {
        add(&format!("{name} {} {:?}", file.display(), stamp(file)));
    }
    add(&job.text);
    more.iter().for_each(|part| add(part));
    hash.finalize().to_hex()[..32].to_owned()
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
