//! A case, and the ways in which it is loaded.

use std::path::PathBuf;
use std::sync::OnceLock;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use jitney::{Jit, Source};

use crate::{ordinary, suite};

/// What a source is given to jitney as.
#[derive(Clone, Copy, Debug)]
pub enum Way {
    /// The text of the case's library, with its dependencies named by [`Source::dependency`].
    Text,
    /// The file of the case's library, likewise.
    File,
    /// The case's folder, a package of the suite's workspace.
    Folder,
}

/// A package in `cases/`.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    name: &'static str,
}

impl Case {
    /// The case in the folder of this name.
    pub fn new(name: &'static str) -> Case {
        Case { name }
    }

    /// The case as a source.
    pub fn source(self, jit: &Jit, way: Way) -> Source {
        let library = self.folder().join("src/lib.rs");
        // As cargo calls the crate: its name is in what some crates report.
        let name = self.package_name().replace('-', "_");
        match way {
            Way::Text => {
                let text = std::fs::read_to_string(library).expect("each case has a library");
                self.with_dependencies(jit.text(text).name(name))
            }
            Way::Folder => jit.folder(self.folder()),
            Way::File => self.with_dependencies(jit.file(library).name(name)),
        }
    }

    /// What the case's ordinary program reports.
    pub fn expected(self) -> String {
        ordinary::report(self)
    }

    /// Loads the case and finds that it reports what its ordinary program reports.
    pub fn check(self, way: Way) {
        let expected = self.expected();
        let module = self
            .source(&crate::jit(), way)
            .load()
            .unwrap_or_else(|error| panic!("{}: {error}", self.name));
        let report = module.function::<fn() -> String>("report").unwrap();
        // Twice: what the crates have set up is used again.
        for _ in 0..2 {
            let report = report();
            let lines = report.lines().zip(expected.lines());
            for (line, expected) in lines {
                assert_eq!(line, expected, "{}", self.name);
            }
            assert_eq!(report.len(), expected.len(), "{}", self.name);
        }
    }

    /// How many packages are built for the case, its own not counted.
    pub fn packages(self) -> usize {
        let metadata = metadata();
        let nodes = &metadata.resolve.as_ref().expect("cargo resolves").nodes;
        let mut reached = vec![&self.package().id];
        let mut at = 0;
        while let Some(id) = reached.get(at).copied() {
            at += 1;
            let node = nodes.iter().find(|node| node.id == *id);
            for dependency in node.iter().flat_map(|node| &node.deps) {
                // What only tests use is not built.
                let is_used =
                    |kind: &cargo_metadata::DepKindInfo| kind.kind != DependencyKind::Development;
                if dependency.dep_kinds.iter().any(is_used) && !reached.contains(&&dependency.pkg) {
                    reached.push(&dependency.pkg);
                }
            }
        }
        reached.len() - 1
    }

    /// Names the dependencies of the package's manifest, in the versions of the suite's lock file.
    fn with_dependencies(self, mut source: Source) -> Source {
        for dependency in &self.package().dependencies {
            let version = &locked(&dependency.name, &dependency.req).version;
            let requirement = format!("={version}");
            let (name, features) = (&dependency.name, &dependency.features);
            source = match dependency.uses_default_features {
                true => source.dependency_with_features(name, requirement, features),
                false => source.dependency_with_only_features(name, requirement, features),
            };
        }
        source
    }

    pub(crate) fn package_name(self) -> String {
        format!("heavy-{}", self.name.replace('_', "-"))
    }

    fn package(self) -> &'static Package {
        let name = self.package_name();
        let mut packages = metadata().packages.iter();
        packages
            .find(|package| package.name.as_str() == name)
            .unwrap_or_else(|| panic!("`cases/` has no package `{name}`"))
    }

    fn folder(self) -> PathBuf {
        suite().join("cases").join(self.name)
    }
}

/// The version of a package that the lock file has.
fn locked(name: &str, requirement: &cargo_metadata::semver::VersionReq) -> &'static Package {
    let mut packages = metadata().packages.iter();
    packages
        .find(|package| package.name.as_str() == name && requirement.matches(&package.version))
        .unwrap_or_else(|| panic!("the lock file has no `{name}` {requirement}"))
}

/// What cargo says of the suite's workspace.
fn metadata() -> &'static Metadata {
    static METADATA: OnceLock<Metadata> = OnceLock::new();
    METADATA.get_or_init(|| {
        let host = ordinary::host();
        let mut command = MetadataCommand::new();
        command.manifest_path(suite().join("Cargo.toml"));
        command.other_options(["--locked", "--filter-platform", &host].map(str::to_owned));
        command.exec().expect("the suite is a workspace")
    })
}
