//! The stack that signal handlers of one thread run on, so that they can when the thread's own is used up.

use std::ptr;

use libc::{SS_DISABLE, SS_ONSTACK, stack_t};

/// How much must be left for handlers, beside what the system itself stores there. The guard's handler takes less than a
/// quarter, or half when the stack it reads is not there; the handler to which it passes on may want to print.
const ROOM: usize = 32 << 10;

/// An alternate signal stack of the guard's; unmapped on drop.
#[derive(Debug)]
pub(super) struct HandlerStack {
    /// With one page below it that faults.
    mapping: *mut libc::c_void,
    len: usize,
    guard: usize,
}

impl HandlerStack {
    /// Gives this thread a stack for its handlers, if it has none or one with too little room. Those that the standard
    /// library gives to its threads have 8 KiB, of which the system takes up to a half.
    ///
    /// # Panics
    /// If the system has no memory for it.
    pub(super) fn replace_smaller() -> Option<HandlerStack> {
        let page = page_size();
        // SAFETY: asks only.
        let frame =
            unsafe { libc::getauxval(libc::AT_MINSIGSTKSZ) as usize }.max(libc::MINSIGSTKSZ);
        let needed = frame + ROOM;
        let old = current();
        let large = old.ss_flags & SS_DISABLE == 0 && old.ss_size >= needed;
        if large || old.ss_flags & SS_ONSTACK != 0 {
            return None;
        }
        let len = needed.next_multiple_of(page) + page;
        // SAFETY: a new mapping, of which the first page is then taken away and the rest given to the system.
        unsafe {
            let mapping = libc::mmap(
                ptr::null_mut(),
                len,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_STACK,
                -1,
                0,
            );
            assert!(
                mapping != libc::MAP_FAILED,
                "the guard needs {len} bytes for a signal stack, and the system has none"
            );
            libc::mprotect(mapping, page, libc::PROT_NONE);
            let stack = HandlerStack {
                mapping,
                len,
                guard: page,
            };
            stack.set();
            Some(stack)
        }
    }

    fn base(&self) -> *mut libc::c_void {
        self.mapping.wrapping_byte_add(self.guard)
    }

    fn set(&self) {
        let new = stack_t {
            ss_sp: self.base(),
            ss_flags: 0,
            ss_size: self.len - self.guard,
        };
        // SAFETY: mapped until it is dropped.
        unsafe { libc::sigaltstack(&new, ptr::null_mut()) };
    }
}

impl Drop for HandlerStack {
    fn drop(&mut self) {
        let now = current();
        if now.ss_flags & SS_DISABLE == 0 && now.ss_sp == self.base() {
            let none = stack_t {
                ss_sp: ptr::null_mut(),
                ss_flags: SS_DISABLE,
                ss_size: now.ss_size,
            };
            // SAFETY: takes away what is about to be unmapped.
            unsafe { libc::sigaltstack(&none, ptr::null_mut()) };
        }
        // SAFETY: mapped by `replace_smaller`, and no longer used.
        unsafe { libc::munmap(self.mapping, self.len) };
    }
}

/// The thread's alternate stack at this moment.
fn current() -> stack_t {
    let mut old = stack_t {
        ss_sp: ptr::null_mut(),
        ss_flags: SS_DISABLE,
        ss_size: 0,
    };
    // SAFETY: asks only.
    unsafe { libc::sigaltstack(ptr::null(), &mut old) };
    old
}

fn page_size() -> usize {
    // SAFETY: asks only.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) as usize }
}
