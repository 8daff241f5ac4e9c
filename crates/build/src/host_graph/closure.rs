//! Everything that the host's crates need: the rlibs below them, and native libraries. Only rustc can say, and it says it
//! when it links; so it is let link a program that uses the crates, as for dependencies (`cargo/links.rs`).

use std::path::Path;
use std::process::Command;

use crate::cargo::links;
use crate::diagnostic::{self, Diagnostic, Level};
use crate::error::Error;
use crate::resolution::Resolution;
use crate::scratch::{self, Scratch};
use crate::task::Task;

use super::record::Record;

/// The externs that rustc could not load, each with rustc's words, and the resolution with what the others need.
pub(super) fn add(
    task: &Task<'_>,
    record: &Record,
    resolution: &mut Resolution,
) -> Result<Vec<(String, String)>, Error> {
    let scratch = Scratch::new(None)?;
    let mut refused = Vec::new();
    loop {
        if resolution.externs.is_empty() {
            return Ok(refused);
        }
        let diagnostics = match link(task, record, scratch.path(), resolution)? {
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

/// Has rustc name all that a program of these crates is linked from.
fn link(
    task: &Task<'_>,
    record: &Record,
    folder: &Path,
    resolution: &mut Resolution,
) -> Result<Result<(), Vec<Diagnostic>>, Error> {
    // A crate a line, so that a message about a line is one about a crate. Macros bring no code.
    let uses: String = resolution
        .externs
        .iter()
        .map(|(name, _)| format!("extern crate {name} as _;\n"))
        .collect();
    let source = folder.join("host.rs");
    scratch::write(&source, &format!("{uses}fn main() {{}}\n"))?;
    let mut command = Command::new(task.workspace.toolchain.rustc());
    command.args(["--crate-name", "jitney_host_links", "--edition", "2021"]);
    command.args(["--crate-type=bin", "--cap-lints", "allow"]);
    command.args(["-C", "linker=true", "-C", "linker-flavor=gcc"]);
    command.args(["--print", "link-args", "--error-format=json"]);
    if let Some(panic) = &record.panic {
        command.arg("-C").arg(format!("panic={panic}"));
    }
    for (kind, folders) in [
        ("dependency", &resolution.search_folders),
        ("native", &record.native_folders),
    ] {
        for folder in folders {
            command
                .arg("-L")
                .arg(format!("{kind}={}", folder.display()));
        }
    }
    for (name, file) in &resolution.externs {
        command
            .arg("--extern")
            .arg(format!("{name}={}", file.display()));
    }
    command.arg("-o").arg(folder.join("host")).arg(&source);
    let running = "rustc (reading what this program's own crates link to)";
    let finished = task
        .run(running.to_owned(), false)
        .finish(command, |_, _| {})?;
    if !finished.status.success() {
        return Ok(Err(diagnostic::read(&finished.stderr, true)));
    }
    let printed = String::from_utf8_lossy(&finished.stdout);
    if let Some(line) = printed.lines().find(|line| !line.is_empty()) {
        let std = task.workspace.toolchain.library_folder();
        links::read(&links::words(line), &std, resolution);
    }
    Ok(Ok(()))
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
