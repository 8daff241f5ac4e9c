//! The three ways to build a source, and what comes out of each.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::attributes::{self, NativeLibrary};
use crate::cache::in_use::InUse;
use crate::cache::reads::Reads;
use crate::cache::{Kind, Slot};
use crate::cargo::{self, Goal, Unit};
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::event::Event;
use crate::exports::Export;
use crate::files;
use crate::inspect;
use crate::job::Job;
use crate::layout::normal;
use crate::objects;
use crate::options::Options;
use crate::resolution::Resolution;
use crate::root::{self, Root};
use crate::source::Source;
use crate::task::Task;
use crate::workspace::Workspace;
use crate::{expression, host_graph, host_package, library, native, program};

/// A source, compiled.
#[derive(Clone, Debug, Default)]
pub struct Built {
    /// The source's name, for messages.
    pub name: String,
    /// The relocatable objects, as rustc wrote them.
    pub objects: Vec<Vec<u8>>,
    /// Every rlib of the dependencies' closure, without std's, and static native libraries.
    pub archives: Vec<PathBuf>,
    /// The rlibs of crates that are this program's own, those below them included. The same allocation for as long as
    /// they are the same files.
    pub host_archives: Arc<[PathBuf]>,
    /// Native shared libraries that build scripts or `#[link]` name: "m", or a path where one is known.
    pub shared_libraries: Vec<String>,
    /// What the source offers, and what it cannot offer, with the reason.
    pub exports: Vec<Export>,
    /// The paths of functions that are there but private, so that a missing name can be explained.
    pub private: Vec<String>,
    /// The compiler's warnings about the source.
    pub warnings: Vec<Diagnostic>,
    /// The package that it is, with its exact version: of a folder, or of the registry.
    pub package: Option<Package>,
    /// The variables that cargo sets for a package's program when it runs it.
    pub environment: Vec<(String, String)>,
    /// What of the source decides its types, where it has its package's own identity: see [`Options::only_here`].
    pub content: Option<String>,
    /// Keeps the archives in the cache folder from being evicted. To be held until they have been opened.
    pub in_use: InUse,
}

/// A package, as a build used it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its exact version.
    pub version: String,
}

impl Workspace {
    /// Builds a source whose public functions and statics are to be called. Each is entered in a registry that is
    /// spliced into a copy of the source; messages still show the user's files, lines and columns.
    ///
    /// # Errors
    /// See [`Error`]: the source cannot be read or compiled, a dependency is missing, there is no room, no time, …
    pub fn library(&self, source: &Source, options: &Options) -> Result<Built, Error> {
        let open = Opened::of(self, source, options, Goal::Library)?;
        open.build(Kind::Library, library::build)
    }

    /// Builds a source that has `main`, as it is. The object defines the C symbol `main`.
    ///
    /// # Errors
    /// As for [`Workspace::library`].
    pub fn program(&self, source: &Source, options: &Options) -> Result<Built, Error> {
        let open = Opened::of(self, source, options, Goal::Program)?;
        open.build(Kind::Program, program::build)
    }

    /// Builds a source with one exported function, `__jitney_call` of type `fn()`, that evaluates the expression in the
    /// scope of the source's root and prints its value by `Debug`, or nothing when it is `()`.
    ///
    /// # Errors
    /// As for [`Workspace::library`]; mistakes in the expression are shown in a file `<expression>`.
    pub fn expression(
        &self,
        source: &Source,
        options: &Options,
        expression: &str,
    ) -> Result<Built, Error> {
        let open = Opened::of(self, source, options, Goal::Library)?;
        open.build(Kind::Expression(expression), |job, resolution| {
            expression::build(job, resolution, expression)
        })
    }
}

/// A source that has been read, with its dependencies found and built.
struct Opened<'a> {
    job: Job<'a>,
    resolution: Resolution,
    in_use: InUse,
}

impl<'a> Opened<'a> {
    /// Reads the source, and has its dependencies built. What cargo knows better comes from cargo.
    fn of(
        workspace: &'a Workspace,
        source: &Source,
        options: &'a Options,
        goal: Goal,
    ) -> Result<Opened<'a>, Error> {
        let task = Task::start(workspace, options)?;
        let is_package = match source {
            Source::Folder(_) | Source::Package { .. } => true,
            Source::File(path) => cargo::is_package(path),
            Source::Text(_) | Source::Files(_) => false,
        };
        let in_use = match is_package || !options.dependencies.is_empty() {
            true => {
                // Before they are held: what this build needs cannot be evicted any more then.
                workspace.cache().dependencies_grew();
                InUse::of(workspace)
            }
            false => InUse::default(),
        };
        let reads = Reads::new();
        let (job, resolution) = match source {
            Source::Package { name, requirement }
                if let Some(mut package) =
                    host_package::find(&task, name, requirement.as_deref())? =>
            {
                let resolution = std::mem::take(&mut package.resolution);
                (Job::of_host_package(task, package), resolution)
            }
            Source::Package { name, requirement } => {
                let (unit, resolution) = cargo::package(&task, name, requirement.as_deref())?;
                let root = unit.root.clone();
                (Job::of_unit(task, unit, root)?, resolution)
            }
            Source::Folder(path) | Source::File(path) if is_package => {
                let (unit, resolution) = cargo::folder(&task, path, goal)?;
                let root = shown_root(path, &unit.root);
                (Job::of_unit(task, unit, root)?, resolution)
            }
            Source::Text(text) => {
                let resolution = cargo::resolve(&task)?;
                let root = (Root::Text, text.clone());
                (Job::new(task, source, root, reads), resolution)
            }
            Source::File(path) | Source::Folder(path) => {
                let root = (Root::File(path.clone()), root::read(path)?);
                let resolution = cargo::resolve(&task)?;
                (Job::new(task, source, root, reads), resolution)
            }
            Source::Files(files) => {
                let root = files::crate_of(files)?;
                if goal == Goal::Program && matches!(root.0, Root::Written(_)) {
                    return Err(Error::NoMainFile {
                        files: files.clone(),
                    });
                }
                let resolution = cargo::resolve(&task)?;
                (Job::new(task, source, root, reads), resolution)
            }
        };
        Ok(Opened {
            job,
            resolution,
            in_use,
        })
    }

    /// Takes what was built before, or builds it.
    fn build(
        self,
        kind: Kind<'_>,
        build: impl FnOnce(&Job<'_>, &Resolution) -> Result<Built, Error>,
    ) -> Result<Built, Error> {
        let Opened {
            job,
            resolution,
            in_use,
        } = self;
        let slot = Slot::of(&job, &resolution, kind);
        let mut built = match slot.as_ref().and_then(|slot| slot.find(&job)) {
            Some(built) => built,
            None => {
                let built = anew(&job, &resolution, build)?;
                if let Some(slot) = slot {
                    slot.keep(&job, &built);
                }
                built
            }
        };
        // Where these lie is looked up each time: it depends on the machine, not on the source.
        let asked_for = native::libraries(job.task.options, job.task.clock, None)?;
        built.archives.extend(asked_for.archives);
        built.shared_libraries.extend(asked_for.shared);
        // What the host is linked from is the host's to say.
        let host = job.task.host()?;
        built.host_archives = host.map(|host| host.archives()).unwrap_or_default();
        built.in_use = in_use;
        if let Some(package) = &job.host_package {
            built.exports = package.in_its_words(built.exports);
            built.package = Some(package.package.clone());
        }
        Ok(built)
    }
}

/// The root file of a package in the folder `given`, as the user would name it.
fn shown_root(given: &Path, root: &Path) -> PathBuf {
    let package = std::fs::canonicalize(given).unwrap_or_else(|_| given.to_owned());
    match root.strip_prefix(package) {
        Ok(inside) => normal(&given.join(inside)),
        Err(_) => root.to_owned(),
    }
}

fn anew(
    job: &Job<'_>,
    resolution: &Resolution,
    build: impl FnOnce(&Job<'_>, &Resolution) -> Result<Built, Error>,
) -> Result<Built, Error> {
    let crate_name = || job.crate_name.clone();
    job.task.tell(|| Event::Compiling {
        crate_name: crate_name(),
        done: 0,
        total: 1,
    });
    let built = build(job, resolution).map_err(|error| host_graph::explained(job, error))?;
    host_graph::check_unchanged(&job.task)?;
    job.task.tell(|| Event::Compiled {
        crate_name: crate_name(),
        done: 1,
        total: 1,
    });
    Ok(built)
}

impl Built {
    /// Puts together what rustc wrote and what the linker has to know beside it. `texts` are the source's files.
    pub(crate) fn new<'t>(
        job: &Job<'_>,
        resolution: &Resolution,
        object: &Path,
        texts: impl IntoIterator<Item = &'t str>,
    ) -> Result<Built, Error> {
        let objects = objects::read(object, &job.crate_name)?;
        if objects.is_empty() {
            return Err(Error::NoObject {
                flags: job.task.options.rustc_flags.clone(),
            });
        }
        if !job.task.options.own_allocator && inspect::has_allocator(&objects) {
            return Err(Error::GlobalAllocator {
                name: job.shown(),
                line: None,
            });
        }
        let host_archives = job
            .task
            .host()?
            .map(|host| host.archives())
            .unwrap_or_default();
        let is_own = |archive: &&PathBuf| !host_archives.contains(archive);
        let mut built = Built {
            name: job.name.clone(),
            objects,
            archives: resolution.archives.iter().filter(is_own).cloned().collect(),
            // Whoever takes it, from here or from the cache, is given the host's as they are then.
            host_archives: Arc::default(),
            shared_libraries: resolution.shared_libraries.clone(),
            exports: Vec::new(),
            private: Vec::new(),
            warnings: Vec::new(),
            environment: job
                .unit
                .as_ref()
                .map(Unit::run_environment)
                .unwrap_or_default(),
            package: job.unit.as_ref().map(|unit| Package {
                name: unit.name.clone(),
                version: unit.version.clone(),
            }),
            content: None,
            in_use: InUse::default(),
        };
        let of_unit = job.unit.iter().flat_map(|unit| &unit.arguments);
        let flags: Vec<String> = of_unit
            .chain(&job.task.options.rustc_flags)
            .cloned()
            .collect();
        let (flagged, folders) = attributes::of_flags(&flags);
        for library in texts
            .into_iter()
            .flat_map(attributes::native_libraries)
            .chain(flagged)
        {
            built.add_native(&library, &folders);
        }
        Ok(built)
    }

    fn add_native(&mut self, library: &NativeLibrary, folders: &[PathBuf]) {
        let in_folder = |ending: &str| {
            let file = format!("lib{}.{ending}", library.name);
            folders
                .iter()
                .map(|folder| folder.join(&file))
                .find(|file| file.is_file())
        };
        if let Some(archive) = in_folder("a").filter(|_| library.is_static) {
            self.archives.push(archive);
            return;
        }
        let shared =
            in_folder("so").map_or_else(|| library.name.clone(), |file| file.display().to_string());
        if !self.shared_libraries.contains(&shared) {
            self.shared_libraries.push(shared);
        }
    }
}
