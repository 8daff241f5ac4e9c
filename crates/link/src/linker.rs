//! The linker: the phases in order, and what they share in this process.

#[cfg(test)]
mod hostile;
#[cfg(any(test, fuzzing))]
mod rehearsal;

#[cfg(any(test, fuzzing))]
pub(crate) use rehearsal::rehearse;

use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use jitney_memory::Arena;

use crate::anchor::Anchor;
use crate::constructors;
use crate::definitions::Definitions;
use crate::error::Error;
use crate::gather::gather;
use crate::host::Host;
use crate::image::Image;
use crate::indirect;
use crate::map::map;
use crate::pool::Pool;
use crate::read::{Bytes, HostLibrary, Library, Object, Origin};
use crate::session::{Pair, Parts, Prepared, Session};
use crate::shared_library;
use crate::static_room::StaticRoom;

/// Links objects into this process.
///
/// There is one: the host's symbols are read once, and all modules share one pool of standard
/// library and dependency sections. Linking from several threads is fine; the links take turns.
#[derive(Debug)]
pub struct Linker {
    host: Host,
    pub(crate) arena: Arena,
    standard: Library,
    pool: Mutex<Pool>,
}

/// What to link.
#[derive(Debug, Default)]
pub struct Input<'a> {
    /// The objects, each with the name that errors call it by.
    pub objects: Vec<(String, Bytes)>,
    /// The module's own archives ([`Library::archives`]): their members become part of the module as
    /// they are needed.
    pub archives: Option<&'a Library>,
    /// Whether every member of the archives is taken, needed or not.
    pub whole_archives: bool,
    /// Whether anonymous constants are kept once for the process, for ever: what a module of Rust
    /// needs, whose `&'static str`s outlive it.
    pub keep_literals: bool,
    /// Symbols of the caller's own, and what the module may bind to; `None` for nothing beside.
    pub definitions: Option<&'a Definitions<'a>>,
    /// The archives of the objects' dependencies.
    pub dependencies: Option<&'a Library>,
    /// The archives of crates that are this program's own.
    pub host_crates: Option<&'a HostLibrary>,
    /// Shared libraries to open, by the names that `-l` would take.
    pub shared_libraries: &'a [String],
    /// Whether the module's constructors are left for the caller to run
    /// ([`Image::take_constructors`]), as a program's are, which get its arguments.
    pub hold_constructors: bool,
    /// Whether the image can say where each section is ([`Image::sections`]).
    pub map: bool,
}

/// How much memory the process's shared parts occupy, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedMemory {
    /// Sections of the standard library and of dependencies.
    pub pool: usize,
    /// String and byte literals.
    pub literals: usize,
}

static PROCESS: OnceLock<Linker> = OnceLock::new();
static OPENING: Mutex<()> = Mutex::new(());

impl Linker {
    /// This process's linker, made on the first call.
    ///
    /// `library_folder` is where the toolchain that built this program keeps the standard library's
    /// archives (`rustc --print target-libdir`); later calls ignore it.
    ///
    /// # Errors
    /// [`Error::Host`] when the running program cannot be linked against, and the errors of
    /// [`Library::standard`]. Nothing is remembered then: a later call tries again.
    pub fn of_process(library_folder: &Path) -> Result<&'static Linker, Error> {
        Linker::of_process_with(library_folder, None)
    }

    /// As [`Linker::of_process`], for a program that was stripped: its symbols are in the file
    /// `symbols`, which [`symbol_file`](crate::symbol_file) or `objcopy --only-keep-debug` made.
    ///
    /// # Errors
    /// As for [`Linker::of_process`], and when the file is not of this program.
    pub fn of_process_with(
        library_folder: &Path,
        symbols: Option<&Path>,
    ) -> Result<&'static Linker, Error> {
        if let Some(linker) = PROCESS.get() {
            return Ok(linker);
        }
        let _one_at_a_time = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(linker) = PROCESS.get() {
            return Ok(linker);
        }
        let mut host = Host::open(symbols)?;
        let standard = Library::standard(library_folder)?;
        host.adapt(&standard)?;
        let arena = Arena::near(Anchor::Host.range(host.range()))?;
        let linker = Linker {
            host,
            arena,
            standard,
            pool: Mutex::default(),
        };
        Ok(PROCESS.get_or_init(|| linker))
    }

    /// The running program.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Links objects into one image.
    ///
    /// `is_root` says which of their symbols to keep, by mangled name; what those need comes along.
    /// Constructors have run when it returns, unless they are held.
    ///
    /// # Errors
    /// Any [`Error`]; then no trace of the link is left.
    ///
    /// # Safety
    /// Constructors of the objects and of archive members that they use are run. The objects must be
    /// what they claim: code whose relocations lie is code that does anything. And the image must
    /// not be dropped while a thread is in its code, or anything still points into it.
    pub unsafe fn link(
        &self,
        mut input: Input<'_>,
        is_root: &dyn Fn(&[u8]) -> bool,
    ) -> Result<Image, Error> {
        let module = open(&mut input)?;
        let nothing = Definitions::default();
        let mut session = Session::begin(self, parts(&input, &module, &nothing));
        let Prepared {
            placed,
            addresses,
            constructors,
            symbols,
            slots,
        } = session.prepare(is_root)?;
        let map = input.map.then(|| map(&module, &addresses));
        let Pair {
            module: image,
            pool,
        } = session.seal(placed)?;
        let mut symbols = symbols;
        // SAFETY: both images are sealed; the caller vouches for the objects, resolvers included.
        unsafe {
            indirect::fill(&slots);
            symbols.choose();
        }
        session.commit(pool, addresses);
        // SAFETY: the pool's image is sealed and registered. It runs before any other link can see
        // the sections that it prepares.
        unsafe { constructors::run(&constructors.pool.start) };
        drop(session);
        let mut image = image.ok_or(Error::NothingToLink)?;
        image.set_symbols(symbols, constructors.module.end);
        image.set_sections(map.unwrap_or_default());
        if input.hold_constructors {
            image.hold_constructors(constructors.module.start);
        } else {
            // SAFETY: the image is sealed and registered; the caller vouches for its constructors.
            unsafe { constructors::run(&constructors.module.start) };
        }
        Ok(image)
    }

    /// Begins a link that is not meant to become anything, and takes it back when `look` is done.
    pub(crate) fn rehearse<T>(
        &self,
        mut input: Input<'_>,
        look: impl FnOnce(&mut Session<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let module = open(&mut input)?;
        let nothing = Definitions::default();
        look(&mut Session::begin(self, parts(&input, &module, &nothing)))
    }

    /// The standard library's archives.
    pub(crate) fn standard(&self) -> &Library {
        &self.standard
    }

    /// Lends a thread-local variable of the host, all of it, as room for thread-locals of what is
    /// linked from now on.
    ///
    /// Objects that were compiled as part of an executable address their thread-locals at fixed
    /// offsets, which only the executable's own thread-local block has. Room is given out while the
    /// process has a single thread, since threads get the initial contents when they start. Returns
    /// whether the variable is in the executable's block, and has initial contents that are not all
    /// zero: otherwise it cannot serve.
    ///
    /// # Safety
    /// `variable` is where a thread-local variable lies in the calling thread, its type has no
    /// padding that matters and no destructor, and nothing reads or writes it from now on.
    pub unsafe fn lend_thread_locals(&self, variable: Range<usize>) -> bool {
        let room = StaticRoom::of_variable(&self.host, variable);
        let lent = room.is_some();
        self.lock().room = room;
        lent
    }

    /// The bytes that are left of what [`Linker::lend_thread_locals`] lent, a page kept back for
    /// variables of std that a module brings along; 0 where nothing was lent.
    pub fn thread_local_room(&self) -> u64 {
        const FOR_STD: u64 = 4096;
        self.lock()
            .room
            .as_ref()
            .map_or(0, StaticRoom::left)
            .saturating_sub(FOR_STD)
    }

    /// How much memory the shared parts occupy.
    pub fn shared_memory(&self) -> SharedMemory {
        let pool = self.lock();
        SharedMemory {
            pool: pool.memory(),
            literals: pool.literals.memory(),
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Pool> {
        // A session that panics puts the pool back as it was, so a poisoned lock means nothing.
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads what a module is made of, and opens the shared libraries beside it.
fn open(input: &mut Input<'_>) -> Result<Vec<Arc<Object>>, Error> {
    let objects = std::mem::take(&mut input.objects);
    let objects = objects
        .into_iter()
        .map(|(name, bytes)| Object::parse(name, Origin::Module, bytes))
        .collect::<Result<Vec<_>, _>>()?;
    let module = gather(objects, input.archives, input.whole_archives)?;
    shared_library::open_all(input.shared_libraries)?;
    Ok(module)
}

/// What a session works on; `nothing` stands in for definitions where there are none.
fn parts<'a>(
    input: &Input<'a>,
    module: &'a [Arc<Object>],
    nothing: &'a Definitions<'a>,
) -> Parts<'a> {
    Parts {
        module,
        dependencies: input.dependencies,
        host_crates: input.host_crates,
        definitions: input.definitions.unwrap_or(nothing),
        keep_literals: input.keep_literals,
    }
}
