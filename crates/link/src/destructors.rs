//! Counting the thread-local destructors that loaded code has yet to run.
//!
//! std keeps a thread's destructors in a list and runs them at the thread's end. One that belongs to
//! a module crashes the thread when the module is gone by then; so a module's registrations come
//! here first, and a module with destructors to run is not idle.

use std::ffi::{c_int, c_void};
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock, Weak};

use crate::tls::ThreadLocalImage;

type Destructor = unsafe extern "C" fn(*mut u8);
type Register = unsafe fn(*mut u8, Destructor);

/// The mangled path of std's function that compiled code registers destructors with, after the
/// crate's hash: `std::sys::thread_local::destructors::linux_like::register`.
const REGISTER: &[u8] = b"_3std3sys12thread_local11destructors10linux_like8register";

/// std's own function, in the host.
static STDS_REGISTER: OnceLock<Register> = OnceLock::new();

/// Whether a symbol is std's function for registering a thread-local destructor.
pub(crate) fn is_register(name: &[u8]) -> bool {
    name.starts_with(b"_RNv") && name.ends_with(REGISTER)
}

/// The address that modules get for std's function, given the address of std's own.
///
/// # Safety
/// `stds_own` is the address of the function that [`is_register`] recognizes.
pub(crate) unsafe fn counting(stds_own: u64) -> u64 {
    // SAFETY: the caller's promise; the signature is that of the function in std's sources, and the
    // toolchain is the one that built this program.
    STDS_REGISTER
        .get_or_init(|| unsafe { std::mem::transmute::<usize, Register>(stds_own as usize) });
    register as *const () as u64
}

/// An image in whose name destructors are registered.
#[derive(Debug)]
pub(crate) struct Registrant {
    /// The image's addresses.
    range: Range<usize>,
    /// What its code calls `__dso_handle`.
    handle: usize,
    thread_locals: Option<ThreadLocalImage>,
    pending: AtomicUsize,
}

static REGISTRANTS: RwLock<Vec<Weak<Registrant>>> = RwLock::new(Vec::new());

impl Registrant {
    pub(crate) fn new(
        range: Range<usize>,
        handle: usize,
        thread_locals: Option<ThreadLocalImage>,
    ) -> Arc<Registrant> {
        let registrant = Arc::new(Registrant {
            range,
            handle,
            thread_locals,
            pending: AtomicUsize::new(0),
        });
        let mut registrants = REGISTRANTS.write().unwrap_or_else(PoisonError::into_inner);
        registrants.retain(|registrant| registrant.strong_count() > 0);
        registrants.push(Arc::downgrade(&registrant));
        registrant
    }

    /// What the image's code calls `__dso_handle`: an address in it.
    pub(crate) fn handle(&self) -> usize {
        self.handle
    }

    /// How many destructors are still to run, on all threads.
    pub(crate) fn pending(&self) -> usize {
        self.pending.load(Ordering::Acquire)
    }
}

/// A registration on its way through std's list.
struct Pending {
    value: *mut u8,
    destructor: Destructor,
    registrant: Option<Arc<Registrant>>,
}

/// The first image of those in memory that this is true of.
fn find_registrant(is_it: impl Fn(&Registrant) -> bool) -> Option<Arc<Registrant>> {
    let registrants = REGISTRANTS.read().unwrap_or_else(PoisonError::into_inner);
    registrants
        .iter()
        .filter_map(Weak::upgrade)
        .find(|registrant| is_it(registrant))
}

/// The `__dso_handle` of the image that has something at this address.
pub(crate) fn handle_of(address: usize) -> Option<usize> {
    let registrant = find_registrant(|registrant| registrant.range.contains(&address))?;
    Some(registrant.handle())
}

/// Counts a registration in the name of the image that it belongs to, for `run` to be registered
/// instead. `handle` is the `__dso_handle` that the image gave, where it did.
fn count(value: *mut u8, destructor: Destructor, handle: Option<usize>) -> *mut Pending {
    let code = destructor as usize;
    let registrant = find_registrant(|registrant| {
        handle == Some(registrant.handle())
            || registrant.range.contains(&code)
            || registrant
                .thread_locals
                .as_ref()
                .is_some_and(|variables| variables.holds(value.addr()))
    });
    if let Some(registrant) = &registrant {
        registrant.pending.fetch_add(1, Ordering::AcqRel);
    }
    Box::into_raw(Box::new(Pending {
        value,
        destructor,
        registrant,
    }))
}

/// Stands in for the C library's function with which C++ registers destructors of thread-locals.
///
/// # Safety
/// As for that: `destructor` may be called with `value` at the end of this thread.
pub(crate) unsafe extern "C" fn register_c(
    destructor: Destructor,
    value: *mut u8,
    image: *mut c_void,
) -> c_int {
    unsafe extern "C" {
        fn __cxa_thread_atexit_impl(
            destructor: Destructor,
            value: *mut u8,
            image: *const c_void,
        ) -> c_int;
    }
    /// Says of which library the destructor is: of the one that holds this code, for `run` is there.
    /// Null would not do: the first call of a thread with it crashes in glibc 2.36, which takes the
    /// answer from a cache that is not filled yet.
    static OWNER: u8 = 0;
    let pending = count(value, destructor, Some(image.addr()));
    // SAFETY: `run` is a destructor for what `pending` points to, and is called once.
    unsafe { __cxa_thread_atexit_impl(run, pending.cast(), (&raw const OWNER).cast()) }
}

/// Stands in for std's function of the same signature.
///
/// # Safety
/// As for std's: `destructor` may be called with `value` at the end of this thread.
unsafe fn register(value: *mut u8, destructor: Destructor) {
    let pending = count(value, destructor, None);
    let stds_own = STDS_REGISTER
        .get()
        .expect("`counting` gives this function's address out after setting it");
    // SAFETY: `run` is a destructor for what `pending` points to, and is called once.
    unsafe { stds_own(pending.cast(), run) }
}

unsafe extern "C" fn run(pending: *mut u8) {
    // SAFETY: `register` made it with `Box::into_raw`; std calls a destructor once.
    let Pending {
        value,
        destructor,
        registrant,
    } = *unsafe { Box::from_raw(pending.cast::<Pending>()) };
    // SAFETY: the promise made to `register`.
    unsafe { destructor(value) };
    if let Some(registrant) = registrant {
        registrant.pending.fetch_sub(1, Ordering::AcqRel);
    }
}
