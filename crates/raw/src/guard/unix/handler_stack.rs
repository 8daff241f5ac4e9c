//! The stack that signal handlers of one thread run on, so that they can when the thread's own is used up.

use std::ptr;

use libc::{SS_DISABLE, SS_ONSTACK, stack_t, ucontext_t};

use super::context;

/// How much must be left for handlers, beside what the system itself stores there. The guard's handler takes less than a
/// quarter, or half when the stack it reads is not there; the handler to which it passes on may want to print.
const ROOM: usize = 32 << 10;

/// At the lowest address of the guard's signal stacks: what a handler must know before it can use a thread-local.
#[repr(C)]
struct Note {
    mark: [usize; 2],
    thread_pointer: usize,
}

/// No word of any use, so that nothing else that lies there is taken for a note.
const MARK: [usize; 2] = [0x6a69_746e, 0x6579_9d5b];

/// Puts back what leads to the thread's thread-locals, which raw code may have changed: on x86 two bytes do. What it was,
/// if it was another; the same if this stack is none of the guard's.
///
/// # Safety
/// `context` is what a signal handler got.
pub(super) unsafe fn mend_thread_pointer(context: *const libc::c_void) -> Option<usize> {
    // SAFETY: the caller's promise.
    let stack = unsafe { (*context.cast::<ucontext_t>()).uc_stack };
    if stack.ss_flags & SS_DISABLE != 0 || stack.ss_size < ROOM {
        return None;
    }
    let note = stack.ss_sp.cast::<Note>();
    // SAFETY: the foot of the stack that this runs on; a note of the guard's holds what belongs to this thread.
    unsafe {
        if !note.is_aligned() || (*note).mark != MARK {
            return None;
        }
        let found = context::thread_pointer();
        let right = (*note).thread_pointer;
        (found != right).then(|| {
            context::set_thread_pointer(right);
            found
        })
    }
}

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
        let note = Note {
            mark: MARK,
            thread_pointer: context::thread_pointer(),
        };
        // SAFETY: mapped until it is dropped, and in use from the next line on only.
        unsafe {
            self.base().cast::<Note>().write(note);
            libc::sigaltstack(&new, ptr::null_mut());
        }
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
