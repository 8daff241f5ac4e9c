//! Bundles: a compiled source in a file, with all that it needs, to be loaded where no compiler is.
//!
//! What is written is what [`Loadable`] and [`Program`] link, with the parts of libraries that they would need in a
//! program that has nothing (`jitney_link::Linker::take_along`). What is read takes the same way to a [`Module`]
//! (crate::Module) as a source that has just been compiled, after it has been found to fit this program.

use std::path::Path;

use jitney_build::{
    Built, Bundle, BundleKind, Damage, Error as BuildError, Identity, Options, SharedCrate, Status,
    Toolchain,
};
use jitney_link::{Bytes, Error as LinkError, Image, Parts};

use crate::error::Error;
use crate::host_crate;
use crate::jit::Jit;
use crate::loadable::{Linkable, Loadable};
use crate::module::Offer;
use crate::program::{Facts, Program};
use crate::registry;
use crate::source::Source;

/// Whether a file is a bundle, by the ending `.jitney` of its name or by its first bytes. Not whether it can be loaded.
pub fn is_bundle(path: impl AsRef<Path>) -> bool {
    Bundle::is_one(path.as_ref())
}

impl Source {
    /// Compiles the source and writes it to a file with all that it needs, for [`Jit::bundle`] in this or another program,
    /// where no compiler need be. The file is written whole or not at all.
    ///
    /// It fits programs that were built by the same compiler, whatever their profile. What the source binds to of this
    /// program by name alone ([`Source::define`]) has to be defined again by who loads it.
    ///
    /// # Errors
    /// As for [`Source::build`] and [`Loadable::bundle`].
    pub fn bundle(self, path: impl AsRef<Path>) -> Result<(), Error> {
        self.build()?.bundle(path)
    }

    /// As [`Source::bundle`], for a source with `main`, which [`Source::build_program`] takes out of the file again.
    ///
    /// # Errors
    /// As for [`Source::build_program`] and [`Loadable::bundle`].
    pub fn bundle_program(self, path: impl AsRef<Path>) -> Result<(), Error> {
        let (jit, shared, linkable, facts) = self.compile_program()?;
        let mut linkable = linkable;
        // Whoever loads it gives its own.
        linkable.definitions.instead.clear();
        let is_root = |symbol: &[u8]| facts.is_root(symbol);
        let content = Content {
            kind: BundleKind::Program {
                rust: facts.is_rust,
                executable_stack: facts.executable_stack,
                own_names: facts.own_names.iter().cloned().collect(),
            },
            built: Built {
                name: linkable.name.clone(),
                warnings: linkable.warnings.clone(),
                environment: facts.environment.clone(),
                ..Built::default()
            },
        };
        let bundle = match bundle(&jit, &shared, &linkable, content, &is_root) {
            Err(Error::Link(LinkError::NothingToLink)) => return Err(facts.no_main(linkable.name)),
            bundle => bundle?,
        };
        if !bundle.has_main {
            return Err(facts.no_main(linkable.name));
        }
        Ok(bundle.content.write(path.as_ref())?)
    }

    /// What a source that is a bundle cannot be told, if it has been told any of it.
    fn refuse_options(&self, path: &Path) -> Result<(), Error> {
        let Options {
            edition,
            dependencies,
            features,
            opt_level,
            debug_info,
            rustc_flags,
            c_flags,
            libraries,
            library_folders,
            env,
            keep_files,
            exports,
            ..
        } = &self.options;
        let told = [
            (edition.is_some(), "edition"),
            (!dependencies.is_empty(), "dependency"),
            (!self.host_crates.is_empty(), "host_crate"),
            (!features.is_empty(), "features"),
            (opt_level.is_some(), "opt_level"),
            (*debug_info, "debug_info"),
            (!rustc_flags.is_empty(), "rustc_flag"),
            (!c_flags.is_empty(), "c_flag"),
            (!libraries.is_empty(), "library"),
            (!library_folders.is_empty(), "library_folder"),
            (!env.is_empty(), "env"),
            (keep_files.is_some(), "keep_files"),
            (!exports.is_empty(), "export"),
        ];
        match told.into_iter().find(|(told, _)| *told) {
            Some((_, option)) => Err(Error::OfBundle {
                path: path.to_owned(),
                what: format!(
                    "it was compiled when it was made, and `{option}` says how to compile: give that where the bundle is \
                     made"
                ),
            }),
            None => Ok(()),
        }
    }

    /// Reads the bundle that the source is. Its library, or the error that names what else it is.
    pub(crate) fn open_library(self, path: &Path) -> Result<Loadable, Error> {
        let progress = self.options.progress.clone();
        let (jit, bundle, linkable) = self.open(path)?;
        let BundleKind::Library { rust } = bundle.kind else {
            return Err(Error::OfBundle {
                path: path.to_owned(),
                what: "it holds a program: run it by `jitney run` or `Source::build_program`"
                    .to_owned(),
            });
        };
        let linkable = match rust {
            true => linkable.keeping_literals(),
            false => linkable,
        };
        let Built {
            exports,
            private,
            package,
            ..
        } = bundle.built;
        let offer = Offer {
            exports,
            private,
            package,
            ..Offer::default()
        };
        Ok(Loadable::of_linkable(jit, linkable, offer, Vec::new()).telling(progress))
    }

    pub(crate) fn open_program(self, path: &Path) -> Result<Program, Error> {
        let (jit, bundle, linkable) = self.open(path)?;
        let BundleKind::Program {
            rust,
            executable_stack,
            own_names,
        } = bundle.kind
        else {
            return Err(Error::OfBundle {
                path: path.to_owned(),
                what:
                    "it holds a library and no `main`: call it by `jitney call` or `Source::load`"
                        .to_owned(),
            });
        };
        let facts = Facts {
            is_rust: rust,
            executable_stack,
            own_names: own_names.into_iter().collect(),
            environment: bundle.built.environment,
        };
        Program::of_linkable(&jit, linkable, facts)
    }

    fn open(self, path: &Path) -> Result<(Jit, Bundle, Linkable), Error> {
        self.refuse_options(path)?;
        let mut bundle = Bundle::read(path)?;
        let reasons = bundle.identity.differences(&identity(&self.jit)?);
        let unfit = |reasons| Error::BundleUnfit {
            path: path.to_owned(),
            reasons,
        };
        if !reasons.is_empty() {
            return Err(unfit(reasons));
        }
        let damaged = |error: LinkError| match error {
            LinkError::Parts { .. } | LinkError::Damaged { .. } => damaged(path, &error),
            error => error.into(),
        };
        let parts = Parts::read(&std::mem::take(&mut bundle.parts)).map_err(damaged)?;
        let shares = !bundle.identity.shared.is_empty();
        match self.jit.linker.accept(&parts) {
            Err(error @ LinkError::OtherStandardLibrary) => {
                return Err(unfit(vec![error.to_string()]));
            }
            accepted => accepted?,
        }
        if shares && self.jit.linker.host().is_link_time_optimized() {
            return Err(unfit(vec![host_crate::OPTIMIZED.to_owned()]));
        }
        if let Some(name) = self.options.name {
            bundle.built.name = name;
        }
        let objects = std::mem::take(&mut bundle.built.objects).into_iter();
        let objects = std::mem::take(&mut bundle.object_names)
            .into_iter()
            .zip(objects.map(Bytes::from))
            .collect();
        let linkable = Linkable::of_bundle(
            path.to_owned(),
            &bundle.built,
            objects,
            parts,
            self.definitions,
        );
        Ok((self.jit, bundle, linkable))
    }
}

impl Loadable {
    /// Writes what was compiled to a file, as [`Source::bundle`] does.
    ///
    /// # Errors
    /// [`Error::NotBundled`] for a source that shares crates of this program's own that nothing is known of to prove
    /// them by, and for what [`Source::build_expression`] made; [`Error::Link`] when a symbol is defined nowhere; when the file cannot be written. Nothing of it is left
    /// then.
    pub fn bundle(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let (jit, shared, linkable) = (self.jit(), self.shared(), self.linkable());
        if self.is_for_this_process() {
            return Err(Error::NotBundled {
                name: self.name().to_owned(),
                reason: "it was built to be evaluated in this process: make a bundle of the source, and call its functions"
                    .to_owned(),
            });
        }
        let content = Content {
            kind: BundleKind::Library {
                rust: linkable.keeps_literals(),
            },
            built: Built {
                name: self.name().to_owned(),
                exports: self.exports().to_vec(),
                private: self.private().to_vec(),
                warnings: self.warnings().to_vec(),
                package: self.package().cloned(),
                ..Built::default()
            },
        };
        match bundle(jit, shared, linkable, content, &self.is_root()) {
            Err(Error::Link(LinkError::NothingToLink)) => Err(self.offers_nothing()),
            bundle => Ok(bundle?.content.write(path.as_ref())?),
        }
    }
}

/// What goes into a bundle beside what the linker finds.
struct Content {
    kind: BundleKind,
    built: Built,
}

/// A bundle, yet to be written.
struct New {
    content: Bundle,
    has_main: bool,
}

fn bundle(
    jit: &Jit,
    shared: &[String],
    linkable: &Linkable,
    content: Content,
    is_root: &dyn Fn(&[u8]) -> bool,
) -> Result<New, Error> {
    if let Some(bundle) = linkable.bundle() {
        return Err(Error::OfBundle {
            path: bundle.to_owned(),
            what: "to have it twice, copy the file".to_owned(),
        });
    }
    let identity = identity(jit)?;
    let proven = |name: &String| {
        let known = identity.shared.iter().find(|known| known.name == *name);
        known.cloned().ok_or_else(|| Error::NotBundled {
            name: linkable.name.clone(),
            reason: format!(
                "it shares this program's crate `{name}`, and there is nothing by which another program could prove that \
                 it has the same one"
            ),
        })
    };
    let shared = shared.iter().map(proven).collect::<Result<_, _>>()?;
    let taken = linkable.take_along(jit, is_root)?;
    let (object_names, objects) = taken.objects.into_iter().unzip();
    let content = Bundle {
        identity: Identity::new(&identity.compiler, shared),
        kind: content.kind,
        built: Built {
            objects,
            shared_libraries: linkable.shared_libraries().to_vec(),
            ..content.built
        },
        object_names,
        parts: taken.parts,
    };
    Ok(New {
        content,
        has_main: taken.roots.iter().any(|root| root == "main"),
    })
}

/// This program's identity.
fn identity(jit: &Jit) -> Result<Identity, Error> {
    let recorded = Toolchain::recorded();
    // A program without the note has had it removed; jitney's own parts were compiled by the same.
    let compiler = jit.linker.host().compiler().unwrap_or(recorded.version());
    Ok(Identity::new(compiler, shared_crates(jit)))
}

/// The crates that this program can prove to others to be the same: those for which a hash was written down when it was
/// built.
fn shared_crates(jit: &Jit) -> Vec<SharedCrate> {
    let host = jit.workspace.host.as_ref();
    host.map(|host| host.proofs()).unwrap_or_default()
}

/// The crates of this program's own that a source may have used: those that it asks for, and all of [`Jit::host`]'s, since
/// types and inlined functions leave no trace in an object.
pub(crate) fn may_use(jit: &Jit, asked_for: &[String]) -> Vec<String> {
    let host = jit.workspace.host.iter();
    let of_host = host.flat_map(|host| host.code_names());
    let mut names: Vec<String> = asked_for.to_vec();
    for name in of_host {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

fn damaged(path: &Path, reason: &dyn std::fmt::Display) -> Error {
    Error::Build(BuildError::Bundle {
        path: path.to_owned(),
        damage: Damage::Malformed(reason.to_string()),
    })
}

/// Whether the objects of a bundle have what its list of exports says. What was compiled a moment ago need not be asked.
///
/// # Errors
/// When not: the first export that is something else.
pub(crate) fn check_exports(
    path: &Path,
    image: &Image,
    exports: &[jitney_build::Export],
) -> Result<(), Error> {
    let mut entries = std::collections::HashMap::new();
    let mut foreign = std::collections::HashMap::new();
    for symbol in image.symbols() {
        match registry::marker(&symbol) {
            Some(marker) => _ = entries.insert(marker, symbol),
            None => _ = foreign.insert(symbol.name, symbol),
        }
    }
    for export in exports {
        let is_function = export.kind == jitney_build::ExportKind::Function;
        let fits = match &export.status {
            Status::Exported { marker } => entries
                .get(marker.as_str())
                .is_some_and(|symbol| registry::is_entry_sized(symbol.address, symbol.size)),
            Status::Foreign { size } => foreign.get(export.name.as_str()).is_some_and(|symbol| {
                symbol.is_function == is_function && (is_function || symbol.size >= *size)
            }),
            _ => true,
        };
        if !fits {
            let reason = format!("its objects do not have the export `{}`", export.name);
            return Err(damaged(path, &reason));
        }
    }
    Ok(())
}
