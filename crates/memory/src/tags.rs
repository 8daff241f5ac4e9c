//! Where each small function of a chunk starts and how long it is: what [`code_at`](crate::code_at) reads while heaps
//! install and free.

use std::{
    ops::Range,
    sync::{
        Mutex, TryLockError,
        atomic::{AtomicU16, AtomicUsize, Ordering},
    },
};

use crate::Granule;

/// The bytes of a chunk, which holds the small functions of a heap.
pub(crate) const CHUNK: usize = 64 << 10;
/// The longest function that is put into a chunk; a quarter of it, so that not too much of it stays unused, and within
/// what a tag can say.
pub(crate) const LONGEST_SMALL: usize = CHUNK / 4;

/// One tag a granule: the length of the function that starts there, or 0.
///
/// Tags are used again but never freed: a signal handler may hold on to them while their chunk goes. It then looks for
/// a function of another chunk, and finds none at its address.
pub(crate) struct Tags {
    start: AtomicUsize,
    granule: Granule,
    lens: Box<[AtomicU16]>,
}

type Pool = Mutex<Vec<&'static Tags>>;
/// One for each granule.
static POOLS: [Pool; 2] = [const { Mutex::new(Vec::new()) }; 2];

/// Runs `with` on the pool, unless it stays locked: another thread may have held it when this process was forked, so
/// that it must not be waited for.
fn with_pool<R>(granule: Granule, with: impl FnOnce(&mut Vec<&'static Tags>) -> R) -> Option<R> {
    for _ in 0..1000 {
        match POOLS[usize::from(granule == Granule::Bytes16)].try_lock() {
            Ok(mut pool) => return Some(with(&mut pool)),
            Err(TryLockError::Poisoned(pool)) => return Some(with(&mut pool.into_inner())),
            Err(TryLockError::WouldBlock) => std::thread::yield_now(),
        }
    }
    None
}

impl Tags {
    /// Tags for a chunk at this address, which say that no function is there.
    pub(crate) fn take(start: usize, granule: Granule) -> &'static Tags {
        let tags = match with_pool(granule, Vec::pop).flatten() {
            Some(tags) => tags,
            None => {
                let mut lens = Vec::new();
                lens.resize_with(CHUNK / granule.bytes(), AtomicU16::default);
                Box::leak(Box::new(Tags {
                    start: AtomicUsize::new(0),
                    granule,
                    lens: lens.into_boxed_slice(),
                }))
            }
        };
        tags.start.store(start, Ordering::Release);
        tags
    }

    /// Gives them back; all functions are gone, and their addresses no longer lead here.
    pub(crate) fn give_back(&'static self) {
        for len in &self.lens {
            len.store(0, Ordering::Relaxed);
        }
        self.start.store(0, Ordering::Release);
        let _ = with_pool(self.granule, |pool| pool.push(self));
    }

    /// Says that a function of `len` bytes, at most [`LONGEST_SMALL`], starts at this granule; 0 says that none does.
    #[inline]
    pub(crate) fn set(&self, granule: usize, len: usize) {
        self.lens[granule].store(len as u16, Ordering::Release);
    }

    /// The function that holds this address.
    pub(crate) fn piece_at(&self, address: usize) -> Option<Range<usize>> {
        let start = self.start.load(Ordering::Acquire);
        let offset = address
            .checked_sub(start)
            .filter(|&offset| offset < CHUNK)?;
        let granule = self.granule.bytes();
        let last = offset / granule;
        let first = last.saturating_sub(LONGEST_SMALL / granule);
        (first..=last)
            .rev()
            .find_map(|index| {
                let len = usize::from(self.lens[index].load(Ordering::Acquire));
                let at = start + index * granule;
                (len != 0).then_some(at..at + len)
            })
            .filter(|piece| piece.contains(&address))
    }
}
