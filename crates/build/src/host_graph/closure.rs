//! Everything that the host's crates need: the rlibs below them, and native libraries. Only rustc can say, and it says it
//! when it links; so it is let link a program that uses the crates, as for dependencies (`links.rs`).

use crate::diagnostic::{Diagnostic, Level};
use crate::error::Error;
use crate::links;
use crate::resolution::Resolution;
use crate::task::Task;

use super::record::Record;

/// The externs that rustc could not load, each with rustc's words, and the resolution with what the others need.
pub(super) fn add(
    task: &Task<'_>,
    record: &Record,
    resolution: &mut Resolution,
) -> Result<Vec<(String, String)>, Error> {
    let panic = record.panic.iter().map(|panic| format!("-Cpanic={panic}"));
    let folders = record.native_folders.iter();
    let folders = folders.map(|folder| format!("-Lnative={}", folder.display()));
    let flags: Vec<String> = panic.chain(folders).collect();
    let mut refused = Vec::new();
    loop {
        if resolution.externs.is_empty() {
            return Ok(refused);
        }
        let crates = "this program's own crates";
        let diagnostics = match links::add(task, crates, &flags, resolution)? {
            Ok(()) => return Ok(refused),
            Err(diagnostics) => diagnostics,
        };
        let lost = unloadable(&diagnostics, resolution);
        if lost.is_empty() {
            // They cannot make a program together: one has a panic handler of its own, say. What each of them needs is
            // then not known, and what is missing is named when a module is linked.
            let files = resolution.externs.iter().map(|(_, file)| file.clone());
            resolution
                .archives
                .extend(files.filter(|file| file.extension().is_some_and(|end| end == "rlib")));
            return Ok(refused);
        }
        resolution
            .externs
            .retain(|(name, _)| !lost.iter().any(|(lost, _)| lost == name));
        refused.extend(lost);
    }
}

/// The crates whose lines rustc complains of.
fn unloadable(diagnostics: &[Diagnostic], resolution: &Resolution) -> Vec<(String, String)> {
    let mut lost: Vec<(String, String)> = Vec::new();
    let errors = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.level == Level::Error);
    for error in errors {
        for span in error.spans.iter().filter(|span| span.primary) {
            let Some((name, _)) = resolution.externs.get(span.line.wrapping_sub(1)) else {
                continue;
            };
            if !lost.iter().any(|(known, _)| known == name) {
                lost.push((name.clone(), error.message.clone()));
            }
        }
    }
    lost
}
