//! Where a function lies, or is going to: its chunk, or the pages that it has for itself.

use std::{ptr::NonNull, sync::Arc};

use super::{
    chunk::{Chunk, Place},
    inner::Inner,
    regions::Region,
};
use crate::{lookup, sys, tags::CHUNK};

/// Room that was [taken](Inner::take) from a heap. Dropping it does not give it back.
pub(super) enum Home {
    Chunk { chunk: NonNull<Chunk>, first: usize },
    Large(Box<Large>),
}

/// What a function without a chunk has for itself.
pub(super) struct Large {
    pub(super) inner: NonNull<Inner>,
    pub(super) place: Place,
    /// Whole pages.
    pub(super) len: usize,
    /// Memory that nothing else lies in.
    pub(super) own: Option<Arc<Region>>,
}

impl Home {
    #[inline]
    pub(super) fn place(&self) -> (Option<usize>, usize) {
        match self {
            Home::Chunk { chunk, first } => {
                // SAFETY: a chunk is there while functions are in it.
                let chunk = unsafe { chunk.as_ref() };
                let offset = first << chunk.granule.shift();
                let view = chunk.place.view.map(|view| view + offset);
                (view, chunk.place.address + offset)
            }
            Home::Large(large) => (large.place.view, large.place.address),
        }
    }

    /// The memory, and where in it this lies.
    #[inline]
    pub(super) fn memory(&self) -> (&sys::CodeMemory, usize) {
        match self {
            Home::Chunk { chunk, first } => {
                // SAFETY: a chunk is there while functions are in it.
                let chunk = unsafe { chunk.as_ref() };
                let offset = chunk.place.offset() + (first << chunk.granule.shift());
                (&chunk.place.memory, offset)
            }
            Home::Large(large) => (&large.place.memory, large.place.offset()),
        }
    }

    /// How many bytes a function of `len` bytes has for itself.
    #[inline]
    pub(super) fn room(&self, len: usize) -> usize {
        match self {
            Home::Chunk { chunk, .. } => {
                // SAFETY: a chunk is there while functions are in it.
                let granule = unsafe { chunk.as_ref() }.granule;
                granule.needed(len) << granule.shift()
            }
            Home::Large(large) => large.len,
        }
    }

    /// Lets the function be found by address.
    #[inline]
    pub(super) fn enter(&self, len: usize) {
        match self {
            Home::Chunk { chunk, first } => {
                // SAFETY: a chunk is there while functions are in it.
                unsafe { chunk.as_ref() }.tags.set(*first, len);
            }
            Home::Large(large) => lookup::enter_large(large.place.address, len),
        }
    }

    /// Takes the function out of what is found by address.
    #[inline]
    pub(super) fn withdraw(&self) {
        match self {
            Home::Chunk { chunk, first } => {
                // SAFETY: a chunk is there while functions are in it.
                unsafe { chunk.as_ref() }.tags.set(*first, 0);
            }
            Home::Large(large) => {
                lookup::enter_empty(large.place.address..large.place.address + large.len);
            }
        }
    }

    /// Whether it belongs to this process, and not to the one that this one was forked from.
    #[inline]
    pub(super) fn is_ours(&self) -> bool {
        let inner = match self {
            // SAFETY: a chunk is there while functions are in it.
            Home::Chunk { chunk, .. } => unsafe { chunk.as_ref() }.inner,
            Home::Large(large) => large.inner,
        };
        // SAFETY: the heap is there while it has functions.
        unsafe { inner.as_ref() }.process == sys::process()
    }

    /// Makes the room free again.
    ///
    /// # Safety
    /// It came from [`Inner::take`] for a function of `len` bytes, was not given back yet and will not be used.
    #[inline]
    pub(super) unsafe fn give_back(&mut self, len: usize) {
        match self {
            Home::Chunk { chunk, first } => {
                let (inner, shard, slot, granule) = {
                    // SAFETY: a chunk is there while functions are in it.
                    let chunk = unsafe { chunk.as_ref() };
                    (chunk.inner, chunk.shard, chunk.slot, chunk.granule)
                };
                // SAFETY: the heap is there while it has functions.
                let heap = unsafe { inner.as_ref() };
                let mut shard = heap.shard(shard);
                let emptied = shard.give(slot, *first, granule.needed(len));
                let last = shard.closing && shard.functions == 0;
                if let Some(chunk) = emptied {
                    let address = chunk.place.address;
                    drop(chunk);
                    heap.regions().give(address, CHUNK);
                }
                // From here on the heap may be gone, closed by another thread that found the shard idle.
                drop(shard);
                if last {
                    // SAFETY: the shard is counted, and sees its last function go once.
                    unsafe { Inner::idle(inner, 1) };
                }
            }
            Home::Large(large) => {
                let inner = large.inner;
                // SAFETY: the heap is there while it has functions.
                let mut regions = unsafe { inner.as_ref() }.regions();
                match large.own.take() {
                    Some(region) => regions.give_own(&region),
                    None => regions.give(large.place.address, large.len),
                }
                regions.functions -= 1;
                regions.used -= large.len;
                let last = regions.closing && regions.functions == 0;
                // As above.
                drop(regions);
                if last {
                    // SAFETY: the regions are counted, and see their last function go once.
                    unsafe { Inner::idle(inner, 1) };
                }
            }
        }
    }
}
