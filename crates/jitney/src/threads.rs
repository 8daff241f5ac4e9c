//! The stacks of a program's threads, which are to be as an executable's: as large as it asked for, and fit for code
//! where its objects want to run code on them (gcc's nested functions). The program starts its threads by way of here.

use std::collections::HashMap;
use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

use libc::pthread_attr_t as Attributes;

type Start = unsafe extern "C-unwind" fn(*mut c_void) -> *mut c_void;
type ShortStart = unsafe extern "C-unwind" fn(*mut c_void) -> c_int;

/// Whether code is to run on the threads' stacks.
static EXECUTABLE: AtomicBool = AtomicBool::new(false);

/// What the host's thread-locals, the room for the program's among them, take of every thread's stack.
const OF_THE_HOST: usize = 20 << 10;
/// On a stack of this size nobody notices, and a thread may ask how large its own is.
const LARGE: usize = 128 << 10;

/// What a new thread is to do once its stack is made executable.
struct Thread<S> {
    start: S,
    argument: *mut c_void,
}

unsafe extern "C" {
    fn pthread_create(
        thread: *mut c_void,
        attributes: *const Attributes,
        start: Start,
        argument: *mut c_void,
    ) -> c_int;
    fn thrd_create(thread: *mut c_void, start: ShortStart, argument: *mut c_void) -> c_int;
    fn pthread_attr_getdetachstate(attributes: *const Attributes, state: *mut c_int) -> c_int;
    fn pthread_attr_setdetachstate(attributes: *mut Attributes, state: c_int) -> c_int;
}

/// The functions that the program is to use instead of the C library's.
pub(crate) fn functions(executable_stacks: bool) -> HashMap<&'static str, usize> {
    EXECUTABLE.store(executable_stacks, Ordering::Relaxed);
    let mut functions = HashMap::from([("pthread_create", create as *const () as usize)]);
    if executable_stacks {
        functions.insert("thrd_create", create_short as *const () as usize);
    }
    functions
}

/// Lets code run on this thread's stack, from here down, when it is the main thread.
pub(crate) fn allow_code_on_the_main_stack() {
    const PAGE: usize = 4096;
    let mark = 0u8;
    let page = ptr::from_ref(&mark).addr() & !(PAGE - 1);
    // SAFETY: the page is this thread's stack, and so is what lies below it in the same mapping, which the last flag
    // includes (<https://man7.org/linux/man-pages/man2/mprotect.2.html>). It stays readable and writable. Where the system
    // forbids it, nothing changes.
    unsafe {
        libc::mprotect(
            page as *mut c_void,
            PAGE,
            libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC | libc::PROT_GROWSDOWN,
        )
    };
}

/// The same for a thread that was started later.
fn allow_code() {
    let mut attributes = MaybeUninit::uninit();
    let (mut stack, mut len) = (ptr::null_mut(), 0);
    // SAFETY: the first call fills the attributes, which the others read and free. The stack is this thread's, all of it;
    // it stays readable and writable. Where the system forbids it, nothing changes.
    unsafe {
        if libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) != 0 {
            return;
        }
        libc::pthread_attr_getstack(attributes.as_ptr(), &mut stack, &mut len);
        libc::pthread_attr_destroy(attributes.as_mut_ptr());
        libc::mprotect(
            stack,
            len,
            libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC,
        );
    }
}

unsafe extern "C" fn create(
    thread: *mut c_void,
    attributes: *const Attributes,
    start: Start,
    argument: *mut c_void,
) -> c_int {
    // SAFETY: the caller's contract is that of `pthread_create`.
    unsafe {
        let (own_stack, len) = match attributes.is_null() {
            true => (false, LARGE),
            false => stack(attributes),
        };
        if len >= LARGE {
            return create_with(thread, attributes, start, argument);
        }
        if own_stack {
            // Only a stack that is too small for the host's part is not taken.
            let failure = create_with(thread, attributes, start, argument);
            if failure != libc::EINVAL {
                return failure;
            }
            let mut other = MaybeUninit::uninit();
            let mut state = 0;
            libc::pthread_attr_init(other.as_mut_ptr());
            pthread_attr_getdetachstate(attributes, &mut state);
            pthread_attr_setdetachstate(other.as_mut_ptr(), state);
            libc::pthread_attr_setstacksize(other.as_mut_ptr(), len + OF_THE_HOST);
            let failure = create_with(thread, other.as_ptr(), start, argument);
            libc::pthread_attr_destroy(other.as_mut_ptr());
            return failure;
        }
        // A copy of the bytes shares what they point to with the original, which keeps it.
        let mut larger = attributes.read();
        libc::pthread_attr_setstacksize(&mut larger, len + OF_THE_HOST);
        create_with(thread, &larger, start, argument)
    }
}

/// Whether the attributes name a stack, and how large the stack is to be.
///
/// # Safety
/// The attributes have been initialized.
unsafe fn stack(attributes: *const Attributes) -> (bool, usize) {
    let (mut start, mut len) = (ptr::null_mut(), 0);
    // SAFETY: the caller's promise.
    unsafe {
        libc::pthread_attr_getstack(attributes, &mut start, &mut len);
        // Where no stack is named, the C library counts down from address 0, and the size is the default one if 0.
        let named = start.addr().wrapping_add(len) != 0;
        libc::pthread_attr_getstacksize(attributes, &mut len);
        (named, len)
    }
}

/// # Safety
/// As for `pthread_create`.
unsafe fn create_with(
    thread: *mut c_void,
    attributes: *const Attributes,
    start: Start,
    argument: *mut c_void,
) -> c_int {
    /// Nothing in it needs dropping while `start` runs: `pthread_exit` unwinds through it.
    unsafe extern "C-unwind" fn begin(thread: *mut c_void) -> *mut c_void {
        // SAFETY: `create_with` passes what it made.
        let Thread { start, argument } = unsafe { take::<Start>(thread) };
        allow_code();
        // SAFETY: the program's own function and argument.
        unsafe { start(argument) }
    }
    // SAFETY: the caller's contract is that of `pthread_create`. A thread that was not started does not take its task.
    unsafe {
        if !EXECUTABLE.load(Ordering::Relaxed) {
            return pthread_create(thread, attributes, start, argument);
        }
        let task = Box::into_raw(Box::new(Thread { start, argument })).cast();
        let failure = pthread_create(thread, attributes, begin, task);
        if failure != 0 {
            take::<Start>(task);
        }
        failure
    }
}

unsafe extern "C" fn create_short(
    thread: *mut c_void,
    start: ShortStart,
    argument: *mut c_void,
) -> c_int {
    unsafe extern "C-unwind" fn begin(thread: *mut c_void) -> c_int {
        // SAFETY: as for `create_with`.
        let Thread { start, argument } = unsafe { take::<ShortStart>(thread) };
        allow_code();
        // SAFETY: the program's own function and argument.
        unsafe { start(argument) }
    }
    let task = Box::into_raw(Box::new(Thread { start, argument })).cast();
    // SAFETY: as in `create_with`.
    unsafe {
        let failure = thrd_create(thread, begin, task);
        if failure != 0 {
            take::<ShortStart>(task);
        }
        failure
    }
}

/// Takes a thread's task from where its creator put it.
///
/// # Safety
/// `thread` came from `Box::into_raw`, and nobody else takes it.
unsafe fn take<S>(thread: *mut c_void) -> Thread<S> {
    // SAFETY: the caller's promise.
    let thread = unsafe { Box::from_raw(thread.cast::<Thread<S>>()) };
    *thread
}
