//! A source and its options, on the way to being built.

use std::path::PathBuf;
use std::time::Duration;

use jitney_build::{Dependency, Event, Options, Progress, Stop};

use crate::allocator;
use crate::error::Error;
use crate::host_crate;
use crate::jit::Jit;
use crate::loadable::Loadable;
use crate::module::Module;
use crate::program::Program;

/// Something to build and load, with its options.
///
/// Made by [`Jit::text`] and [`Jit::file`]; ended by [`Source::load`], or by [`Source::build`] for
/// something that is loaded several times.
#[derive(Clone, Debug)]
#[must_use = "a source does nothing until it is built or loaded"]
pub struct Source {
    jit: Jit,
    source: jitney_build::Source,
    options: Options,
    host_crates: Vec<String>,
}

impl Source {
    pub(crate) fn new(jit: Jit, source: jitney_build::Source) -> Source {
        Source {
            jit,
            source,
            options: Options::default(),
            host_crates: Vec::new(),
        }
    }

    fn set(mut self, set: impl FnOnce(&mut Options)) -> Source {
        set(&mut self.options);
        self
    }

    /// The module's and the crate's name: `text` or the file's name where none is given.
    pub fn name(self, name: impl Into<String>) -> Source {
        self.set(|options| options.name = Some(name.into()))
    }

    /// The Rust edition, `"2024"` where none is given.
    pub fn edition(self, edition: impl Into<String>) -> Source {
        self.set(|options| options.edition = Some(edition.into()))
    }

    /// A crate from the registry. `requirement` is what a Cargo manifest would say: `"1"`, `"=1.2.3"`.
    ///
    /// A name of the form `alias=package` renames it, so that two majors of one crate can be used.
    pub fn dependency(self, name: impl Into<String>, requirement: impl Into<String>) -> Source {
        self.dependency_with_features(name, requirement, [] as [&str; 0])
    }

    /// As [`Source::dependency`], with features of that crate beside its default ones.
    pub fn dependency_with_features(
        self,
        name: impl Into<String>,
        requirement: impl Into<String>,
        features: impl IntoIterator<Item = impl Into<String>>,
    ) -> Source {
        let dependency = Dependency::Registry {
            name: name.into(),
            requirement: requirement.into(),
            features: features.into_iter().map(Into::into).collect(),
            default_features: true,
        };
        self.set(|options| options.dependencies.push(dependency))
    }

    /// A crate on disk: the folder of a Cargo package, or an `.rlib` to be used as it is.
    pub fn dependency_path(self, name: impl Into<String>, path: impl Into<PathBuf>) -> Source {
        let dependency = Dependency::Path {
            name: name.into(),
            path: path.into(),
        };
        self.set(|options| options.dependencies.push(dependency))
    }

    /// A crate that this program is linked with: the source uses the program's own copy, so that its
    /// types are the same types and its statics the same variables on both sides.
    ///
    /// `name` is the crate's name as Rust code spells it. Its `.rlib` is looked for beside this
    /// program's executable, where cargo left it, when the source is built.
    ///
    /// # Errors
    /// Building fails with [`Error::HostCrate`] when the `.rlib` is not there, or is not the one this
    /// program was linked from.
    pub fn host_crate(mut self, name: impl Into<String>) -> Source {
        self.host_crates.push(name.into());
        self
    }

    /// Features of the source itself, for its `#[cfg(feature = "…")]`s.
    pub fn features(self, features: impl IntoIterator<Item = impl Into<String>>) -> Source {
        self.set(|options| {
            options
                .features
                .extend(features.into_iter().map(Into::into))
        })
    }

    /// rustc's optimization level: `0` to `3`, `"s"` or `"z"`; `0` where none is given.
    pub fn opt_level(self, level: impl ToString) -> Source {
        self.set(|options| options.opt_level = Some(level.to_string()))
    }

    /// Whether the object carries debug information; it does not by default.
    pub fn debug_info(self, debug_info: bool) -> Source {
        self.set(|options| options.debug_info = debug_info)
    }

    /// A flag for rustc, after jitney's own.
    pub fn rustc_flag(self, flag: impl Into<String>) -> Source {
        self.set(|options| options.rustc_flags.push(flag.into()))
    }

    /// An environment variable for the compiler (`env!`).
    pub fn env(self, key: impl Into<String>, value: impl Into<String>) -> Source {
        self.set(|options| options.env.push((key.into(), value.into())))
    }

    /// Keeps the files that are made on the way, in this folder.
    pub fn keep_files(self, folder: impl Into<PathBuf>) -> Source {
        self.set(|options| options.keep_files = Some(folder.into()))
    }

    /// How long the compiler may take; there is no limit where none is given.
    pub fn time_limit(self, limit: Duration) -> Source {
        self.set(|options| options.time_limit = Some(limit))
    }

    /// Lets the build be ended from elsewhere: from another thread, or from a signal handler.
    ///
    /// A build that is ended leaves no process and no file behind, and returns
    /// [`BuildError::Stopped`](crate::BuildError::Stopped).
    pub fn stop_by(self, stop: &Stop) -> Source {
        self.set(|options| options.stop = Some(stop.clone()))
    }

    /// Exports what cannot be found by reading the source: something that a macro makes, or one
    /// instance of a generic function: `.export("encode", "fn(&[u8]) -> String")`.
    pub fn export(self, path: impl Into<String>, type_: impl Into<String>) -> Source {
        self.set(|options| options.exports.push((path.into(), type_.into())))
    }

    /// Tells what is being done while the source is built, from the thread that builds it.
    pub fn on_progress(self, report: impl Fn(&Event) + Send + Sync + 'static) -> Source {
        self.set(|options| options.progress = Some(Progress::new(report)))
    }

    /// Whether [`Source::on_progress`] is also told each command line that is run.
    pub fn verbose(self, verbose: bool) -> Source {
        self.set(|options| options.verbose = verbose)
    }

    /// Compiles the source. What comes out can be loaded many times.
    ///
    /// # Errors
    /// [`Error::Build`] with the compiler's diagnostics whole, or with what else stood in the way.
    pub fn build(self) -> Result<Loadable, Error> {
        let Source {
            jit,
            source,
            options,
            ..
        } = self.with_host_crates()?;
        let built = jit.workspace.library(&source, &options)?;
        Loadable::new(jit, built)
    }

    /// Compiles the source and loads it.
    ///
    /// # Errors
    /// As for [`Source::build`] and [`Loadable::load`].
    pub fn load(self) -> Result<Module, Error> {
        self.build()?.load()
    }

    /// Compiles the source together with a Rust expression in its scope, private items included.
    ///
    /// The module has one function, [`Loadable::EXPRESSION`], of type `fn()`: it evaluates the
    /// expression and prints the value to standard output by `Debug`, unless it is `()`.
    ///
    /// # Errors
    /// As for [`Source::build`].
    pub fn build_expression(self, expression: &str) -> Result<Loadable, Error> {
        let Source {
            jit,
            source,
            options,
            ..
        } = self.with_host_crates()?;
        let built = jit.workspace.expression(&source, &options, expression)?;
        Loadable::new(jit, built)
    }

    /// Compiles the source as a whole program, for [`Program::run`].
    ///
    /// # Errors
    /// As for [`Source::build`].
    pub fn build_program(self) -> Result<Program, Error> {
        let Source {
            jit,
            source,
            mut options,
            ..
        } = self.with_host_crates()?;
        options.fixed_thread_locals = jit.linker.thread_local_room();
        options.own_allocator = allocator::lent().is_some();
        let built = jit.workspace.program(&source, &options)?;
        Program::new(jit, built)
    }

    fn with_host_crates(mut self) -> Result<Source, Error> {
        for name in std::mem::take(&mut self.host_crates) {
            let path = host_crate::find(self.jit.linker.host(), &name)?;
            self.options
                .dependencies
                .push(Dependency::Path { name, path });
        }
        Ok(self)
    }
}
