//! Stacks that code can run on, as gcc's nested functions need them: the main thread's, and those of the threads that the
//! program starts. The system and the dynamic loader give them to an executable whose objects ask for it.

use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::ptr;

use crate::definitions::Definitions;

type Start = unsafe extern "C-unwind" fn(*mut c_void) -> *mut c_void;
type ShortStart = unsafe extern "C-unwind" fn(*mut c_void) -> c_int;

/// What a new thread is to do once its stack is made executable.
struct Thread<S> {
    start: S,
    argument: *mut c_void,
}

unsafe extern "C" {
    fn pthread_create(
        thread: *mut c_void,
        attributes: *const c_void,
        start: Start,
        argument: *mut c_void,
    ) -> c_int;
    fn thrd_create(thread: *mut c_void, start: ShortStart, argument: *mut c_void) -> c_int;
}

/// Has the program start its threads by way of this file, unless it defines the functions itself.
pub(crate) fn define(definitions: &mut Definitions, own_names: &[String]) {
    let functions = [
        ("pthread_create", create as *const () as usize),
        ("thrd_create", create_short as *const () as usize),
    ];
    for (name, address) in functions {
        if !own_names.iter().any(|own| own == name) {
            let symbols = &mut definitions.symbols;
            symbols.entry(name.to_owned()).or_insert(address);
        }
    }
}

/// Lets code run on this thread's stack, from here down, when it is the main thread.
pub(crate) fn allow_for_main_thread() {
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
fn allow() {
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

/// Takes a thread's task from where `create` put it.
///
/// # Safety
/// `thread` came from `Box::into_raw`, and nobody else takes it.
unsafe fn take<S>(thread: *mut c_void) -> Thread<S> {
    // SAFETY: the caller's promise.
    let thread = unsafe { Box::from_raw(thread.cast::<Thread<S>>()) };
    *thread
}

unsafe extern "C" fn create(
    thread: *mut c_void,
    attributes: *const c_void,
    start: Start,
    argument: *mut c_void,
) -> c_int {
    /// Nothing in it needs dropping while `start` runs: `pthread_exit` unwinds through it.
    unsafe extern "C-unwind" fn begin(thread: *mut c_void) -> *mut c_void {
        // SAFETY: `create` passes what it made.
        let Thread { start, argument } = unsafe { take::<Start>(thread) };
        allow();
        // SAFETY: the program's own function and argument.
        unsafe { start(argument) }
    }
    let task = Box::into_raw(Box::new(Thread { start, argument })).cast();
    // SAFETY: the caller's contract is that of `pthread_create`. A thread that was not started does not take its task.
    unsafe {
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
        // SAFETY: as for `create`.
        let Thread { start, argument } = unsafe { take::<ShortStart>(thread) };
        allow();
        // SAFETY: the program's own function and argument.
        unsafe { start(argument) }
    }
    let task = Box::into_raw(Box::new(Thread { start, argument })).cast();
    // SAFETY: as in `create`.
    unsafe {
        let failure = thrd_create(thread, begin, task);
        if failure != 0 {
            take::<ShortStart>(task);
        }
        failure
    }
}
