//! A package of the user's, as its manifest says: features, edition, build script, procedural macros, C code, workspace,
//! profile. Cargo builds all that the wanted target needs, in the target folder that it would use by itself, so that what
//! the user's own `cargo build` made is not made again.

use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, Package, TargetKind};

use super::build::{Build, Target};
use super::capture::Wanted;
use super::place::{Place, absolute};
use super::shared::Shared;
use super::store::Stored;
use super::unit::Unit;
use super::watch::{Watched, folder_of};
use super::{complete, environment, metadata, store, watch};
use crate::error::Error;
use crate::resolution::Resolution;
use crate::task::Task;

/// What a package is built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    /// Its library; for a package without one, its program, whose functions may be called too.
    Library,
    /// Its program.
    Program,
}

/// The target of a package that is wanted.
struct Chosen {
    crate_name: String,
    bin: Option<String>,
}

/// Whether a path is a package's folder.
pub(crate) fn is_package(path: &Path) -> bool {
    path.join("Cargo.toml").is_file()
}

/// Has cargo build all that the wanted target of the package needs.
pub(crate) fn folder(
    task: &Task<'_>,
    given: &Path,
    goal: Goal,
) -> Result<(Unit, Resolution), Error> {
    let refused = |reason: String| Error::Folder {
        path: given.to_owned(),
        reason,
    };
    let folder = absolute(given).ok_or_else(|| refused("there is no such folder".to_owned()))?;
    if !folder.is_dir() {
        return Err(refused("it is no folder".to_owned()));
    }
    if !is_package(&folder) {
        return Err(refused(
            "it has no Cargo.toml, so it is no package; `cargo init` makes it one".to_owned(),
        ));
    }
    let options = task.options;
    if !options.dependencies.is_empty() {
        return Err(refused(
            "a package's dependencies are those of its Cargo.toml; add them there".to_owned(),
        ));
    }
    let folder = std::fs::canonicalize(&folder).unwrap_or(folder);
    let about = format!(
        "folder {}\n{goal:?} {:?} {:?} {:?} {:?}\n",
        folder.display(),
        options.binary,
        options.features,
        options.opt_level,
        task.workspace.target_folder,
    );
    let shared = Shared::of(task)?;
    let place = Place::new(task, &about, shared.as_ref());
    let stored = store::read_or(&place, || {
        build(task, &place, &folder, goal, shared.as_ref(), &refused)
    })?;
    match stored.unit {
        Some(unit) => Ok((unit, stored.resolution)),
        None => Err(refused(
            "its stored build is damaged; clear the cache".to_owned(),
        )),
    }
}

fn build(
    task: &Task<'_>,
    place: &Place,
    folder: &Path,
    goal: Goal,
    shared: Option<&Shared>,
    refused: &dyn Fn(String) -> Error,
) -> Result<Stored, Error> {
    if let Some(shared) = shared {
        shared.seed_lock_file(&metadata::workspace_folder(task, folder)?)?;
    }
    let features = features(task);
    let asked_for = vec![folder.display().to_string()];
    let metadata =
        metadata::of(task, folder, &features, asked_for).map_err(|error| match error {
            // Cargo names the files from the folder on.
            Error::Resolve { message } => refused(format!("cargo said:\n{message}")),
            other => other,
        })?;
    let package = own(&metadata, folder).ok_or_else(|| {
        refused("its manifest has no [package]: it is a workspace; give the folder of one of its members".to_owned())
    })?;
    let chosen = choose(package, goal, task.options.binary.as_deref()).map_err(refused)?;
    let mut arguments = match &chosen.bin {
        Some(bin) => vec!["--bin".to_owned(), bin.clone()],
        None => vec!["--lib".to_owned()],
    };
    arguments.extend(features);
    let mut watched = watch::packages(&metadata, &[package.name.as_str()]);
    let build = Build {
        folder,
        arguments,
        target: match &task.workspace.target_folder {
            None if shared.is_none() => Target::Own,
            _ => Target::Named(&place.target),
        },
        shared,
        total: metadata.packages.len().saturating_sub(1),
        wanted: Wanted {
            package: folder,
            crate_name: &chosen.crate_name,
            bin: chosen.bin.as_deref(),
        },
    };
    let built = build.run(task, place)?;
    if built.unit.is_macro {
        return Err(refused(
            "its library is a procedural macro, which runs in the compiler alone; write a source that uses it"
                .to_owned(),
        ));
    }
    watch_package(&mut watched, package, &metadata, &built.scripts);
    // A program may use its own package's library, whose sources are watched as another package's are.
    if chosen.bin.is_some() && library(package).is_some() {
        watched.add_tree(folder);
    }
    let mut stored = Stored::new(built.resolution, Some(built.unit), watched);
    complete(task, &mut stored.resolution)?;
    if let Some(shared) = shared {
        shared.add_archives_to(&mut stored.resolution);
    }
    Ok(stored)
}

/// What decides how the package itself is compiled, beside its sources, which are read at each build.
fn watch_package(
    watched: &mut Watched,
    package: &Package,
    metadata: &Metadata,
    scripts: &[(cargo_metadata::PackageId, PathBuf)],
) {
    let folder = folder_of(package);
    for above in folder.ancestors() {
        watched.add_file(above.join("Cargo.toml"));
    }
    watched.add_file(metadata.workspace_root.as_std_path().join("Cargo.lock"));
    for file in environment::config_files(folder) {
        watched.add_file(file);
    }
    // Targets that cargo finds by their places.
    for place in ["src/lib.rs", "src/main.rs", "build.rs"] {
        watched.add_existence(folder.join(place));
    }
    watched.add_file(folder.join("src/bin"));
    watched.add_scripts(metadata, scripts);
}

/// The arguments about features.
fn features(task: &Task<'_>) -> Vec<String> {
    match task.options.features.is_empty() {
        true => Vec::new(),
        false => vec!["--features".to_owned(), task.options.features.join(",")],
    }
}

/// The package whose manifest lies in the folder itself.
fn own<'m>(metadata: &'m Metadata, folder: &Path) -> Option<&'m Package> {
    let is_own = |package: &&Package| {
        let its = folder_of(package);
        its == folder || std::fs::canonicalize(its).is_ok_and(|its| its == folder)
    };
    metadata.packages.iter().find(is_own)
}

/// The library that a package has.
pub(super) fn library(package: &Package) -> Option<&cargo_metadata::Target> {
    let kinds = [
        TargetKind::Lib,
        TargetKind::RLib,
        TargetKind::DyLib,
        TargetKind::CDyLib,
        TargetKind::StaticLib,
        TargetKind::ProcMacro,
    ];
    package
        .targets
        .iter()
        .find(|target| target.kind.iter().any(|kind| kinds.contains(kind)))
}

/// The target that is meant, by the rules of `cargo run`.
fn choose(package: &Package, goal: Goal, binary: Option<&str>) -> Result<Chosen, String> {
    if goal == Goal::Library
        && binary.is_none()
        && let Some(library) = library(package)
    {
        return Ok(Chosen {
            crate_name: library.name.replace('-', "_"),
            bin: None,
        });
    }
    let programs = || {
        let targets = package.targets.iter();
        targets
            .filter(|target| target.kind.contains(&TargetKind::Bin))
            .map(|target| target.name.as_str())
    };
    let all = || programs().collect::<Vec<_>>().join("`, `");
    let wanted = binary.or(package.default_run.as_deref());
    let chosen = match (wanted, programs().count()) {
        (_, 0) => {
            return Err(
                "it has no program to run, only a library; `jitney call` evaluates an expression in it".to_owned(),
            );
        }
        (Some(wanted), _) => programs()
            .find(|name| *name == wanted)
            .ok_or_else(|| format!("it has no program `{wanted}`; it has `{}`", all()))?,
        (None, 1) => programs().next().unwrap_or_default(),
        (None, _) => {
            return Err(format!(
                "it has several programs, `{}`; say which by `--bin NAME` (`.binary(name)`), or by `default-run` in its Cargo.toml",
                all()
            ));
        }
    };
    Ok(Chosen {
        crate_name: chosen.replace('-', "_"),
        bin: Some(chosen.to_owned()),
    })
}
