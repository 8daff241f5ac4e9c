//! The chunks that some of a process's threads install into. A heap has a shard a processor, so that threads seldom wait
//! for one another.

use std::{collections::VecDeque, ptr::NonNull};

use super::{bits::Bits, chunk::Chunk};
use crate::tags::CHUNK;

#[derive(Default)]
pub(super) struct Shard {
    slots: Vec<Option<Slot>>,
    /// Slots without a chunk.
    vacant: Vec<usize>,
    /// Slots whose chunks may have room; the last one is looked at first.
    open: VecDeque<usize>,
    pub(super) functions: usize,
    /// Granules of all functions.
    pub(super) granules: usize,
    /// The heap's last handle is gone: what is left are functions to be freed.
    pub(super) closing: bool,
}

struct Slot {
    chunk: Box<Chunk>,
    bits: Bits,
    open: bool,
}

impl Shard {
    /// Room for a function of so many granules: a chunk, and which granule of it is the first.
    #[inline]
    pub(super) fn take(&mut self, granules: usize) -> Option<(NonNull<Chunk>, usize)> {
        for nth in (0..self.open.len()).rev() {
            let slot = self.slots[self.open[nth]].as_mut()?;
            if let Some(first) = slot.bits.take(granules) {
                self.functions += 1;
                self.granules += granules;
                return Some((NonNull::from(&*slot.chunk), first));
            }
            if granules == 1 {
                slot.open = false;
                self.open.remove(nth);
            }
        }
        None
    }

    /// A further chunk, the first to be looked at.
    pub(super) fn add(&mut self, mut chunk: Box<Chunk>) {
        let index = self.vacant.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        });
        chunk.slot = index;
        let bits = Bits::new(CHUNK / chunk.granule.bytes());
        self.slots[index] = Some(Slot {
            chunk,
            bits,
            open: true,
        });
        self.open.push_back(index);
    }

    /// Takes back the granules of a function, and gives a chunk that is empty and not needed.
    #[inline]
    pub(super) fn give(
        &mut self,
        index: usize,
        first: usize,
        granules: usize,
    ) -> Option<Box<Chunk>> {
        self.functions -= 1;
        self.granules -= granules;
        let slot = self.slots[index].as_mut()?;
        slot.bits.give(first, granules);
        if !slot.open {
            slot.open = true;
            self.open.push_front(index);
        }
        // One is kept, so that a single function that comes and goes does not take its chunk along each time.
        if !slot.bits.all_free() || self.open.back() == Some(&index) {
            return None;
        }
        self.open.retain(|&open| open != index);
        self.vacant.push(index);
        self.slots[index].take().map(|slot| slot.chunk)
    }
}
