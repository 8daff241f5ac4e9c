//! The dependencies of a text or a file: a package that does nothing but depend on them is written and built.

use std::path::{Path, PathBuf};

use super::build::{Build, Target};
use super::capture::Wanted;
use super::manifest::{self, CRATE, PACKAGE};
use super::place::{Place, absolute};
use super::shared::Shared;
use super::store::Stored;
use super::{complete, metadata, store, watch};
use crate::error::Error;
use crate::options::Dependency;
use crate::resolution::Resolution;
use crate::task::Task;

/// Finds and builds the dependencies that the task's options name.
pub(crate) fn resolve(task: &Task<'_>) -> Result<Resolution, Error> {
    let dependencies = &task.options.dependencies;
    if dependencies.is_empty() {
        let host = task.host()?;
        return Ok(host.map_or_else(Resolution::default, |host| host.resolution.clone()));
    }
    let shared = Shared::of(task)?;
    let rlibs = rlibs(dependencies)?;
    let manifest = manifest::of_dependencies(task)?;
    let mut about = manifest.clone();
    for (name, path) in &rlibs {
        about.push_str(&format!("{name} = {}\n", path.display()));
    }
    let place = Place::new(task, &about, shared.as_ref());
    let stored = store::read_or(&place, || {
        build(task, &place, &manifest, rlibs, shared.as_ref())
    })?;
    Ok(stored.resolution)
}

fn build(
    task: &Task<'_>,
    place: &Place,
    manifest: &str,
    rlibs: Vec<(String, PathBuf)>,
    shared: Option<&Shared>,
) -> Result<Stored, Error> {
    let mut stored = Stored::default();
    if task.options.dependencies.len() > rlibs.len() {
        place.write_package(manifest)?;
        if let Some(shared) = shared {
            shared.seed_lock_file(&place.folder)?;
        }
        let asked_for = task.options.dependencies.iter().map(describe).collect();
        let metadata = metadata::of(task, &place.folder, &[], asked_for)?;
        // Taken before the build, so that a change during it is noticed next time.
        stored.watched = watch::packages(&metadata, &[PACKAGE]);
        let wanted = Wanted {
            package: &place.folder,
            crate_name: CRATE,
            bin: None,
        };
        let build = Build {
            folder: &place.folder,
            arguments: vec!["--lib".to_owned()],
            target: Target::Named(&place.target),
            shared,
            total: metadata.packages.len().saturating_sub(1),
            wanted,
        };
        let built = build.run(task, place)?;
        stored.resolution = built.resolution;
        stored.watched.add_scripts(&metadata, &built.scripts);
    }
    for (name, path) in rlibs {
        stored
            .resolution
            .search_folders
            .extend(path.parent().map(Path::to_owned));
        stored.resolution.externs.push((name, path));
    }
    complete(task, &mut stored.resolution)?;
    if let Some(shared) = shared {
        shared.add_to(&mut stored.resolution);
    }
    Ok(stored)
}

/// The dependencies that are rlibs already, with absolute paths.
fn rlibs(dependencies: &[Dependency]) -> Result<Vec<(String, PathBuf)>, Error> {
    let is_rlib = |path: &Path| path.extension().is_some_and(|end| end == "rlib");
    let mut rlibs = Vec::new();
    for dependency in dependencies {
        if let Dependency::Path { name, path } = dependency
            && is_rlib(path)
        {
            let found = absolute(path).ok_or_else(|| manifest::nothing_at(name, path))?;
            rlibs.push((dependency.extern_name(), found));
        }
    }
    Ok(rlibs)
}

fn describe(dependency: &Dependency) -> String {
    match dependency {
        Dependency::Registry {
            name, requirement, ..
        } => format!("{name} {requirement}"),
        Dependency::Path { name, path } => format!("{name} ({})", path.display()),
    }
}
