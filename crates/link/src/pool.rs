//! The pool: images of standard library and dependency sections, shared by all modules.
//!
//! A section is placed when the first module needs it, and stays: that is what makes a static of a
//! shared crate exist once in the process. A link works on a [`Pool`] that it holds alone; what a
//! failed link added is taken back.

use std::ops::Range;
use std::sync::Arc;

use jitney_memory::Arena;
use rustc_hash::FxHashMap;

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
#[derive(Debug, Default)]
pub(crate) struct PoolObjects {
    objects: Vec<(Arc<Object>, Arc<Archive>)>,
    /// By where they are in memory, which they keep as long as `objects` has them.
    numbers: FxHashMap<usize, u32>,
}

impl PoolObjects {
    /// The number of an object, given out on first sight.
    pub(crate) fn add(&mut self, object: &Arc<Object>, archive: Arc<Archive>) -> ObjectId {
        let number = *self
            .numbers
            .entry(Arc::as_ptr(object).addr())
            .or_insert_with(|| {
                self.objects.push((object.clone(), archive));
                self.objects.len() as u32 - 1
            });
        ObjectId::pool(number as usize)
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
        }
    }
}
