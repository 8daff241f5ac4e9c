//! The pool: images of standard library and dependency sections, shared by all modules.
//!
//! A section is placed when the first module needs it, and stays: that is what makes a static of a
//! shared crate exist once in the process. A link works on a [`Pool`] that it holds alone; what a
//! failed link added is taken back.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::image::Image;
use crate::literals::Literals;
use crate::place::ThreadLocalPlace;
use crate::read::{Archive, Object};
use crate::static_room::StaticRoom;
use crate::target::{ObjectId, SectionId};

/// What all modules share.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    pub(crate) objects: PoolObjects,
    /// Where sections have been placed.
    pub(crate) addresses: FxHashMap<SectionId, u64>,
    pub(crate) thread_locals: FxHashMap<SectionId, ThreadLocalPlace>,
    pub(crate) literals: Literals,
    /// Room for thread-locals in the host's own block, where it lends some.
    pub(crate) room: Option<StaticRoom>,
    images: Vec<Image>,
}

impl Pool {
    /// Keeps an image for as long as the process lives.
    pub(crate) fn keep(&mut self, image: Image) {
        self.images.push(image);
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
