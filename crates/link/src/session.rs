//! One link on its way: the phases in order, over a pool that it holds alone. Until it is committed,
//! dropping it takes everything back.

use std::sync::{Arc, MutexGuard};

use crate::anchor::Anchor;
use crate::constructors::{self, Constructors};
use crate::definitions::Definitions;
use crate::error::Error;
use crate::globals::{Globals, globals};
use crate::image::Image;
use crate::linker::Linker;
use crate::literals::{self, Mark};
use crate::place::{Addresses, PlacedImage, place};
use crate::pool::Pool;
use crate::reach::{Causes, Reached, own_roots, reach};
use crate::read::{HostLibrary, Library, Object};
use crate::relocate::{Known, plain_values, relocate};
use crate::resolve::Resolver;
use crate::roots::{Roots, Symbols};
use crate::seal::seal;
use crate::static_room::StaticRoom;
use crate::target::{ObjectId, SectionId, Targets};

/// The same thing for the module's image and for the pool's.
#[derive(Default)]
pub(crate) struct Pair<T> {
    pub(crate) module: T,
    pub(crate) pool: T,
}

/// A link that lacks nothing but to be sealed.
pub(crate) struct Prepared {
    pub(crate) placed: Pair<Option<PlacedImage>>,
    pub(crate) addresses: Addresses,
    pub(crate) constructors: Pair<Constructors>,
    pub(crate) symbols: Symbols,
    /// Words that IFUNC resolvers fill, and the resolvers.
    pub(crate) slots: Vec<(u64, u64)>,
}

/// What a link takes, and what its symbols refer to.
struct Resolved {
    reached: Reached,
    targets: Targets,
    sets: Vec<Vec<SectionId>>,
    roots: Roots,
}

/// What a link starts from.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'link> {
    pub(crate) module: &'link [Arc<Object>],
    pub(crate) dependencies: Option<&'link Library>,
    pub(crate) host_crates: Option<&'link HostLibrary>,
    pub(crate) definitions: &'link Definitions<'link>,
    pub(crate) keep_literals: bool,
}

/// One link, holding the pool. Dropped before it is committed, it puts the pool back.
pub(crate) struct Session<'link> {
    linker: &'link Linker,
    pool: MutexGuard<'link, Pool>,
    parts: Parts<'link>,
    objects_before: usize,
    literals: Option<Mark>,
    /// The lent room as it is after this link.
    room: Option<StaticRoom>,
    committed: bool,
}

impl<'link> Session<'link> {
    pub(crate) fn begin(linker: &'link Linker, parts: Parts<'link>) -> Session<'link> {
        let pool = linker.lock();
        let objects_before = pool.objects.len();
        let literals = parts.keep_literals.then(|| pool.literals.mark());
        let room = pool.room.clone();
        Session {
            linker,
            pool,
            parts,
            objects_before,
            literals,
            room,
            committed: false,
        }
    }

    /// All phases up to sealing. Nothing that it makes can run or be seen by anybody else.
    pub(crate) fn prepare(&mut self, is_root: &dyn Fn(&[u8]) -> bool) -> Result<Prepared, Error> {
        let module = self.parts.module;
        let globals = globals(module, self.parts.definitions)?;
        let Resolved {
            reached,
            targets,
            sets,
            roots,
        } = self.reach(&globals, is_root, None)?;
        let mut addresses = Addresses::new(module.iter().map(|object| object.sections.len()));
        if reached.module.anchor == Anchor::Host {
            self.keep_literals(&reached, &mut addresses)?;
        }
        let mut placed = self.place(&reached, &sets, &mut addresses)?;
        if placed.module.is_none() {
            return Err(Error::NothingToLink);
        }
        let slots = self.relocate(&mut placed, &targets, &globals, &addresses)?;
        let constructors = self.gather_constructors(&placed);
        let symbols = roots.into_symbols(module, &addresses);
        Ok(Prepared {
            placed,
            addresses,
            constructors,
            symbols,
            slots,
        })
    }

    /// The phases up to reaching, for the sake of why each section is taken.
    pub(crate) fn trace(
        &mut self,
        is_root: &dyn Fn(&[u8]) -> bool,
        causes: &mut Causes,
    ) -> Result<(), Error> {
        let globals = globals(self.parts.module, self.parts.definitions)?;
        self.reach(&globals, is_root, Some(causes)).map(|_| ())
    }

    /// The objects of the module, and those of the pool.
    pub(crate) fn objects(&self) -> Vec<(ObjectId, Arc<Object>)> {
        let module = self.parts.module.iter().enumerate();
        let module = module.map(|(number, object)| (ObjectId::module(number), object.clone()));
        let pool = (0..self.pool.objects.len()).map(ObjectId::pool);
        module
            .chain(pool.map(|id| (id, self.pool.objects.share(id))))
            .collect()
    }

    fn reach(
        &mut self,
        globals: &Globals<'_>,
        is_root: &dyn Fn(&[u8]) -> bool,
        causes: Option<&mut Causes>,
    ) -> Result<Resolved, Error> {
        let module = self.parts.module;
        let Pool {
            objects, addresses, ..
        } = &mut *self.pool;
        let mut resolver = Resolver::new(
            self.linker.host(),
            (self.parts.dependencies, self.parts.host_crates),
            self.linker.standard(),
            module,
            globals,
            objects,
            self.parts.definitions,
        );
        let roots = Roots::find(module, &mut resolver, is_root)?;
        let mut starts = own_roots(module);
        starts.extend(roots.sections());
        let reached = reach(&mut resolver, module, addresses, &starts, causes)?;
        let (targets, sets) = resolver.finish()?;
        Ok(Resolved {
            reached,
            targets,
            sets,
            roots,
        })
    }

    fn keep_literals(&mut self, reached: &Reached, addresses: &mut Addresses) -> Result<(), Error> {
        let Some(mark) = &mut self.literals else {
            return Ok(());
        };
        for id in &reached.module.sections {
            let object = &self.parts.module[id.object.index()];
            if literals::is_literal(object, id.index) {
                let align = object.sections[id.index as usize].align;
                let literals = &mut self.pool.literals;
                let address =
                    literals.keep(&self.linker.arena, mark, object.data(id.index), align)?;
                addresses.set(*id, address);
            }
        }
        Ok(())
    }

    pub(crate) fn object(&self, id: ObjectId) -> &Object {
        if id.is_module() {
            &self.parts.module[id.index()]
        } else {
            self.pool.objects.get(id)
        }
    }

    fn place(
        &mut self,
        reached: &Reached,
        sets: &[Vec<SectionId>],
        addresses: &mut Addresses,
    ) -> Result<Pair<Option<PlacedImage>>, Error> {
        let mut room = self.room.take();
        let anchor = reached.module.anchor;
        let arena = match anchor {
            Anchor::Host => self.linker.arena.clone(),
            _ => self.pool.arena(anchor.range(self.linker.host().range()))?,
        };
        let object = |id: ObjectId| self.object(id);
        let room = &mut room;
        let pool = place(
            &reached.pool,
            sets,
            object,
            &self.linker.arena,
            room.as_mut(),
            addresses,
        )?;
        let module = place(
            &reached.module,
            sets,
            object,
            &arena,
            room.as_mut(),
            addresses,
        )?;
        self.room = room.take();
        Ok(Pair { module, pool })
    }

    fn relocate(
        &self,
        placed: &mut Pair<Option<PlacedImage>>,
        targets: &Targets,
        globals: &Globals<'_>,
        addresses: &Addresses,
    ) -> Result<Vec<(u64, u64)>, Error> {
        let anchor = placed.module.as_ref().map(|image| image.anchor);
        let plain = plain_values(
            self.parts.module,
            targets,
            addresses,
            anchor.unwrap_or_default(),
        );
        let known = Known {
            targets,
            new: addresses,
            pool: &self.pool.addresses,
            host_module: self.linker.host().thread_local_module(),
            module: self.parts.module,
            globals,
            plain: &plain,
        };
        let mut slots = Vec::new();
        for image in [&mut placed.pool, &mut placed.module].into_iter().flatten() {
            slots.extend(relocate(image, |id| self.object(id), &known)?);
        }
        Ok(slots)
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

    pub(crate) fn seal(
        &self,
        placed: Pair<Option<PlacedImage>>,
    ) -> Result<Pair<Option<Image>>, Error> {
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
    pub(crate) fn commit(&mut self, image: Option<Image>, addresses: Addresses) {
        let pool = &mut *self.pool;
        pool.addresses.shared.extend(addresses.shared);
        let shared = addresses.thread_locals.into_iter();
        pool.addresses
            .thread_locals
            .extend(shared.filter(|(id, _)| !id.object.is_module()));
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
