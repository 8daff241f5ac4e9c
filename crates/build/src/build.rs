//! The three ways to build a source, and what comes out of each.

use std::path::{Path, PathBuf};

use crate::attributes::{self, NativeLibrary};
use crate::cache::in_use::InUse;
use crate::cache::{Kind, Slot};
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::event::Event;
use crate::exports::Export;
use crate::inspect;
use crate::job::Job;
use crate::objects;
use crate::options::Options;
use crate::resolution::Resolution;
use crate::source::Source;
use crate::workspace::Workspace;
use crate::{cargo, expression, library, native, program};

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
    /// Keeps the archives in the cache folder from being evicted. To be held until they have been opened.
    pub in_use: InUse,
}

impl Workspace {
    /// Builds a source whose public functions and statics are to be called. Each is entered in a registry that is
    /// spliced into a copy of the source; messages still show the user's files, lines and columns.
    ///
    /// # Errors
    /// See [`Error`]: the source cannot be read or compiled, a dependency is missing, there is no room, no time, …
    pub fn library(&self, source: &Source, options: &Options) -> Result<Built, Error> {
        with_events(
            &Job::new(self, source, options)?,
            Kind::Library,
            library::build,
        )
    }

    /// Builds a source that has `main`, as it is. The object defines the C symbol `main`.
    ///
    /// # Errors
    /// As for [`Workspace::library`].
    pub fn program(&self, source: &Source, options: &Options) -> Result<Built, Error> {
        with_events(
            &Job::new(self, source, options)?,
            Kind::Program,
            program::build,
        )
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
        let kind = Kind::Expression(expression);
        with_events(
            &Job::new(self, source, options)?,
            kind,
            |job, resolution| expression::build(job, resolution, expression),
        )
    }
}

fn with_events(
    job: &Job<'_>,
    kind: Kind<'_>,
    build: impl FnOnce(&Job<'_>, &Resolution) -> Result<Built, Error>,
) -> Result<Built, Error> {
    if !job.options.dependencies.is_empty() {
        // Before they are held: what this build needs cannot be evicted any more then.
        job.workspace.cache().dependencies_grew();
    }
    let in_use = InUse::of(job);
    let resolution = cargo::resolve(job)?;
    let slot = Slot::of(job, &resolution, kind);
    let mut built = match slot.as_ref().and_then(|slot| slot.find(job)) {
        Some(built) => built,
        None => {
            let built = anew(job, &resolution, build)?;
            if let Some(slot) = slot {
                slot.keep(job, &built);
            }
            built
        }
    };
    // Where these lie is looked up each time: it depends on the machine, not on the source.
    let asked_for = native::libraries(job.options, job.clock, None)?;
    built.archives.extend(asked_for.archives);
    built.shared_libraries.extend(asked_for.shared);
    built.in_use = in_use;
    Ok(built)
}

fn anew(
    job: &Job<'_>,
    resolution: &Resolution,
    build: impl FnOnce(&Job<'_>, &Resolution) -> Result<Built, Error>,
) -> Result<Built, Error> {
    let crate_name = || job.crate_name.clone();
    job.tell(|| Event::Compiling {
        crate_name: crate_name(),
        done: 0,
        total: 1,
    });
    let built = build(job, resolution)?;
    job.tell(|| Event::Compiled {
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
                flags: job.options.rustc_flags.clone(),
            });
        }
        if !job.options.own_allocator && inspect::has_allocator(&objects) {
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
            in_use: InUse::default(),
        };
        let (flagged, folders) = attributes::of_flags(&job.options.rustc_flags);
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
