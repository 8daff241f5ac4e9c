//! A heap as one process has it: shards, regions, and the end of both.
//!
//! Functions keep their heap alive, but do not count references to it, which all threads would have to do at the same
//! place for each function. The heap closes when its last handle goes. From then on no function comes, so that each
//! shard sees its last one go, and the last shard that does so frees the heap.

use std::{
    cell::Cell,
    ptr::NonNull,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread::available_parallelism,
};

use super::{
    Granule, HeapOptions, HeapStatistics, Writing,
    chunk::Chunk,
    home::{Home, Large},
    regions::{LONGEST_SHARED, Regions},
    shard::Shard,
};
use crate::{
    Error, page_size, sys,
    tags::{CHUNK, LONGEST_SMALL},
};

const MOST_SHARDS: usize = 16;

pub(super) struct Inner {
    /// The process that it is of. In a forked child it is left alone, whatever state its locks were in.
    pub(super) process: usize,
    granule: Granule,
    /// A power of two of them.
    shards: Box<[Alone<Mutex<Shard>>]>,
    regions: Mutex<Regions>,
    /// After the last handle is gone: how many shards, and the regions, still have functions.
    busy: AtomicUsize,
}

// SAFETY: what is behind pointers in it is written under its locks only.
unsafe impl Send for Inner {}
// SAFETY: the same.
unsafe impl Sync for Inner {}

/// In lines of the processor's caches that nothing else is in: two, since they are fetched in pairs.
#[derive(Default)]
#[repr(align(128))]
struct Alone<T>(T);

impl Inner {
    pub(super) fn new(options: &HeapOptions) -> Result<NonNull<Inner>, Error> {
        let regions = Regions::new(options)?;
        let processors = available_parallelism().map_or(1, usize::from);
        let shards = processors.next_power_of_two().min(MOST_SHARDS);
        Ok(NonNull::from(Box::leak(Box::new(Inner {
            process: sys::process(),
            granule: options.granule,
            shards: (0..shards).map(|_| Alone::default()).collect(),
            regions: Mutex::new(regions),
            busy: AtomicUsize::new(0),
        }))))
    }

    /// Room for a function of `len` bytes.
    #[inline]
    pub(super) fn take(&self, len: usize) -> Result<Home, Error> {
        if len > LONGEST_SMALL {
            return self.take_large(len);
        }
        let granules = self.granule.needed(len);
        let (own, mut shard) = self.own_shard();
        let (chunk, first) = match shard.take(granules) {
            Some(found) => found,
            None => self.take_with_new_chunk(shard, own, granules)?,
        };
        Ok(Home::Chunk { chunk, first })
    }

    #[cold]
    fn take_with_new_chunk(
        &self,
        mut shard: MutexGuard<'_, Shard>,
        own: usize,
        granules: usize,
    ) -> Result<(NonNull<Chunk>, usize), Error> {
        let place = self.regions().take(CHUNK);
        let error = match place {
            Ok(place) => {
                let chunk = Chunk::new(NonNull::from(self), own, self.granule, place);
                shard.add(Box::new(chunk));
                match shard.take(granules) {
                    Some(found) => return Ok(found),
                    None => unreachable!("an empty chunk has room for each small function"),
                }
            }
            Err(error) => error,
        };
        // Nobody holds two of these at once.
        drop(shard);
        let others = (0..self.shards.len()).filter(|&index| index != own);
        others
            .map(|index| self.shard(index))
            .find_map(|mut other| other.take(granules))
            .ok_or(error)
    }

    fn take_large(&self, len: usize) -> Result<Home, Error> {
        let pages = len.next_multiple_of(page_size());
        let mut regions = self.regions();
        let (place, own) = if pages > LONGEST_SHARED {
            let region = regions.take_own(pages)?;
            (region.place(), Some(region))
        } else {
            (regions.take(pages)?, None)
        };
        regions.functions += 1;
        regions.used += pages;
        Ok(Home::Large(Box::new(Large {
            inner: NonNull::from(self),
            place,
            len: pages,
            own,
        })))
    }

    pub(super) fn statistics(&self) -> HeapStatistics {
        let mut statistics = {
            let regions = self.regions();
            HeapStatistics {
                reserved: regions.reserved,
                used: regions.used,
                functions: regions.functions,
                regions: regions.count(),
            }
        };
        for index in 0..self.shards.len() {
            let shard = self.shard(index);
            statistics.used += shard.granules * self.granule.bytes();
            statistics.functions += shard.functions;
        }
        statistics
    }

    pub(super) fn writing(&self) -> Option<Writing> {
        self.regions().writing()
    }

    /// The shard of this thread. One that another thread is busy with is left to that: threads spread by themselves.
    #[inline]
    fn own_shard(&self) -> (usize, MutexGuard<'_, Shard>) {
        let own = thread_number() & (self.shards.len() - 1);
        match self.shards[own].0.try_lock() {
            Ok(shard) => (own, shard),
            Err(_) => {
                let next = renumber_thread() & (self.shards.len() - 1);
                (next, self.shard(next))
            }
        }
    }

    #[inline]
    pub(super) fn shard(&self, index: usize) -> MutexGuard<'_, Shard> {
        // Nothing that runs under the lock can leave it half changed.
        let shard = self.shards[index].0.lock();
        shard.unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn regions(&self) -> MutexGuard<'_, Regions> {
        self.regions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says that no function will be installed any more.
    ///
    /// # Safety
    /// The heap's last handle is going; what is left refers to it through [`Home`] only.
    pub(super) unsafe fn close(this: NonNull<Inner>) {
        // SAFETY: nothing frees it before `busy` is 0, and one more than there are keeps it from that here.
        let inner = unsafe { this.as_ref() };
        inner.busy.store(inner.shards.len() + 2, Ordering::Relaxed);
        let mut idle = 1;
        for index in 0..inner.shards.len() {
            let mut shard = inner.shard(index);
            shard.closing = true;
            idle += usize::from(shard.functions == 0);
        }
        let mut regions = inner.regions();
        regions.closing = true;
        idle += usize::from(regions.functions == 0);
        drop(regions);
        // SAFETY: these counts were added above.
        unsafe { Inner::idle(this, idle) };
    }

    /// Says that so many of what is counted in `busy` have no functions left.
    ///
    /// # Safety
    /// They are counted there, and this is the last that the caller does with the heap.
    pub(super) unsafe fn idle(this: NonNull<Inner>, count: usize) {
        // SAFETY: as long as what the caller speaks for is counted, it is there.
        let before = unsafe { this.as_ref() }
            .busy
            .fetch_sub(count, Ordering::AcqRel);
        if before == count {
            // SAFETY: it came from a box, and everybody who could refer to it has said that he does no more.
            drop(unsafe { Box::from_raw(this.as_ptr()) });
        }
    }
}

thread_local! {
    static NUMBER: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// A number of this thread, by which threads are spread over shards.
#[inline]
fn thread_number() -> usize {
    match NUMBER.get() {
        usize::MAX => renumber_thread(),
        number => number,
    }
}

/// Gives this thread another number.
#[cold]
fn renumber_thread() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    NUMBER.set(number);
    number
}
