//! A thread of its own for reading a text.
//!
//! proc-macro2 keeps each text it has lexed until its thread ends, and a text may be nested deeper than the caller's stack
//! is deep. It is not one of std's threads: those are numbered, and a program that runs in this process afterwards would
//! see the numbers of its own shifted.

use std::any::Any;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr;

/// How much stack reading a source may take: far more than signatures of the greatest depth that is followed need.
const STACK: usize = 16 << 20;

/// Runs `work` on a new thread, and waits for it. Where there can be no new thread, runs it here.
pub(crate) fn on_own_thread<T: Send, F: FnOnce() -> T + Send>(work: F) -> T {
    let mut task: Task<T, F> = Task {
        work: Some(work),
        result: None,
    };
    // SAFETY: a thread that was made has ended when `run` returns.
    if !unsafe { run(&mut task) } {
        task.run();
    }
    match task.result {
        Some(Ok(result)) => result,
        Some(Err(panic)) => resume_unwind(panic),
        None => unreachable!("the task has run"),
    }
}

struct Task<T, F> {
    work: Option<F>,
    result: Option<Result<T, Box<dyn Any + Send>>>,
}

impl<T, F: FnOnce() -> T> Task<T, F> {
    fn run(&mut self) {
        if let Some(work) = self.work.take() {
            self.result = Some(catch_unwind(AssertUnwindSafe(work)));
        }
    }
}

/// Whether there was a thread to run the task on.
///
/// # Safety
/// The task may be used from another thread until this returns.
unsafe fn run<T, F: FnOnce() -> T>(task: &mut Task<T, F>) -> bool {
    extern "C" fn start<T, F: FnOnce() -> T>(task: *mut c_void) -> *mut c_void {
        // SAFETY: `run` passes the task, and touches it again only after joining this thread.
        unsafe { &mut *task.cast::<Task<T, F>>() }.run();
        ptr::null_mut()
    }
    // SAFETY: the attributes are initialized before use and destroyed once; the thread is joined, so that the task
    // outlives it.
    unsafe {
        let mut attributes: libc::pthread_attr_t = std::mem::zeroed();
        if libc::pthread_attr_init(&mut attributes) != 0 {
            return false;
        }
        libc::pthread_attr_setstacksize(&mut attributes, STACK);
        let mut thread: libc::pthread_t = std::mem::zeroed();
        let task = ptr::from_mut(task).cast();
        let made = libc::pthread_create(&mut thread, &attributes, start::<T, F>, task) == 0;
        libc::pthread_attr_destroy(&mut attributes);
        made && libc::pthread_join(thread, ptr::null_mut()) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_result_comes_back_and_so_does_a_panic() {
        let words = ["a", "b"];
        assert_eq!(on_own_thread(|| words.concat()), "ab");
        let panic = catch_unwind(|| on_own_thread(|| -> u8 { panic!("inside") })).unwrap_err();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"inside"));
    }

    #[test]
    fn there_is_room_for_deep_recursion() {
        fn deep(levels: u32) -> u32 {
            let room = std::hint::black_box([0u8; 1000]);
            if levels == 0 {
                u32::from(room[0])
            } else {
                deep(levels - 1) + 1
            }
        }
        assert_eq!(on_own_thread(|| deep(4_000)), 4_000);
    }
}
