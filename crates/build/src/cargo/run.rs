//! The two runs of cargo: `metadata` settles and fetches, `build` compiles. The build is always for a named target, so
//! that the crates for the source lie apart from those for build scripts and procedural macros.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cargo_metadata::{Artifact, Message, Metadata, PackageId, TargetKind};

use super::Place;
use super::environment;
use super::failure;
use super::manifest::PACKAGE;
use super::store::{Stored, Tree};
use crate::error::Error;
use crate::event::Event;
use crate::job::Job;
use crate::options::Dependency;

/// Resolves, fetches and builds the package at `place`; puts what came of it into `stored`.
pub(super) fn cargo(job: &Job<'_>, place: &Place, stored: &mut Stored) -> Result<(), Error> {
    let metadata = resolve(job, place)?;
    // Taken before the build, so that a change during it is noticed next time.
    stored.trees = trees(&metadata);
    let artifacts = build(job, place, metadata.packages.len().saturating_sub(1))?;
    let host = job.workspace.toolchain.host();

    let mut files = BTreeMap::new();
    for artifact in &artifacts {
        let Some(file) = library(artifact, host) else {
            continue;
        };
        if is_root(artifact) {
            continue;
        }
        // A crate's folder is where rustc finds the crates it needs; a procedural macro's, the macros that others need.
        if let Some(folder) = file
            .parent()
            .filter(|folder| !stored.resolution.search_folders.iter().any(|f| f == folder))
        {
            stored.resolution.search_folders.push(folder.to_owned());
        }
        if !is_macro(artifact) {
            stored.resolution.archives.push(file.clone());
        }
        files.insert(&artifact.package_id, file);
    }
    stored.resolution.externs = direct(&metadata, &files);
    Ok(())
}

fn resolve(job: &Job<'_>, place: &Place) -> Result<Metadata, Error> {
    job.tell(|| Event::Resolving {
        dependencies: job.options.dependencies.iter().map(describe).collect(),
    });
    let mut command = environment::cargo(job);
    command.args([
        "metadata",
        "--format-version",
        "1",
        "--filter-platform",
        job.workspace.toolchain.host(),
    ]);
    command
        .args(job.workspace.offline.then_some("--offline"))
        .current_dir(&place.package);
    let running = "cargo (resolving the dependencies)".to_owned();
    let finished = job
        .run(running, true)
        .finish(command, |_, line| tell_download(job, line))?;
    if !finished.status.success() {
        return Err(failure::resolving(finished.stderr, job.workspace.offline));
    }
    serde_json::from_slice(&finished.stdout).map_err(|error| Error::Resolve {
        message: format!("`cargo metadata` wrote what cannot be read: {error}"),
    })
}

fn build(job: &Job<'_>, place: &Place, total: usize) -> Result<Vec<Artifact>, Error> {
    let mut command = environment::cargo(job);
    command.args([
        "build",
        "--message-format=json-render-diagnostics",
        "--target",
        job.workspace.toolchain.host(),
    ]);
    command.arg("--target-dir").arg(&place.target);
    command
        .args(job.workspace.offline.then_some("--offline"))
        .current_dir(&place.package);

    let mut artifacts: Vec<Artifact> = Vec::new();
    let mut done = BTreeSet::new();
    let on_line = |pipe, line: &str| {
        if pipe == 2 {
            tell_download(job, line);
            if let Some(started) = line
                .trim_start()
                .strip_prefix("Compiling ")
                .filter(|name| !name.starts_with(PACKAGE))
            {
                let crate_name = started.split(' ').next().unwrap_or(started).to_owned();
                job.tell(|| Event::Compiling {
                    crate_name,
                    done: done.len(),
                    total,
                });
            }
        } else if let Ok(Message::CompilerArtifact(artifact)) = serde_json::from_str(line) {
            let is_library = !artifact.target.kind.contains(&TargetKind::CustomBuild);
            if is_library && !is_root(&artifact) && done.insert(artifact.package_id.clone()) {
                let crate_name = artifact.target.name.clone();
                job.tell(|| Event::Compiled {
                    crate_name,
                    done: done.len(),
                    total,
                });
            }
            artifacts.push(artifact);
        }
    };
    let finished = job
        .run("cargo (building the dependencies)".to_owned(), true)
        .finish(command, on_line)?;
    if finished.status.success() {
        return Ok(artifacts);
    }
    let failed = finished.stderr;
    let full = failed.contains("No space left on device");
    let compiled = failed.contains("could not compile")
        || failed.contains("failed to run custom build command");
    Err(match (full, compiled) {
        (true, _) => Error::DiskFull {
            path: place.target.clone(),
        },
        (false, true) => Error::DependencyBuild { message: failed },
        (false, false) => failure::resolving(failed, job.workspace.offline),
    })
}

fn tell_download(job: &Job<'_>, line: &str) {
    if let Some(package) = line
        .trim_start()
        .strip_prefix("Downloaded ")
        .filter(|rest| rest.contains(" v"))
    {
        let package = package.split(" (").next().unwrap_or(package).to_owned();
        job.tell(|| Event::Downloaded { package });
    }
}

fn describe(dependency: &Dependency) -> String {
    match dependency {
        Dependency::Registry {
            name, requirement, ..
        } => format!("{name} {requirement}"),
        Dependency::Path { name, path } => format!("{name} ({})", path.display()),
    }
}

fn is_root(artifact: &Artifact) -> bool {
    artifact.target.name == PACKAGE.replace('-', "_")
}

fn is_macro(artifact: &Artifact) -> bool {
    artifact.target.kind.contains(&TargetKind::ProcMacro)
}

/// The file that rustc is given: a macro's shared library, or the rlib of a crate built for the target.
fn library(artifact: &Artifact, host: &str) -> Option<PathBuf> {
    let ends = if is_macro(artifact) {
        std::env::consts::DLL_SUFFIX
    } else {
        ".rlib"
    };
    let file = artifact
        .filenames
        .iter()
        .find(|file| file.as_str().ends_with(ends))?;
    let parts: Vec<&str> = file.components().map(|part| part.as_str()).collect();
    let for_target = parts.windows(2).any(|pair| pair == [host, "debug"]);
    (is_macro(artifact) || for_target).then(|| file.as_std_path().to_owned())
}

/// The crates that the generated package itself depends on, by the names it uses.
fn direct(metadata: &Metadata, files: &BTreeMap<&PackageId, PathBuf>) -> Vec<(String, PathBuf)> {
    let root = metadata
        .packages
        .iter()
        .find(|package| package.name.as_str() == PACKAGE)
        .map(|package| &package.id);
    let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
    let root = nodes
        .filter(|node| Some(&node.id) == root)
        .flat_map(|node| &node.deps);
    root.filter_map(|dependency| {
        Some((dependency.name.clone(), files.get(&dependency.pkg)?.clone()))
    })
    .collect()
}

/// The packages on this machine that may change at any time. Those with a build script may also change for reasons that
/// only cargo knows.
fn trees(metadata: &Metadata) -> Vec<Tree> {
    let own = metadata
        .packages
        .iter()
        .filter(|package| package.source.is_none() && package.name.as_str() != PACKAGE);
    own.map(|package| {
        let scripted = package
            .targets
            .iter()
            .any(|target| target.kind.contains(&TargetKind::CustomBuild));
        let folder = package
            .manifest_path
            .parent()
            .map_or(Path::new("."), |folder| folder.as_std_path());
        Tree::of(folder, scripted)
    })
    .collect()
}
