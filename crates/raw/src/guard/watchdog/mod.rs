//! The thread that ends calls which have run for too long.
//!
//! Callers do not look at the clock: they say that a call has begun and how long it may take ([`level`]). The watchdog
//! looks at all threads' levels now and then, notes when it sees a call for the first time, and interrupts a thread
//! whose call is still the same after its limit. It therefore acts late, never early: by the time between two looks,
//! which is a tenth of the shortest limit in use (but see [`period`]). When no timed call has been seen for a while it
//! sleeps until the next one wakes it.

#[cfg(unix)]
mod fork;
mod level;
mod process;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, MutexGuard};
use std::time::{Duration, Instant};
use std::{ptr, thread};

pub(super) use level::Level;

#[cfg(unix)]
pub(super) use fork::{after_fork, after_fork_in_child, before_fork};

use super::platform;
use super::record::Thread;
use process::{State, Watched, lock};

/// The shortest limit that the watchdog serves at its present pace, in nanoseconds; `u64::MAX` while it sleeps. Whoever
/// has a shorter one must wake it.
static SERVED: AtomicU64 = AtomicU64::new(u64::MAX);

static WAKE: Condvar = Condvar::new();

/// How long the watchdog keeps its pace after the last call: a program that makes many short calls shall not have to
/// wake it for each.
const IDLE: u64 = 50_000_000;

/// A timed call in progress, as its record knows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    /// Null when the call has no limit.
    level: *const Level,
    generation: usize,
}

impl Call {
    pub(super) const fn unlimited() -> Call {
        Call {
            level: ptr::null(),
            generation: 0,
        }
    }

    /// The call's limit, if the watchdog has found that it ran for longer.
    ///
    /// # Safety
    /// On the call's own thread.
    pub(super) unsafe fn expired(&self) -> Option<Duration> {
        // SAFETY: a thread's levels live until it ends.
        unsafe { self.level.as_ref() }?.expired(self.generation)
    }
}

/// Begins a call on this thread that may take `nanoseconds`.
#[inline(always)]
pub(super) fn begin(thread: &Thread, nanoseconds: u64) -> Call {
    let level = match thread.next_level() {
        next if next.is_null() => deepen(thread),
        next => next,
    };
    // SAFETY: a thread's levels live until it ends.
    let generation = unsafe { (*level).begin(nanoseconds) };
    if nanoseconds < SERVED.load(Ordering::SeqCst) {
        wake(nanoseconds);
    }
    thread.level.set(level);
    Call { level, generation }
}

/// Ends a call, `outer` being the level in use before it began.
#[inline(always)]
pub(super) fn end(thread: &Thread, call: Call, outer: *const Level) {
    // SAFETY: a thread's levels live until it ends.
    unsafe { (*call.level).end(call.generation) };
    thread.level.set(outer);
}

/// Ends all calls deeper than `outer`: they were left half-way.
#[cold]
pub(super) fn abandon(thread: &Thread, outer: *const Level) {
    thread.level.set(outer);
    let mut next = thread.next_level();
    // SAFETY: a thread's levels live until it ends.
    while let Some(level) = unsafe { next.as_ref() } {
        level.abandon();
        next = level.deeper();
    }
}

/// Makes the level for a depth that this thread reaches for the first time, and registers the thread if it is its first.
#[cold]
#[inline(never)]
fn deepen(thread: &Thread) -> *const Level {
    let level = Box::into_raw(Level::new());
    // SAFETY: a thread's levels live until it ends.
    match unsafe { thread.level.get().as_ref() } {
        Some(outer) => outer.set_deeper(level),
        None => {
            thread.first_level.set(level);
            let target = platform::Target::this_thread(thread);
            lock().watched.push(Watched { target, level });
        }
    }
    level
}

/// Forgets a thread that ends, and all its levels.
pub(super) fn forget(thread: &Thread) {
    let first = thread.first_level.replace(ptr::null());
    if first.is_null() {
        return;
    }
    thread.level.set(ptr::null());
    lock()
        .watched
        .retain(|watched| !ptr::eq(watched.level, first));
    let mut next = first.cast_mut();
    while !next.is_null() {
        // SAFETY: made by `deepen`; neither the thread nor, without the registration, the watchdog knows it any more.
        let level = unsafe { Box::from_raw(next) };
        next = level.deeper().cast_mut();
    }
}

/// Makes sure that the watchdog runs and serves a limit of `nanoseconds`.
///
/// # Panics
/// If the system allows no more threads.
#[cold]
#[inline(never)]
fn wake(nanoseconds: u64) {
    let mut state = lock();
    if !state.running {
        platform::prepare_process();
        platform::without_signals(|| {
            thread::Builder::new()
                .name("time limits".into())
                .stack_size(64 << 10)
                .spawn(watch)
                .expect("the guard needs a thread to watch over time limits")
        });
        state.running = true;
    }
    SERVED.fetch_min(nanoseconds, Ordering::SeqCst);
    state.called = true;
    WAKE.notify_one();
}

/// What one look at all threads found.
struct Round {
    /// The shortest limit in use now or just now.
    shortest: u64,
    /// When the next call will be over, if it takes that long.
    due: u64,
}

/// The watchdog's life.
fn watch() {
    let start = Instant::now();
    let elapsed = || u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
    let mut state = lock();
    loop {
        state.called = false;
        let mut round = look(&state, elapsed);
        loop {
            SERVED.store(round.shortest, Ordering::SeqCst);
            // A call that has begun since the look may have found itself served, but by the old pace.
            let again = look(&state, elapsed);
            if again.shortest >= round.shortest {
                break;
            }
            round = again;
        }
        state = sleep(state, &round, elapsed());
    }
}

/// Looks at all threads, and interrupts those whose time is over.
fn look(state: &State, clock: impl Fn() -> u64) -> Round {
    let now = clock();
    let mut round = Round {
        shortest: u64::MAX,
        due: u64::MAX,
    };
    for watched in &state.watched {
        let mut interrupt = false;
        let mut next = watched.level;
        // SAFETY: levels live as long as their thread is registered, and the registry is locked.
        while let Some(level) = unsafe { next.as_ref() } {
            let sight = level.look(&clock);
            if let Some(call) = sight.call {
                let due = sight.since.saturating_add(sight.limit);
                if due <= now {
                    level.expire(call);
                    interrupt = true;
                } else {
                    round.due = round.due.min(due);
                }
            }
            if sight.call.is_some() || now.saturating_sub(sight.since) < IDLE {
                round.shortest = round.shortest.min(sight.limit);
            }
            next = level.deeper();
        }
        if interrupt {
            watched.target.interrupt();
        }
    }
    round
}

/// Waits until the next look is due, or somebody calls for an earlier one.
fn sleep<'a>(state: MutexGuard<'a, State>, round: &Round, now: u64) -> MutexGuard<'a, State> {
    let asleep = |state: &mut State| !state.called;
    if round.shortest == u64::MAX {
        return WAKE
            .wait_while(state, asleep)
            .unwrap_or_else(|poisoned| poisoned.into_inner());
    }
    let time = period(round.shortest).min(round.due.saturating_sub(now));
    WAKE.wait_timeout_while(state, Duration::from_nanos(time), asleep)
        .unwrap_or_else(|poisoned| poisoned.into_inner())
        .0
}

/// The time between two looks while the shortest limit is `limit`, in nanoseconds: a tenth of it, but no less than a
/// quarter of a millisecond, so that watching costs little, and no more than 25, so that a call is seen soon.
fn period(limit: u64) -> u64 {
    (limit / 10).clamp(250_000, 25_000_000)
}
