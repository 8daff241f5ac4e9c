//! The entry point: a compiler and this process's linker.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::LocalKey;

use jitney_build::{HostCrates, HostGraph, Part, Toolchain, Workspace};
use jitney_link::{Linker, SharedMemory};

use crate::allocator::{self, ProgramAllocator};
use crate::error::Error;
use crate::host_crate;
use crate::room::ThreadLocalRoom;
use crate::source::Source;

/// Loads sources into this process.
///
/// Cloning is cheap, and everything works from several threads at once. A process may have several
/// `Jit`s with different settings; what they load shares one pool of standard library code.
#[derive(Clone, Debug)]
pub struct Jit {
    pub(crate) workspace: Arc<Workspace>,
    pub(crate) linker: &'static Linker,
}

impl Jit {
    /// Finds the compiler and reads this program's symbols.
    ///
    /// The compiler is that of `JITNEY_RUSTC`, else the one that built this program where it is
    /// still in its place, else the `rustc` on `PATH`. Takes a few milliseconds the first time in a
    /// process, and next to nothing later.
    ///
    /// # Errors
    /// When no compiler is found, when it is not the version that built this program, or when this
    /// program was stripped and no file with its symbols is found; the message says what to do.
    pub fn new() -> Result<Jit, Error> {
        Jit::from_toolchain(Toolchain::find()?, None)
    }

    /// As [`Jit::new`], for a program that was stripped of its symbols: they are in the file at this
    /// path, which `jitney symbols` ([`symbol_file`](crate::symbol_file)) or
    /// `objcopy --only-keep-debug` made before.
    ///
    /// [`Jit::new`] finds such a file itself where the environment variable `JITNEY_SYMBOLS` names
    /// it, beside the program as `PROGRAM.symbols`, and where the program's `.gnu_debuglink` or its
    /// build ID lead. The symbols are read once in a process: this has to be its first `Jit`.
    ///
    /// # Errors
    /// As for [`Jit::new`], and when the file's symbols are not this program's.
    pub fn with_symbols(path: impl AsRef<Path>) -> Result<Jit, Error> {
        Jit::from_toolchain(Toolchain::find()?, Some(path.as_ref()))
    }

    /// As [`Jit::new`], with the compiler at a path: a `rustc` executable or a sysroot folder.
    ///
    /// # Errors
    /// As for [`Jit::new`].
    pub fn with_toolchain(path: impl AsRef<Path>) -> Result<Jit, Error> {
        Jit::from_toolchain(Toolchain::at(path.as_ref())?, None)
    }

    fn from_toolchain(toolchain: Toolchain, symbols: Option<&Path>) -> Result<Jit, Error> {
        let linker = Linker::of_process_with(&toolchain.library_folder(), symbols)?;
        // A program without the note has had it removed; its std was compared by the linker.
        if let Some(host) = linker.host().compiler()
            && host != toolchain.version()
        {
            return Err(Error::OtherCompiler {
                host: host.to_owned(),
                found: toolchain.version().to_owned(),
            });
        }
        Ok(Jit {
            workspace: Arc::new(Workspace::new(toolchain)),
            linker,
        })
    }

    /// Uses the compiler at a path: a `rustc` executable or a sysroot folder.
    ///
    /// # Errors
    /// As for [`Jit::new`].
    pub fn toolchain(self, path: impl AsRef<Path>) -> Result<Jit, Error> {
        let Jit {
            workspace,
            linker: _,
        } = Jit::with_toolchain(path)?;
        let toolchain = workspace.toolchain.clone();
        Ok(self.change(|workspace| workspace.toolchain = toolchain))
    }

    /// Keeps what was built (sources, and their dependencies) in this folder instead of the user's cache folder, which
    /// is `$XDG_CACHE_HOME/jitney` or `$HOME/.cache/jitney`.
    pub fn cache_folder(self, folder: impl Into<PathBuf>) -> Jit {
        self.change(|workspace| workspace.cache_folder = folder.into())
    }

    /// Whether a source that was built before is taken from the cache folder, and kept there for later processes; it
    /// is, unless the environment variable `JITNEY_CACHE` is `off`.
    ///
    /// What is taken is what building would give: the source, the files and variables that it reads, its options and
    /// dependencies, the compiler and jitney itself are the same, by content. No process is started then, and
    /// [`Source::on_progress`](crate::Source::on_progress) is told [`Event::Cached`](crate::Event::Cached). Dependencies
    /// are kept in any case.
    pub fn cache(self, cache: bool) -> Jit {
        self.change(|workspace| workspace.cache = cache)
    }

    /// How many bytes the cache folder may hold; 0 is no limit. What was not used for the longest time goes first.
    ///
    /// By default it is what the environment variable `JITNEY_CACHE_LIMIT` says (`500M`, `4GiB`), else 4 GiB. The size is
    /// looked at only now and then, so for a time there may be more.
    pub fn cache_limit(self, bytes: u64) -> Jit {
        self.change(|workspace| workspace.cache_limit = Some(bytes))
    }

    /// Has cargo build dependencies in this target folder, to share what is built there already.
    pub fn target_folder(self, folder: impl Into<PathBuf>) -> Jit {
        self.change(|workspace| workspace.target_folder = Some(folder.into()))
    }

    /// Whether to do without the network: dependencies must then have been fetched before.
    pub fn offline(self, offline: bool) -> Jit {
        self.change(|workspace| workspace.offline = offline)
    }

    /// Shares this program's own crates with what is loaded: every crate that the crate with
    /// `jitney::host!()` in it can name may be named by a source too, and *is* this program's: types are
    /// the same types, statics the same variables.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), jitney::Error> {
    /// let jit = jitney::Jit::new()?.host(jitney::host!())?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Nothing is looked at before a source is built. Then each crate's file is proved to be the one
    /// that this program was compiled against. One that was changed and built again since is left out:
    /// a source that uses it is refused with [`Error::HostCrate`], others are built as ever. What was
    /// found is remembered, in the cache folder too, for as long as no file changes.
    ///
    /// A source with dependencies of its own sees those by their names, before this program's.
    ///
    /// # Errors
    /// [`Error::HostCrate`] when this program was built with link-time optimization, after which its
    /// functions are not those of its crates any more, or when `host!()` was not expanded by rustc.
    pub fn host(self, crates: HostCrates) -> Result<Jit, Error> {
        let host = self.linker.host();
        let graph = HostGraph::new(crates, host.path())?;
        if host.is_link_time_optimized() {
            return Err(Error::HostCrate {
                name: graph.crate_name().to_owned(),
                reason: host_crate::OPTIMIZED.to_owned(),
            });
        }
        Ok(self.change(|workspace| workspace.host = Some(Arc::new(graph))))
    }

    fn change(mut self, change: impl FnOnce(&mut Workspace)) -> Jit {
        change(Arc::make_mut(&mut self.workspace));
        self
    }

    /// A source that is a text.
    pub fn text(&self, text: impl Into<String>) -> Source {
        Source::new(self.clone(), jitney_build::Source::Text(text.into()))
    }

    /// A source that is a file, of any kind that a module can be made of.
    ///
    /// By its ending it is C (`.c`, `.i`), C++ (`.cc`, `.cpp`, `.cxx`, `.C`, …), assembly (`.s`, `.S`),
    /// an object (`.o`), an archive (`.a`) or a shared library (`.so`); any other file is Rust, unless its
    /// first bytes say that it is an object. A Rust file's `mod`s and the files that it includes are found
    /// beside it.
    pub fn file(&self, path: impl Into<PathBuf>) -> Source {
        let path = path.into();
        match Part::of_file(&path) {
            Some(part) => Source::of_parts(self.clone(), vec![part]),
            None => Source::new(self.clone(), jitney_build::Source::File(path)),
        }
    }

    /// A source of several files, each of any kind that [`Jit::file`] takes.
    ///
    /// They become one module or program. Of the Rust files, one that is called `lib.rs` or else
    /// `main.rs` is the crate's root, and names the others by `mod` as usual; where there is none,
    /// each is a public module of its own name: `a.rs`'s function `f` is `"a::f"`, and `b.rs` may call
    /// it by `crate::a::f`. A member of an archive is taken when something needs it, as a system linker
    /// does it, in whatever order the files are given.
    pub fn files(&self, paths: impl IntoIterator<Item = impl Into<PathBuf>>) -> Source {
        Source::of_files(self.clone(), paths.into_iter().map(Into::into))
    }

    /// A source that is the folder of a Cargo package, taken as its manifest says: features, edition,
    /// build script, procedural macros, C code, dependencies, workspace and profile.
    ///
    /// Cargo builds what the package needs, in the target folder that `cargo build` would use, and
    /// writes its `Cargo.lock` where there is none; the package itself is compiled without it. A
    /// library offers what is public in it. [`Source::build_program`] takes the package's program
    /// ([`Source::binary`] says which). Messages name its files from `path` on; `file!()` and panics are
    /// as in a build by cargo.
    ///
    /// Link-time optimization and `panic = "abort"` of its profile are left out: it runs in this
    /// process. It must be a package of its own, or a member of a workspace.
    pub fn folder(&self, path: impl Into<PathBuf>) -> Source {
        Source::new(self.clone(), jitney_build::Source::Folder(path.into()))
    }

    /// A source that is the library of a package of the registry, fetched by cargo.
    ///
    /// `version` is what a Cargo manifest would say: `"0.4"`, `"=0.4.3"`; `"latest"` or nothing is the latest.
    /// Offered are all public functions and statics that its modules and its `pub use`s lead to; one
    /// instance of a generic function by [`Source::export`]. [`Module::package`](crate::Module::package)
    /// tells the exact version.
    pub fn package(&self, name: impl Into<String>, version: impl Into<String>) -> Source {
        let version = version.into();
        let source = jitney_build::Source::Package {
            name: name.into(),
            requirement: (!["", "latest"].contains(&version.trim())).then_some(version),
        };
        Source::new(self.clone(), source)
    }

    /// A source that is a text in C, for the installed C compiler.
    ///
    /// Its functions are had by [`Module::foreign_function`](crate::Module::foreign_function).
    pub fn c(&self, text: impl Into<String>) -> Source {
        Source::of_parts(self.clone(), vec![Part::CText(text.into())])
    }

    /// A relocatable object, whatever compiler or assembler wrote it.
    pub fn object(&self, path: impl Into<PathBuf>) -> Source {
        Source::of_parts(self.clone(), vec![Part::Object(path.into())])
    }

    /// An archive of objects (`libNAME.a`). A module made of it alone holds all its members.
    pub fn archive(&self, path: impl Into<PathBuf>) -> Source {
        Source::of_parts(self.clone(), vec![Part::Archive(path.into())])
    }

    /// Lends room for thread-locals to the programs that are run from now on; see
    /// [`ThreadLocalRoom`].
    ///
    /// Returns whether the room can be used: it must be declared with a `const` initializer, in the
    /// executable itself. It is given out only while this process has a single thread.
    pub fn lend_thread_locals(&self, room: &'static LocalKey<ThreadLocalRoom>) -> bool {
        room.with(|room| {
            let start = std::ptr::from_ref(room).addr();
            // SAFETY: a `LocalKey`'s value is this thread's; the type has no destructor, and its
            // content can be reached by nobody else, since its field is private.
            unsafe {
                self.linker
                    .lend_thread_locals(start..start + size_of::<ThreadLocalRoom>())
            }
        })
    }

    /// Lets programs that are run from now on bring an allocator of their own; see
    /// [`ProgramAllocator`].
    ///
    /// Returns whether it is this process's global allocator, and the first that is lent.
    pub fn lend_allocator(&self, allocator: &'static ProgramAllocator) -> bool {
        allocator::lend(allocator)
    }

    /// The toolchain in use.
    pub fn compiler(&self) -> &Toolchain {
        &self.workspace.toolchain
    }

    /// How many symbols of this program loaded code can bind to.
    pub fn host_symbols(&self) -> usize {
        self.linker.host().symbol_count()
    }

    /// How much memory is shared by all that was loaded, in bytes.
    pub fn shared_memory(&self) -> SharedMemory {
        self.linker.shared_memory()
    }
}
