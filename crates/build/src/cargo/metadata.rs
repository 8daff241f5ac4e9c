//! `cargo metadata`: which packages there are, fetched where they have to be, and what targets they have.

use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, Package};

use super::{environment, failure};
use crate::error::Error;
use crate::event::Event;
use crate::task::Task;

/// The folder of the workspace that the package in `folder` is part of: its own, if it is in none.
pub(super) fn workspace_folder(task: &Task<'_>, folder: &Path) -> Result<PathBuf, Error> {
    let mut command = environment::cargo(task);
    command
        .args(["locate-project", "--workspace", "--message-format=plain"])
        .current_dir(folder);
    let finished = task
        .run("cargo (looking for the workspace)".to_owned(), true)
        .finish(command, |_, _| {})?;
    let said = String::from_utf8_lossy(&finished.stdout);
    // What is wrong with a manifest is said by those who read it next.
    let manifest = Path::new(said.trim()).parent();
    Ok(manifest
        .filter(|folder| folder.is_dir())
        .unwrap_or(folder)
        .to_owned())
}

/// Has cargo settle and fetch what the package in `folder` needs. `features` are arguments about them; `asked_for` is
/// what the user is told is being resolved.
pub(super) fn of(
    task: &Task<'_>,
    folder: &Path,
    features: &[String],
    asked_for: Vec<String>,
) -> Result<Metadata, Error> {
    task.tell(|| Event::Resolving {
        dependencies: asked_for,
    });
    let offline = task.workspace.offline;
    let mut command = environment::cargo(task);
    command
        .args(["metadata", "--format-version", "1", "--filter-platform"])
        .arg(task.workspace.toolchain.host())
        .args(features)
        .args(offline.then_some("--offline"))
        .current_dir(folder);
    let finished = task
        .run("cargo (resolving the dependencies)".to_owned(), true)
        .finish(command, |_, line| tell_download(task, line))?;
    if !finished.status.success() {
        return Err(failure::resolving(finished.stderr, offline));
    }
    serde_json::from_slice(&finished.stdout).map_err(|error| Error::Resolve {
        message: format!("`cargo metadata` wrote what cannot be read: {error}"),
    })
}

/// The package that the written one depends on. Cargo lists a package of that name once for each version in use.
pub(super) fn dependency<'m>(metadata: &'m Metadata, name: &str) -> Option<&'m Package> {
    let root = metadata.root_package()?;
    let nodes = &metadata.resolve.as_ref()?.nodes;
    let direct = &nodes.iter().find(|node| node.id == root.id)?.dependencies;
    let found = |package: &&Package| package.name.as_str() == name && direct.contains(&package.id);
    metadata.packages.iter().find(found)
}

/// Tells of a package that cargo says it has fetched.
pub(super) fn tell_download(task: &Task<'_>, line: &str) {
    if let Some(package) = line
        .trim_start()
        .strip_prefix("Downloaded ")
        .filter(|rest| rest.contains(" v"))
    {
        let package = package.split(" (").next().unwrap_or(package).to_owned();
        task.tell(|| Event::Downloaded { package });
    }
}
