//! The pool: images of standard library and dependency sections, shared by all modules.
//!
//! A section is placed when the first module needs it, and stays: that is what makes a static of a
//! shared crate exist once in the process. A link works on a [`Pool`] that it holds alone; what a
//! failed link added is taken back.

use std::ops::Range;
use std::sync::Arc;

use jitney_memory::Arena;
use rustc_hash::FxHashMap;

use crate::error::Error;
use crate::image::Image;
use crate::literals::Literals;
use crate::place::Addresses;
use crate::read::{Archive, Object};
use crate::static_room::StaticRoom;
use crate::target::ObjectId;

/// What all modules share.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    pub(crate) objects: PoolObjects,
    /// Where sections have been placed.
    pub(crate) addresses: Addresses,
    pub(crate) literals: Literals,
    /// Room for thread-locals in the host's own block, where it lends some.
    pub(crate) room: Option<StaticRoom>,
    images: Vec<Image>,
    /// Memory for modules that cannot lie near the host, by what it lies near.
    arenas: Vec<(Range<usize>, Arena)>,
}

impl Pool {
    /// Keeps an image for as long as the process lives.
    pub(crate) fn keep(&mut self, image: Image) {
        self.images.push(image);
    }

    /// Memory near a place that is not the host.
    ///
    /// # Errors
    /// When there are no free addresses.
    pub(crate) fn arena(&mut self, near: Range<usize>) -> Result<Arena, jitney_memory::Error> {
        /// An arena serves all that lies this close to what it was made for, in bytes.
        const CLOSE: usize = 64 << 20;
        let known = self
            .arenas
            .iter()
            .find(|(range, _)| range.start.abs_diff(near.start) <= CLOSE);
        if let Some((_, arena)) = known {
            return Ok(arena.clone());
        }
        // All that is this close is within reach of what lies near the whole of it.
        let room = match near.is_empty() {
            true => near.clone(),
            false => near.start.saturating_sub(CLOSE)..near.end.saturating_add(CLOSE),
        };
        let arena = Arena::near(room)?;
        self.arenas.push((near, arena.clone()));
        Ok(arena)
    }

    /// The bytes of memory that the pool's images occupy.
    pub(crate) fn memory(&self) -> usize {
        self.images.iter().map(|image| image.memory()).sum()
    }
}

/// The objects that the pool's sections come from, by number.
///
/// One file may be read several times: as an archive's member, and as parts of it that were taken along with something.
/// It is one object here all the same, with one number, or its statics would exist twice.
#[derive(Debug, Default)]
pub(crate) struct PoolObjects {
    objects: Vec<(Arc<Object>, Arc<Archive>)>,
    /// By where they are in memory, which they keep as long as `objects` has them.
    numbers: FxHashMap<usize, u32>,
    /// Where other copies of the same files are in memory, which they keep for the length of a link.
    others: FxHashMap<usize, u32>,
    /// By their names, once parts of objects have been seen: those that may be of one file.
    named: Option<FxHashMap<String, Vec<u32>>>,
}

impl PoolObjects {
    /// The number of an object, given out on first sight.
    ///
    /// # Errors
    /// When it is a part of a file that cannot be one with a part that is there.
    pub(crate) fn add(
        &mut self,
        object: &Arc<Object>,
        archive: Arc<Archive>,
    ) -> Result<ObjectId, Error> {
        let address = Arc::as_ptr(object).addr();
        if let Some(number) = self.numbers.get(&address) {
            return Ok(ObjectId::pool(*number as usize));
        }
        if self.named.is_some() || object.is_partial() {
            if let Some(number) = self.others.get(&address) {
                return Ok(ObjectId::pool(*number as usize));
            }
            if let Some(number) = self.of_same_file(object) {
                self.extend(number, object, archive)?;
                self.others.insert(address, number);
                return Ok(ObjectId::pool(number as usize));
            }
        }
        let number = self.objects.len() as u32;
        self.objects.push((object.clone(), archive));
        self.numbers.insert(address, number);
        if let Some(named) = &mut self.named {
            named.entry(object.name.clone()).or_default().push(number);
        }
        Ok(ObjectId::pool(number as usize))
    }

    fn of_same_file(&mut self, object: &Object) -> Option<u32> {
        let objects = &self.objects;
        let named = self.named.get_or_insert_with(|| {
            let mut named: FxHashMap<String, Vec<u32>> = FxHashMap::default();
            for (number, (object, _)) in (0u32..).zip(objects) {
                named.entry(object.name.clone()).or_default().push(number);
            }
            named
        });
        let numbers = named.get(&object.name)?.iter().copied();
        let mut same = numbers.filter(|number| objects[*number as usize].0.is_of_same_file(object));
        same.next()
    }

    /// Has an object hold what another copy of its file holds too. Sections and symbols keep their numbers, so what is
    /// known of them stays right.
    fn extend(
        &mut self,
        number: u32,
        object: &Arc<Object>,
        archive: Arc<Archive>,
    ) -> Result<(), Error> {
        let known = &mut self.objects[number as usize];
        if known.0.covers(object) {
            return Ok(());
        }
        let larger = match object.covers(&known.0) {
            true => object.clone(),
            false => Arc::new(known.0.with(object)?),
        };
        self.numbers.remove(&Arc::as_ptr(&known.0).addr());
        self.numbers.insert(Arc::as_ptr(&larger).addr(), number);
        *known = (larger, archive);
        Ok(())
    }

    /// Forgets other copies of objects: they may be gone once a link has ended.
    pub(crate) fn forget_others(&mut self) {
        self.others.clear();
    }

    /// An object, shared: for those who change the pool while they use it.
    pub(crate) fn share(&self, id: ObjectId) -> Arc<Object> {
        self.objects[id.index()].0.clone()
    }

    pub(crate) fn get(&self, id: ObjectId) -> &Object {
        &self.objects[id.index()].0
    }

    pub(crate) fn len(&self) -> usize {
        self.objects.len()
    }

    /// Forgets the objects seen since the pool had `len` of them.
    pub(crate) fn truncate(&mut self, len: usize) {
        for (object, _) in self.objects.drain(len..) {
            self.numbers.remove(&Arc::as_ptr(&object).addr());
            if let Some(numbers) = self
                .named
                .as_mut()
                .and_then(|named| named.get_mut(&object.name))
            {
                numbers.retain(|number| (*number as usize) < len);
            }
        }
    }
}
