//! `jitney cache`: what was built before, how much of it there is, and getting rid of it.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use jitney::{Cache, Freed, Usage};
use serde_json::json;

use crate::Outcome;
use crate::output;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    /// Print a JSON object
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print where it lies
    Path,
    /// Remove everything
    Clear,
    /// Remove what was not used for the longest time, until the rest is within the limit
    Trim,
}

pub(crate) fn cache(arguments: Arguments) -> Outcome {
    if let Some(value) = Cache::unusable_limit() {
        output::note(&format!(
            "warning: JITNEY_CACHE_LIMIT is `{value}`, which is no size; give one as in 500M or 4GiB. The default is used\n"
        ));
    }
    warn_of_switch();
    let cache = Cache::of_user();
    match arguments.action {
        None if arguments.json => output::print(&as_json(&cache))?,
        None => output::print(&as_text(&cache))?,
        Some(Action::Path) => output::print(&format!("{}\n", cache.folder().display()))?,
        Some(Action::Clear) => return told(&cache, &cache.clear()),
        Some(Action::Trim) => return told(&cache, &cache.trim()),
    }
    Ok(ExitCode::SUCCESS)
}

/// Says so where `JITNEY_CACHE` is set to something that is not heeded.
pub(crate) fn warn_of_switch() {
    if let Some(value) = Cache::unusable_switch() {
        output::note(&format!(
            "warning: JITNEY_CACHE is `{value}`, which is neither `on` nor `off`, and is not heeded; to move the cache, \
             set XDG_CACHE_HOME\n"
        ));
    }
}

fn as_text(cache: &Cache) -> String {
    let Usage {
        entries,
        entry_bytes,
        dependency_sets,
        dependency_bytes,
    } = cache.usage();
    let limit = match cache.limit() {
        0 => "none".to_owned(),
        bytes => size(bytes),
    };
    format!(
        "folder        {}\n\
         sources       {entries}, {}\n\
         dependencies  {dependency_sets} sets, {}\n\
         together      {}\n\
         limit         {limit}\n",
        cache.folder().display(),
        size(entry_bytes),
        size(dependency_bytes),
        size(entry_bytes + dependency_bytes),
    )
}

fn as_json(cache: &Cache) -> String {
    let usage = cache.usage();
    let value = json!({
        "folder": cache.folder(),
        "sources": { "count": usage.entries, "bytes": usage.entry_bytes },
        "dependencies": { "sets": usage.dependency_sets, "bytes": usage.dependency_bytes },
        "bytes": usage.entry_bytes + usage.dependency_bytes,
        "limit": (cache.limit() > 0).then_some(cache.limit()),
    });
    format!("{value:#}\n")
}

/// Says what was removed. It is a failure when not all that was to go could.
fn told(cache: &Cache, freed: &Freed) -> Outcome {
    output::print(&format!(
        "freed {} ({} sources)\n",
        size(freed.bytes),
        freed.entries
    ))?;
    if freed.left > 0 {
        let folder = cache.folder().display();
        return Err(format!(
            "{} sources cannot be removed: `{folder}` is not yours to write",
            freed.left
        )
        .into());
    }
    if freed.dependencies_in_use {
        return Err(
            "dependencies are in use by a build and stay; try again when it has ended".into(),
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// A size as people read it, in powers of 1024.
fn size(bytes: u64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB"];
    let mut number = bytes as f64;
    let mut unit = "bytes";
    for larger in units {
        if number < 1024.0 {
            break;
        }
        number /= 1024.0;
        unit = larger;
    }
    match unit {
        "bytes" => format!("{bytes} bytes"),
        unit => format!("{number:.1} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        assert_eq!(size(0), "0 bytes");
        assert_eq!(size(1023), "1023 bytes");
        assert_eq!(size(1536), "1.5 KiB");
        assert_eq!(size(4 << 30), "4.0 GiB");
        assert_eq!(size(1 << 50), "1024.0 TiB");
    }
}
