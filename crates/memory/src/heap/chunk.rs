//! A stretch of a heap's memory that small functions are put into, and what a processor shall find where there is none.

use std::{ptr::NonNull, sync::Arc};

use super::{Granule, inner::Inner};
use crate::{
    lookup,
    sys::CodeMemory,
    tags::{CHUNK, Tags},
};

/// What the functions in a chunk need to know of it. It stays at its address while there are any.
pub(super) struct Chunk {
    /// The heap that it is of.
    pub(super) inner: NonNull<Inner>,
    /// Which of the heap's shards it belongs to, and which of that shard's chunks it is.
    pub(super) shard: usize,
    pub(super) slot: usize,
    pub(super) granule: Granule,
    pub(super) tags: &'static Tags,
    pub(super) place: Place,
}

/// A range of a heap's memory.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) memory: Arc<CodeMemory>,
    /// Where it can be run.
    pub(super) address: usize,
    /// Where it can be written, if it always can.
    pub(super) view: Option<usize>,
}

impl Place {
    pub(super) fn new(memory: Arc<CodeMemory>, address: usize) -> Place {
        let offset = address - memory.executable();
        let view = memory.view().map(|view| view + offset);
        Place {
            memory,
            address,
            view,
        }
    }

    pub(super) fn offset(&self) -> usize {
        self.address - self.memory.executable()
    }
}

impl Chunk {
    pub(super) fn new(
        inner: NonNull<Inner>,
        shard: usize,
        granule: Granule,
        place: Place,
    ) -> Chunk {
        let tags = Tags::take(place.address, granule);
        lookup::enter_small(place.address..place.address + CHUNK, tags);
        Chunk {
            inner,
            shard,
            slot: 0,
            granule,
            tags,
            place,
        }
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        lookup::enter_empty(self.place.address..self.place.address + CHUNK);
        self.tags.give_back();
    }
}

/// Writes instructions over bytes that no function has (any more), at which a processor stops instead of running on.
///
/// # Safety
/// `len` bytes at `at` are writable and belong to the caller.
#[inline]
pub(super) unsafe fn fill_with_traps(at: *mut u8, len: usize) {
    #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
    // SAFETY: passed on to the caller. The instruction is `int3`.
    unsafe {
        at.write_bytes(0xcc, len);
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: passed on to the caller. The instruction is `brk #0`, at multiples of its length; bytes ahead of the
    // first belong to the last, incomplete one of a function.
    unsafe {
        let ahead = at.align_offset(4).min(len);
        for index in 0..(len - ahead) / 4 {
            at.add(ahead + 4 * index).cast::<u32>().write(0xd420_0000);
        }
    }
}
