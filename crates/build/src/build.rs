//! The three ways to build a source, and what comes out of each.

use std::path::{Path, PathBuf};

use crate::attributes::{self, NativeLibrary};
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
use crate::{expression, host_graph, library, native, program};

/// A source, compiled.
#[derive(Clone, Debug)]
pub struct Built {
    /// The source's name, for messages.
    pub name: String,
    /// The relocatable objects, as rustc wrote them.
    pub objects: Vec<Vec<u8>>,
    /// Every rlib of the dependencies' closure, without std's, and static native libraries.
    pub archives: Vec<PathBuf>,
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
}

/// A package, as a build used it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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
        let (job, resolution) = open(self, source, options, Goal::Library)?;
        with_events(&job, || library::build(&job, &resolution))
    }

    /// Builds a source that has `main`, as it is. The object defines the C symbol `main`.
    ///
    /// # Errors
    /// As for [`Workspace::library`].
    pub fn program(&self, source: &Source, options: &Options) -> Result<Built, Error> {
        let (job, resolution) = open(self, source, options, Goal::Program)?;
        with_events(&job, || program::build(&job, &resolution))
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
        let (job, resolution) = open(self, source, options, Goal::Library)?;
        with_events(&job, || expression::build(&job, &resolution, expression))
    }
}

/// Reads the source, and has its dependencies built. What cargo knows better comes from cargo.
fn open<'a>(
    workspace: &'a Workspace,
    source: &Source,
    options: &'a Options,
    goal: Goal,
) -> Result<(Job<'a>, Resolution), Error> {
    let task = Task::start(workspace, options)?;
    let (root, text) = match source {
        Source::Text(text) => (Root::Text, text.clone()),
        Source::File(path) if cargo::is_package(path) => return folder(task, path, goal),
        Source::File(path) => (Root::File(path.clone()), root::read(path)?),
        Source::Files(files) => files::crate_of(files)?,
        Source::Folder(path) => return folder(task, path, goal),
        Source::Package { name, requirement } => {
            let (unit, resolution) = cargo::package(&task, name, requirement.as_deref())?;
            let root = unit.root.clone();
            return Ok((Job::of_unit(task, unit, root)?, resolution));
        }
    };
    let job = Job::new(task, source, root, text);
    let resolution = cargo::resolve(&task)?;
    Ok((job, resolution))
}

fn folder<'a>(task: Task<'a>, given: &Path, goal: Goal) -> Result<(Job<'a>, Resolution), Error> {
    let (unit, resolution) = cargo::folder(&task, given, goal)?;
    let package = std::fs::canonicalize(given).unwrap_or_else(|_| given.to_owned());
    let root = match unit.root.strip_prefix(package) {
        Ok(inside) => normal(&given.join(inside)),
        Err(_) => unit.root.clone(),
    };
    Ok((Job::of_unit(task, unit, root)?, resolution))
}

fn with_events(
    job: &Job<'_>,
    build: impl FnOnce() -> Result<Built, Error>,
) -> Result<Built, Error> {
    let crate_name = || job.crate_name.clone();
    job.task.tell(|| Event::Compiling {
        crate_name: crate_name(),
        done: 0,
        total: 1,
    });
    let built = build().map_err(|error| host_graph::explained(job, error))?;
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
        let mut built = Built {
            name: job.name.clone(),
            objects,
            archives: resolution.archives.clone(),
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
        let asked_for = native::libraries(job.task.options, job.task.clock, None)?;
        built.archives.extend(asked_for.archives);
        built.shared_libraries.extend(asked_for.shared);
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
