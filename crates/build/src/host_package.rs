//! A package of the registry that the host has already: the host's own crate is what is offered, not a copy of it. A crate
//! is written that names its functions, by the types that their source gives them, and is compiled against the host's rlib.
//!
//! Types are spelled as the package spells them where they stand, and looked up from the package's root. One that cannot be
//! found from there is the compiler's to refuse, for that function alone.

use std::path::PathBuf;

use cargo_metadata::semver::{Version, VersionReq};

use crate::build::Package;
use crate::error::Error;
use crate::exports::{self, Export, Status};
use crate::host_graph::SharedCrate;
use crate::resolution::Resolution;
use crate::root;
use crate::task::Task;

/// What stands in for the package.
pub(crate) struct HostPackage {
    pub(crate) package: Package,
    /// The written crate.
    pub(crate) text: String,
    pub(crate) resolution: Resolution,
    /// Functions to export, by path and type.
    pub(crate) functions: Vec<(String, String)>,
    /// What the package's own source offers, with its words.
    offered: Vec<Export>,
}

/// The package of the host's that is asked for; none where the host has none of that name and version.
pub(crate) fn find(
    task: &Task<'_>,
    name: &str,
    requirement: Option<&str>,
) -> Result<Option<HostPackage>, Error> {
    let (Some(host), Some(proven)) = (&task.workspace.host, task.host()?) else {
        return Ok(None);
    };
    let is_meant = |version: &str| {
        let wanted = VersionReq::parse(requirement.unwrap_or("*"));
        let version = Version::parse(version);
        // What cannot be read is cargo's to refuse.
        matches!((wanted, version), (Ok(wanted), Ok(version)) if wanted.matches(&version))
    };
    let crates = host.shared_crates(task, proven);
    let mut crates = crates.into_iter();
    let Some(shared) = crates.find(|one| one.package == name && is_meant(&one.version)) else {
        return Ok(None);
    };
    has_features(&shared, &task.options.features)?;
    let mut resolution = proven.resolution.clone();
    let is_its = |(_, file): &&(String, PathBuf)| *file == shared.rlib;
    let extern_name = match resolution.externs.iter().find(is_its) {
        Some((name, _)) => name.clone(),
        // The host needs it, but does not name it.
        None => {
            let named = (shared.crate_name.clone(), shared.rlib.clone());
            resolution.externs.push(named);
            shared.crate_name.clone()
        }
    };
    let survey = exports::survey(&root::read(&shared.root)?, Some(&shared.root), &[]);
    let (offered, functions) = survey.map_or_else(
        |_| (Vec::new(), Vec::new()),
        |survey| (survey.exports, survey.function_types),
    );
    Ok(Some(HostPackage {
        package: Package {
            name: shared.package,
            version: shared.version,
        },
        text: format!(
            "#![allow(unused_imports, unused_extern_crates)]\nextern crate alloc;\npub use ::{extern_name}::*;\n"
        ),
        resolution,
        functions,
        offered,
    }))
}

/// Whether the host's crate has the features that are asked for.
fn has_features(shared: &SharedCrate, wanted: &[String]) -> Result<(), Error> {
    let has = |feature: &&String| {
        let known = shared.features.as_ref();
        known.is_some_and(|known| known.contains(feature))
    };
    match wanted.iter().find(|feature| !has(feature)) {
        None => Ok(()),
        Some(feature) => Err(Error::HostCrate {
            name: shared.package.clone(),
            reason: format!(
                "the feature `{feature}` is asked for, and this program has {} {} without it. Add the feature in the \
                 manifest of this program and build it again, or do without it",
                shared.package, shared.version
            ),
        }),
    }
}

impl HostPackage {
    /// The exports of the written crate in the package's own words, with what of the package cannot be had.
    pub(crate) fn in_its_words(&self, exports: Vec<Export>) -> Vec<Export> {
        let mut exports: Vec<Export> = exports
            .into_iter()
            .map(
                |export| match self.offered.iter().find(|own| own.name == export.name) {
                    Some(own) => Export {
                        signature: own.signature.clone(),
                        doc: own.doc.clone(),
                        ..export
                    },
                    None => export,
                },
            )
            .collect();
        for own in &self.offered {
            if exports.iter().any(|export| export.name == own.name) {
                continue;
            }
            let status = match &own.status {
                Status::Exported { .. } => Status::Refused {
                    reason: "the program has this crate itself, and only functions of such a crate can be named from \
                             outside; use it from a text"
                        .to_owned(),
                },
                status => status.clone(),
            };
            exports.push(Export {
                status,
                ..own.clone()
            });
        }
        exports
    }
}
