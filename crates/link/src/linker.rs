//! The linker: the phases in order, and what they share in this process.

#[cfg(test)]
mod hostile;

use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use jitney_memory::Arena;
use rustc_hash::FxHashSet;

use crate::constructors::{self, Constructors};
use crate::error::Error;
use crate::gather::gather;
use crate::globals::globals;
use crate::host::Host;
use crate::image::Image;
use crate::literals::{self, Mark};
use crate::place::{Addresses, PlacedImage, place};
use crate::pool::Pool;
use crate::reach::{AlreadyPlaced, Reached, own_roots, reach};
use crate::read::{Bytes, Class, Library, Object, Origin, SymbolPlace};
use crate::relocate::{Known, relocate};
use crate::resolve::Resolver;
use crate::seal::seal;
use crate::shared_library;
use crate::static_room::StaticRoom;
use crate::target::{ObjectId, SectionId, Target, Targets};

/// Links objects into this process.
///
/// There is one: the host's symbols are read once, and all modules share one pool of standard
/// library and dependency sections. Linking from several threads is fine; the links take turns.
#[derive(Debug)]
pub struct Linker {
    host: Host,
    arena: Arena,
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
    /// The archives of the objects' dependencies.
    pub dependencies: Option<&'a Library>,
    /// Shared libraries to open, by the names that `-l` would take.
    pub shared_libraries: &'a [String],
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
        let arena = Arena::near(host.range())?;
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
    /// Constructors have run when it returns.
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
        input: Input<'_>,
        is_root: &dyn Fn(&[u8]) -> bool,
    ) -> Result<Image, Error> {
        let module = input
            .objects
            .into_iter()
            .map(|(name, bytes)| Object::parse(name, Origin::Module, bytes))
            .collect::<Result<Vec<_>, _>>()?;
        let module = gather(module, input.archives, input.whole_archives)?;
        shared_library::open_all(input.shared_libraries)?;
        let mut session = Session::begin(self, &module, input.dependencies, input.keep_literals);
        let Prepared {
            placed,
            addresses,
            constructors,
            symbols,
        } = session.prepare(is_root)?;
        let Pair {
            module: image,
            pool,
        } = session.seal(placed)?;
        session.commit(pool, addresses);
        // SAFETY: the pool's image is sealed and registered. It runs before any other link can see
        // the sections that it prepares.
        unsafe { constructors::run(&constructors.pool.start) };
        drop(session);
        let mut image = image.ok_or(Error::NothingToLink)?;
        image.set_symbols(symbols, constructors.module.end);
        // SAFETY: the image is sealed and registered; the caller vouches for its constructors.
        unsafe { constructors::run(&constructors.module.start) };
        Ok(image)
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

    fn lock(&self) -> MutexGuard<'_, Pool> {
        // A session that panics puts the pool back as it was, so a poisoned lock means nothing.
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A symbol that the caller wants kept, and where it is.
struct Root {
    name: String,
    section: SectionId,
    offset: u64,
}

/// The same thing for the module's image and for the pool's.
#[derive(Default)]
struct Pair<T> {
    module: T,
    pool: T,
}

/// A link that lacks nothing but to be sealed.
struct Prepared {
    placed: Pair<Option<PlacedImage>>,
    addresses: Addresses,
    constructors: Pair<Constructors>,
    symbols: Vec<(String, usize)>,
}

/// One link, holding the pool. Dropped before it is committed, it puts the pool back.
struct Session<'link> {
    linker: &'link Linker,
    pool: MutexGuard<'link, Pool>,
    module: &'link [Arc<Object>],
    dependencies: Option<&'link Library>,
    objects_before: usize,
    literals: Option<Mark>,
    /// The lent room as it is after this link.
    room: Option<StaticRoom>,
    committed: bool,
}

impl<'link> Session<'link> {
    fn begin(
        linker: &'link Linker,
        module: &'link [Arc<Object>],
        dependencies: Option<&'link Library>,
        keep_literals: bool,
    ) -> Session<'link> {
        let pool = linker.lock();
        let objects_before = pool.objects.len();
        let literals = keep_literals.then(|| pool.literals.mark());
        let room = pool.room.clone();
        Session {
            linker,
            pool,
            module,
            dependencies,
            objects_before,
            literals,
            room,
            committed: false,
        }
    }

    /// All phases up to sealing. Nothing that it makes can run or be seen by anybody else.
    fn prepare(&mut self, is_root: &dyn Fn(&[u8]) -> bool) -> Result<Prepared, Error> {
        let (reached, targets, roots) = self.reach(is_root)?;
        let mut addresses = Addresses::default();
        self.keep_literals(&reached, &mut addresses)?;
        let mut placed = self.place(&reached, &mut addresses)?;
        if placed.module.is_none() {
            return Err(Error::NothingToLink);
        }
        self.relocate(&mut placed, &targets, &addresses)?;
        let constructors = self.gather_constructors(&placed);
        let symbols = roots
            .into_iter()
            .map(|root| {
                (
                    root.name,
                    addresses.sections[&root.section].wrapping_add(root.offset) as usize,
                )
            })
            .collect();
        Ok(Prepared {
            placed,
            addresses,
            constructors,
            symbols,
        })
    }

    fn reach(
        &mut self,
        is_root: &dyn Fn(&[u8]) -> bool,
    ) -> Result<(Reached, Targets, Vec<Root>), Error> {
        let globals = globals(self.module)?;
        let Pool {
            objects,
            addresses,
            thread_locals,
            ..
        } = &mut *self.pool;
        let placed = AlreadyPlaced {
            addresses,
            thread_locals,
        };
        let mut resolver = Resolver::new(
            &self.linker.host,
            self.dependencies,
            &self.linker.standard,
            self.module,
            &globals,
            objects,
        );
        let roots = find_roots(self.module, &mut resolver, is_root)?;
        let mut starts = own_roots(self.module)?;
        starts.extend(roots.iter().map(|root| root.section));
        let reached = reach(&mut resolver, placed, &starts)?;
        Ok((reached, resolver.finish()?, roots))
    }

    fn keep_literals(&mut self, reached: &Reached, addresses: &mut Addresses) -> Result<(), Error> {
        let Some(mark) = &mut self.literals else {
            return Ok(());
        };
        for id in &reached.module.sections {
            let object = &self.module[id.object.index()];
            if literals::is_literal(object, id.index) {
                let align = object.sections[id.index as usize].align;
                let literals = &mut self.pool.literals;
                let address =
                    literals.keep(&self.linker.arena, mark, object.data(id.index), align)?;
                addresses.sections.insert(*id, address);
            }
        }
        Ok(())
    }

    fn object(&self, id: ObjectId) -> &Object {
        if id.is_module() {
            &self.module[id.index()]
        } else {
            self.pool.objects.get(id)
        }
    }

    fn place(
        &mut self,
        reached: &Reached,
        addresses: &mut Addresses,
    ) -> Result<Pair<Option<PlacedImage>>, Error> {
        let arena = &self.linker.arena;
        let mut room = self.room.take();
        let pool = place(
            &reached.pool,
            |id| self.object(id),
            arena,
            room.as_mut(),
            addresses,
        )?;
        let module = place(
            &reached.module,
            |id| self.object(id),
            arena,
            room.as_mut(),
            addresses,
        )?;
        self.room = room;
        Ok(Pair { module, pool })
    }

    fn relocate(
        &self,
        placed: &mut Pair<Option<PlacedImage>>,
        targets: &Targets,
        addresses: &Addresses,
    ) -> Result<(), Error> {
        let known = Known {
            targets,
            new: addresses,
            pool_addresses: &self.pool.addresses,
            pool_thread_locals: &self.pool.thread_locals,
            host_module: self.linker.host.thread_local_module(),
        };
        for image in [&mut placed.pool, &mut placed.module].into_iter().flatten() {
            relocate(image, |id| self.object(id), &known)?;
        }
        Ok(())
    }

    fn gather_constructors(&self, placed: &Pair<Option<PlacedImage>>) -> Pair<Constructors> {
        let gather = |image: &Option<PlacedImage>| {
            image.as_ref().map_or_else(Constructors::default, |image| {
                constructors::gather(image, |id| self.object(id))
            })
        };
        Pair {
            module: gather(&placed.module),
            pool: gather(&placed.pool),
        }
    }

    fn seal(&self, placed: Pair<Option<PlacedImage>>) -> Result<Pair<Option<Image>>, Error> {
        let seal = |image: Option<PlacedImage>| {
            image
                .map(|image| seal(image, self.room.as_ref()))
                .transpose()
        };
        Ok(Pair {
            pool: seal(placed.pool)?,
            module: seal(placed.module)?,
        })
    }

    /// From here on the pool's new image is everybody's.
    fn commit(&mut self, image: Option<Image>, addresses: Addresses) {
        let pool = &mut *self.pool;
        let shared = |id: &SectionId| !id.object.is_module();
        pool.addresses
            .extend(addresses.sections.into_iter().filter(|(id, _)| shared(id)));
        pool.thread_locals.extend(
            addresses
                .thread_locals
                .into_iter()
                .filter(|(id, _)| shared(id)),
        );
        if let Some(image) = image {
            pool.keep(image);
        }
        pool.room = self.room.take();
        self.committed = true;
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        if !self.committed {
            if let Some(mark) = self.literals.take() {
                self.pool.literals.undo(mark);
            }
            let before = self.objects_before;
            self.pool.objects.truncate(before);
        }
    }
}

/// The symbols of a module that the caller asks for, each name once.
///
/// # Errors
/// When one of them cannot be linked, or lies outside its section.
fn find_roots(
    module: &[Arc<Object>],
    resolver: &mut Resolver<'_>,
    is_root: &dyn Fn(&[u8]) -> bool,
) -> Result<Vec<Root>, Error> {
    let mut roots = Vec::new();
    let mut seen = FxHashSet::default();
    for (number, object) in module.iter().enumerate() {
        for index in 0..object.symbols().len() as u32 {
            let name = object.symbol_name(index);
            let SymbolPlace::Section(section) = object.place(index) else {
                continue;
            };
            let class = object.sections[section as usize].class;
            if name.is_empty()
                || matches!(class, Class::NotLoaded | Class::ThreadLocal)
                || !is_root(name)
            {
                continue;
            }
            // Of several definitions of a name the resolver takes the one that counts.
            let target = resolver.resolve(ObjectId::module(number), index, section)?;
            let Target::Section { section, offset } = target else {
                continue;
            };
            if !seen.insert((name, section, offset)) {
                continue;
            }
            let name = String::from_utf8_lossy(name).into_owned();
            if offset > module[section.object.index()].sections[section.index as usize].size {
                let reason = format!("the symbol {name} lies past the end of its section");
                return Err(Error::Damaged {
                    object: object.name.clone(),
                    reason,
                });
            }
            roots.push(Root {
                name,
                section,
                offset,
            });
        }
    }
    Ok(roots)
}
