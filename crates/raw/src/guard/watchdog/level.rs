//! What a thread tells the watchdog: which of its timed calls is in progress, without a look at the clock.
//!
//! Each thread has one [`Level`] for each depth of nested timed calls, made when that depth is first reached. Starting
//! and ending a call count the level's generation up, so that the watchdog can tell one call from the next; when it
//! finds the same call again after its limit, the call has run for at least that long.

use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

/// One depth of timed calls of one thread. On a cache line of its own, which the watchdog looks at seldom.
#[derive(Debug)]
#[repr(align(64))]
pub(in super::super) struct Level {
    /// Odd while a call is in progress. It wraps: only equality counts.
    generation: AtomicUsize,
    /// The limit of that call, in nanoseconds.
    limit: AtomicU64,
    /// The generation that has run out of time.
    expired: AtomicUsize,
    /// The next depth, if it was ever reached.
    deeper: AtomicPtr<Level>,
    /// The watchdog's own: the generation it saw last, and when it saw it first.
    seen: AtomicUsize,
    since: AtomicU64,
}

/// What the watchdog finds at a level.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sight {
    /// The generation, if a call is in progress.
    pub(super) call: Option<usize>,
    pub(super) limit: u64,
    /// When the watchdog first saw it: not before it began.
    pub(super) since: u64,
}

impl Level {
    pub(super) fn new() -> Box<Level> {
        Box::new(Level {
            generation: AtomicUsize::new(0),
            limit: AtomicU64::new(u64::MAX),
            expired: AtomicUsize::new(0),
            deeper: AtomicPtr::new(ptr::null_mut()),
            seen: AtomicUsize::new(0),
            since: AtomicU64::new(0),
        })
    }

    /// The level of the next depth; null if that was never reached.
    #[inline(always)]
    pub(in super::super) fn deeper(&self) -> *const Level {
        self.deeper.load(Ordering::Acquire)
    }

    /// Gives it one.
    pub(super) fn set_deeper(&self, level: *mut Level) {
        self.deeper.store(level, Ordering::Release);
    }

    /// Begins a call and returns its generation.
    ///
    /// Sequentially consistent, for whoever then asks whether the watchdog is awake: either that question is answered
    /// after the watchdog has decided to sleep, or the watchdog sees this generation before it does.
    #[inline(always)]
    pub(super) fn begin(&self, nanoseconds: u64) -> usize {
        self.limit.store(nanoseconds, Ordering::Relaxed);
        // Odd also after a call that never came to run, for want of a watchdog.
        let generation = self.generation.load(Ordering::Relaxed).wrapping_add(1) | 1;
        self.generation.swap(generation, Ordering::SeqCst);
        generation
    }

    /// Ends the call that [`Level::begin`] began.
    #[inline(always)]
    pub(super) fn end(&self, generation: usize) {
        self.generation
            .store(generation.wrapping_add(1), Ordering::Release);
    }

    /// Ends whatever call is in progress: it was left half-way.
    pub(super) fn abandon(&self) {
        let generation = self.generation.load(Ordering::Relaxed);
        if generation % 2 == 1 {
            self.end(generation);
        }
    }

    /// The limit of call `generation`, if the watchdog has found it to be over.
    pub(super) fn expired(&self, generation: usize) -> Option<Duration> {
        let expired = self.expired.load(Ordering::Acquire) == generation;
        expired.then(|| Duration::from_nanos(self.limit.load(Ordering::Relaxed)))
    }

    /// For the watchdog: has `call` end when its thread is next interrupted in raw code.
    pub(super) fn expire(&self, call: usize) {
        self.expired.store(call, Ordering::Release);
    }

    /// For the watchdog: what there is. The clock is read after the call: it may have begun after the look at all levels
    /// did, and would end too early if it were taken to be as old as that.
    pub(super) fn look(&self, clock: impl Fn() -> u64) -> Sight {
        let generation = self.generation.load(Ordering::SeqCst);
        if generation != self.seen.load(Ordering::Relaxed) {
            self.seen.store(generation, Ordering::Relaxed);
            self.since.store(clock(), Ordering::Relaxed);
        }
        Sight {
            call: (generation % 2 == 1).then_some(generation),
            // If another call has begun meanwhile this is its limit; then the next look finds another generation.
            limit: self.limit.load(Ordering::Relaxed),
            since: self.since.load(Ordering::Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_not_seen_before_it_began_and_keeps_its_age() {
        let level = Level::new();
        let first = level.begin(1_000);
        // While the clock is read, that call ends and another one begins.
        let sight = level.look(|| {
            level.end(first);
            level.begin(1_000);
            5
        });
        assert_eq!((sight.call, sight.since), (Some(first), 5));
        let sight = level.look(|| 9);
        assert_ne!(sight.call, Some(first));
        assert_eq!(sight.since, 9);
        let again = level.look(|| unreachable!("it was seen before"));
        assert_eq!((again.call, again.since), (sight.call, 9));
    }
}
