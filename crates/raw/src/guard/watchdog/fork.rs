//! What becomes of the watchdog in a process that forks.

use std::cell::UnsafeCell;
use std::ptr;
use std::sync::MutexGuard;
use std::sync::atomic::Ordering;

use super::SERVED;
use super::process::{State, lock};
use crate::guard::platform::Target;
use crate::guard::record::THREAD;

/// The lock, while the process forks: taken before, so that no other thread holds it in the child, where it would never
/// let go.
struct Held(UnsafeCell<Option<MutexGuard<'static, State>>>);

// SAFETY: only touched by a thread that forks, between taking the lock and giving it back.
unsafe impl Sync for Held {}

static HELD: Held = Held(UnsafeCell::new(None));

/// To be called before the process forks.
pub(in super::super) extern "C" fn before_fork() {
    let guard = lock();
    // SAFETY: this thread has the lock.
    unsafe { *HELD.0.get() = Some(guard) };
}

/// To be called after that, in the parent.
pub(in super::super) extern "C" fn after_fork() {
    // SAFETY: this thread has the lock.
    drop(unsafe { (*HELD.0.get()).take() });
}

/// To be called after that, in the child, which has this one thread and no watchdog: the next timed call starts one.
pub(in super::super) extern "C" fn after_fork_in_child() {
    // SAFETY: this thread has the lock.
    let Some(mut state) = (unsafe { (*HELD.0.get()).take() }) else {
        return;
    };
    THREAD.with(|thread| {
        let own = thread.first_level.get();
        // Other threads' levels are lost: freeing them here would need the allocator, which may be locked.
        state.watched.retain_mut(|watched| {
            watched.target = Target::this_thread(thread);
            ptr::eq(watched.level, own)
        });
    });
    state.running = false;
    SERVED.store(u64::MAX, Ordering::SeqCst);
}
