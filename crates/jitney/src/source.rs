//! A source and its options, on the way to being built.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jitney_build::{Bundle, Dependency, Event, Native, Options, Part, Progress, Stop};
use jitney_link::{Explanation, LinkMap};

use crate::allocator;
use crate::bundle;
use crate::definitions::Definitions;
use crate::error::Error;
use crate::host_crate;
use crate::jit::Jit;
use crate::loadable::{Linkable, Loadable};
use crate::module::Module;
use crate::program::{Facts, Program};

/// Something to build and load, with its options.
///
/// Made by [`Jit::text`], [`Jit::file`], [`Jit::c`] and others of [`Jit`]; ended by [`Source::load`], or by [`Source::build`] for
/// something that is loaded several times.
#[derive(Clone, Debug)]
#[must_use = "a source does nothing until it is built or loaded"]
pub struct Source {
    pub(crate) jit: Jit,
    rust: Option<jitney_build::Source>,
    /// It was compiled before; then there is nothing else to it.
    bundle: Option<PathBuf>,
    /// What is not Rust.
    parts: Vec<Part>,
    pub(crate) options: Options,
    pub(crate) host_crates: Vec<String>,
    pub(crate) definitions: Definitions,
}

impl Source {
    pub(crate) fn new(jit: Jit, source: jitney_build::Source) -> Source {
        Source {
            rust: Some(source),
            ..Source::of_parts(jit, Vec::new())
        }
    }

    pub(crate) fn of_bundle(jit: Jit, path: PathBuf) -> Source {
        Source {
            bundle: Some(path),
            ..Source::of_parts(jit, Vec::new())
        }
    }

    pub(crate) fn of_parts(jit: Jit, parts: Vec<Part>) -> Source {
        Source {
            jit,
            rust: None,
            bundle: None,
            parts,
            options: Options::default(),
            host_crates: Vec::new(),
            definitions: Definitions::default(),
        }
    }

    pub(crate) fn of_files(jit: Jit, paths: impl Iterator<Item = PathBuf>) -> Source {
        let mut source = Source::of_parts(jit, Vec::new());
        let paths: Vec<PathBuf> = paths.collect();
        if let [only] = &paths[..]
            && Bundle::is_one(only)
        {
            return Source::of_bundle(source.jit, only.clone());
        }
        let mut rust = Vec::new();
        for path in paths {
            match Part::of_file(&path) {
                Some(part) => source.parts.push(part),
                None => rust.push(path),
            }
        }
        source.rust = match rust.len() {
            0 => None,
            // A single one may be a package's folder too.
            1 => rust.pop().map(jitney_build::Source::File),
            _ => Some(jitney_build::Source::Files(rust)),
        };
        source
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
        self.registry_dependency(name.into(), requirement.into(), features, true)
    }

    /// As [`Source::dependency`], with these features of that crate and not its default ones.
    pub fn dependency_with_only_features(
        self,
        name: impl Into<String>,
        requirement: impl Into<String>,
        features: impl IntoIterator<Item = impl Into<String>>,
    ) -> Source {
        self.registry_dependency(name.into(), requirement.into(), features, false)
    }

    fn registry_dependency(
        self,
        name: String,
        requirement: String,
        features: impl IntoIterator<Item = impl Into<String>>,
        default_features: bool,
    ) -> Source {
        let dependency = Dependency::Registry {
            name,
            requirement,
            features: features.into_iter().map(Into::into).collect(),
            default_features,
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

    /// Which program of a package is meant, for a folder that has several.
    pub fn binary(self, name: impl Into<String>) -> Source {
        self.set(|options| options.binary = Some(name.into()))
    }

    /// Features of the source itself: of a package, those that its manifest declares; of another
    /// source, those of its `#[cfg(feature = "…")]`s.
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

    /// A flag for the C and C++ compilers, after jitney's own: `-Wall`, `-std=c99`, `-DNAME=VALUE`.
    pub fn c_flag(self, flag: impl Into<String>) -> Source {
        self.set(|options| options.c_flags.push(flag.into()))
    }

    /// A folder in which C and C++ look for included files, as `-I` does it.
    pub fn include_folder(self, folder: impl AsRef<Path>) -> Source {
        self.c_flag(format!("-I{}", folder.as_ref().display()))
    }

    /// A library to link with, by the name that `-l` takes: `m`, `z`, `:file.a`.
    ///
    /// In each folder of [`Source::library_folder`], then in those that the C compiler knows, it is
    /// `libNAME.so` or else `libNAME.a`.
    pub fn library(self, name: impl Into<String>) -> Source {
        self.set(|options| options.libraries.push(name.into()))
    }

    /// A folder in which libraries are looked for before those of the system, as `-L` does it.
    pub fn library_folder(self, folder: impl Into<PathBuf>) -> Source {
        self.set(|options| options.library_folders.push(folder.into()))
    }

    /// Whether compilers' messages have colours, for a terminal.
    pub fn colours(self, colours: bool) -> Source {
        self.set(|options| options.colours = colours)
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

    /// Tells what is being done while the source is built and loaded, from the thread that does it.
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
    pub fn build(mut self) -> Result<Loadable, Error> {
        if let Some(path) = self.bundle.take() {
            return self.open_library(&path);
        }
        let shared = self.may_use();
        let source = self.ready()?;
        let Source {
            jit,
            rust,
            parts,
            options,
            definitions,
            ..
        } = source;
        let native = match parts.is_empty() && rust.is_some() {
            true => None,
            false => Some(jit.workspace.native_library(&parts, &options)?),
        };
        let built = match &rust {
            Some(source) => Some(
                jit.workspace
                    .library(source, &without_libraries(&options, &native))?,
            ),
            None => None,
        };
        let loadable = Loadable::new(jit, built, native, definitions, shared)?;
        Ok(loadable.telling(options.progress))
    }

    /// Compiles the source and loads it.
    ///
    /// What is C, C++, an object or an archive has its constructors run, as when it is linked into a
    /// program.
    ///
    /// The first version of a package that a process loads is compiled incrementally whatever was changed in it, as by cargo. Later
    /// versions, and what [`Source::build`] makes, since it may go into a bundle, are so only where no type can have changed.
    ///
    /// # Errors
    /// As for [`Source::build`] and [`Loadable::load`].
    pub fn load(self) -> Result<Module, Error> {
        self.only_here().build()?.load()
    }

    /// Compiles the source together with a Rust expression in its scope, private items included.
    ///
    /// The module has one function, [`Loadable::EXPRESSION`], of type `fn()`: it evaluates the
    /// expression and prints the value to standard output by `Debug`, unless it is `()`.
    ///
    /// # Errors
    /// As for [`Source::build`], and [`Error::NotRust`] for a source without Rust.
    pub fn build_expression(self, expression: &str) -> Result<Loadable, Error> {
        let source = self.only_here().ready()?;
        let Some(rust) = &source.rust else {
            return Err(Error::NotRust {
                name: source.shown(),
                what: "an expression needs a Rust source for its scope; give a `.rs` file that declares the functions \
                       in `unsafe extern \"C\"` beside it",
            });
        };
        let native = source.native()?;
        let options = without_libraries(&source.options, &native);
        let built = source
            .jit
            .workspace
            .expression(rust, &options, expression)?;
        let shared = Vec::new();
        let loadable = Loadable::new(source.jit, Some(built), native, source.definitions, shared)?;
        Ok(loadable.telling(options.progress).for_this_process())
    }

    /// For what is never part of a bundle: a package's first version is compiled incrementally then, whatever was changed.
    fn only_here(self) -> Source {
        self.set(|options| options.only_here = true)
    }

    /// Compiles the source as a whole program, for [`Program::run`].
    ///
    /// # Errors
    /// As for [`Source::build`].
    pub fn build_program(mut self) -> Result<Program, Error> {
        if let Some(path) = self.bundle.take() {
            return self.open_program(&path);
        }
        let (jit, _, linkable, facts) = self.compile_program()?;
        Program::of_linkable(&jit, linkable, facts)
    }

    /// Compiles the source as a program. Returns also the crates of this program's own that it uses.
    pub(crate) fn compile_program(self) -> Result<(Jit, Vec<String>, Linkable, Facts), Error> {
        let shared = self.may_use();
        let source = self.ready()?;
        let native = source.native()?;
        let built = match &source.rust {
            Some(rust) => {
                let mut options = without_libraries(&source.options, &native);
                options.fixed_thread_locals = source.jit.linker.thread_local_room();
                options.own_allocator = allocator::lent().is_some();
                Some(source.jit.workspace.program(rust, &options)?)
            }
            None => None,
        };
        let facts = Facts::of(&built, &native);
        let linkable = Linkable::new(built, native, source.definitions)?;
        Ok((source.jit, shared, linkable, facts))
    }

    /// Links the source as [`Source::build_program`] would, or as a library where it has no `main`, as
    /// far as it takes to explain what a symbol of it is bound to, who needs it, and what else offered
    /// it. The name may be mangled or not. Nothing of the source is run or kept.
    ///
    /// # Errors
    /// When the source cannot be compiled, or does not mention the symbol.
    pub fn explain(self, symbol: &str) -> Result<Explanation, Error> {
        let (jit, linkable, roots) = self.unlinked()?;
        linkable.explain(&jit, &roots.as_filter(), symbol)
    }

    /// Links the source as far as [`Source::explain`] does, and tells which section of which object would
    /// lie where.
    ///
    /// # Errors
    /// When the source cannot be compiled or linked.
    pub fn link_map(self) -> Result<LinkMap, Error> {
        let (jit, linkable, roots) = self.unlinked()?;
        linkable.map(&jit, &roots.as_filter())
    }

    /// The crates of this program's own that the source may have used.
    fn may_use(&self) -> Vec<String> {
        match self.rust {
            Some(_) => bundle::may_use(&self.jit, &self.host_crates),
            None => Vec::new(),
        }
    }

    /// What of the source is not Rust, for one that has any.
    fn native(&self) -> Result<Option<Native>, Error> {
        if self.parts.is_empty() && self.rust.is_some() {
            return Ok(None);
        }
        let workspace = &self.jit.workspace;
        Ok(Some(match self.rust {
            Some(_) => workspace.native(&self.parts, &self.options)?,
            // What a program defines may be meant for shared libraries too.
            None => workspace.native_program(&self.parts, &self.options)?,
        }))
    }

    /// The source, compiled as a program or, without a `main`, as a library.
    fn unlinked(self) -> Result<(Jit, Linkable, Roots), Error> {
        let source = self.ready()?;
        let jit = source.jit;
        let native = match source.parts.is_empty() {
            true => None,
            false => Some(
                jit.workspace
                    .native_library(&source.parts, &source.options)?,
            ),
        };
        let built = match &source.rust {
            Some(rust) => {
                let options = without_libraries(&source.options, &native);
                Some(jit.workspace.program(rust, &options)?)
            }
            None => None,
        };
        let exports = native.iter().flat_map(|native| &native.exports);
        let names: HashSet<Vec<u8>> = exports
            .map(|export| export.name.clone().into_bytes())
            .collect();
        let is_program = built.is_some() || names.contains(&b"main"[..]);
        let roots = Roots { is_program, names };
        let native = match is_program {
            true => native.map(Native::of_program),
            false => native,
        };
        let mut linkable = Linkable::new(built, native, source.definitions)?;
        if is_program {
            linkable = linkable.taking_what_is_needed();
        }
        Ok((jit, linkable, roots))
    }

    /// The name of a source without Rust, for an error.
    fn shown(&self) -> String {
        let given = self.options.name.clone();
        let of_part = || match self.parts.first() {
            Some(
                Part::Code(path)
                | Part::Object(path)
                | Part::Archive(path)
                | Part::SharedLibrary(path),
            ) => path.display().to_string(),
            _ => "text".to_owned(),
        };
        given.unwrap_or_else(of_part)
    }

    /// The source as it is built: with the crates of the host that it asks for.
    fn ready(mut self) -> Result<Source, Error> {
        if let Some(path) = self.bundle {
            return Err(Error::OfBundle {
                path,
                what: "this needs the source that it was made of, and a compiler".to_owned(),
            });
        }
        if self.jit.without_compiler {
            return Err(Error::WithoutCompiler);
        }
        for name in std::mem::take(&mut self.host_crates) {
            // What `Jit::host` brings need not be asked for.
            let host = self.jit.workspace.host.as_ref();
            if host.is_some_and(|host| host.names().any(|known| known == name)) {
                continue;
            }
            let path = host_crate::find(self.jit.linker.host(), &name)?;
            self.options
                .dependencies
                .push(Dependency::Path { name, path });
        }
        Ok(self)
    }
}

/// The symbols that a link of a source starts from.
struct Roots {
    is_program: bool,
    names: HashSet<Vec<u8>>,
}

impl Roots {
    fn as_filter(&self) -> impl Fn(&[u8]) -> bool {
        |name| match self.is_program {
            true => name == b"main",
            false => self.names.contains(name),
        }
    }
}

/// The options for the Rust part of a source: its libraries have been found once already where there are other parts.
fn without_libraries(options: &Options, native: &Option<Native>) -> Options {
    let mut options = options.clone();
    if native.is_some() {
        options.libraries.clear();
    }
    options
}
