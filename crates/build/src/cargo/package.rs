//! The library of a package of the registry. A package is written that depends on it, and cargo is asked how it would
//! compile the dependency.

use super::build::{Build, Target};
use super::capture::Wanted;
use super::folder::library;
use super::manifest;
use super::place::Place;
use super::shared::Shared;
use super::store::Stored;
use super::unit::Unit;
use super::watch::{Watched, folder_of};
use super::{complete, metadata, store};
use crate::error::Error;
use crate::resolution::Resolution;
use crate::task::Task;

/// Has cargo fetch the package, and build all that its library needs.
pub(crate) fn package(
    task: &Task<'_>,
    name: &str,
    requirement: Option<&str>,
) -> Result<(Unit, Resolution), Error> {
    let requirement = requirement.unwrap_or("*");
    let manifest = manifest::of_package(task, name, requirement)?;
    let shared = Shared::of(task)?;
    let place = Place::new(
        task,
        &format!("package {name}\n{manifest}"),
        shared.as_ref(),
    );
    let stored = store::read_or(&place, || {
        build(task, &place, &manifest, name, requirement, shared.as_ref())
    })?;
    match stored.unit {
        Some(unit) => Ok((unit, stored.resolution)),
        None => Err(refused(
            name,
            "its stored build is damaged; clear the cache",
        )),
    }
}

fn build(
    task: &Task<'_>,
    place: &Place,
    manifest: &str,
    name: &str,
    requirement: &str,
    shared: Option<&Shared>,
) -> Result<Stored, Error> {
    place.write_package(manifest)?;
    if let Some(shared) = shared {
        shared.seed_lock_file(&place.folder)?;
    }
    let asked_for = vec![format!("{name} {requirement}")];
    let metadata = metadata::of(task, &place.folder, &[], asked_for)?;
    let found = metadata::dependency(&metadata, name)
        .ok_or_else(|| refused(name, "cargo did not say where its sources are"))?;
    let library =
        library(found).ok_or_else(|| refused(name, "it has no library, only programs"))?;
    if library
        .kind
        .contains(&cargo_metadata::TargetKind::ProcMacro)
    {
        let reason = "its library is a procedural macro, which runs in the compiler alone; write a source that uses it";
        return Err(refused(name, reason));
    }
    let build = Build {
        folder: &place.folder,
        arguments: vec!["--lib".to_owned()],
        target: Target::Named(&place.target),
        shared,
        total: metadata.packages.len().saturating_sub(2),
        wanted: Wanted {
            package: folder_of(found),
            crate_name: &library.name.replace('-', "_"),
            bin: None,
        },
    };
    let built = build.run(task, place)?;
    let mut stored = Stored::new(built.resolution, Some(built.unit), Watched::default());
    complete(task, &mut stored.resolution)?;
    if let Some(shared) = shared {
        shared.add_archives_to(&mut stored.resolution);
    }
    Ok(stored)
}

fn refused(name: &str, reason: &str) -> Error {
    Error::BadDependency {
        name: name.to_owned(),
        reason: reason.to_owned(),
    }
}
