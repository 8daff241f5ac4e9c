//! Noticing that this process is the child of the one that mapped a heap's memory: both see one another's writes there.

use std::{
    ptr,
    sync::atomic::{AtomicPtr, AtomicUsize, Ordering},
};

use rustix::mm::{Advice, MapFlags, ProtFlags, madvise, mmap_anonymous, munmap};

/// A page that the kernel fills with zeroes in a child (`MADV_WIPEONFORK`, since Linux 4.14), so that noticing costs a
/// load and not a system call.
static MARK: AtomicPtr<AtomicUsize> = AtomicPtr::new(ptr::null_mut());
/// The last number given out in this process or one that it descends from.
static LAST: AtomicUsize = AtomicUsize::new(0);

/// A number, never 0, that another process which shares heap memory with this one does not have.
#[inline]
pub(crate) fn process() -> usize {
    let mark = MARK.load(Ordering::Acquire);
    if !mark.is_null() {
        // SAFETY: once set, the page stays.
        let number = unsafe { &*mark }.load(Ordering::Acquire);
        if number != 0 {
            return number;
        }
    }
    number_process(mark)
}

#[cold]
fn number_process(mut mark: *mut AtomicUsize) -> usize {
    if mark.is_null() {
        mark = match map_mark() {
            Some(page) => page,
            // Children are not told apart then.
            None => return usize::MAX,
        };
    }
    // Its memory came along from the parent, so that a child's number is one that no ancestor had when it forked.
    let number = LAST.fetch_add(1, Ordering::Relaxed) + 1;
    // SAFETY: once set, the page stays.
    let mark = unsafe { &*mark };
    match mark.compare_exchange(0, number, Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) => number,
        Err(other_thread) => other_thread,
    }
}

fn map_mark() -> Option<*mut AtomicUsize> {
    let len = super::page_size();
    // SAFETY: no address is given, so that the kernel picks one that nothing else uses.
    let page = unsafe {
        mmap_anonymous(
            ptr::null_mut(),
            len,
            ProtFlags::READ | ProtFlags::WRITE,
            MapFlags::PRIVATE,
        )
    }
    .ok()?;
    // SAFETY: the page was mapped above.
    let wiped = unsafe { madvise(page, len, Advice::LinuxWipeOnFork) };
    let other = match wiped {
        Ok(()) => MARK
            .compare_exchange(
                ptr::null_mut(),
                page.cast(),
                Ordering::AcqRel,
                Ordering::Acquire,
            )
            .err(),
        Err(_) => Some(ptr::null_mut()),
    };
    let Some(other) = other else {
        return Some(page.cast());
    };
    // SAFETY: nobody else knows of the page.
    let _ = unsafe { munmap(page, len) };
    (!other.is_null()).then_some(other)
}
