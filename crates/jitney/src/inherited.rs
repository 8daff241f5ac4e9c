//! What this process inherited that Rust's runtime changes before `main`: it ignores SIGPIPE, and opens `/dev/null` where
//! one of the first three files is closed (`std::sys::pal::unix::init`). A program in C is to find it as it was, so it is
//! looked at before: the C library runs an executable's `.init_array` first.

use std::ffi::c_int;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

static IGNORES_SIGPIPE: AtomicBool = AtomicBool::new(false);
/// A bit for each of the three that was closed.
static CLOSED: AtomicU8 = AtomicU8::new(0);

#[used]
#[unsafe(link_section = ".init_array")]
static LOOK: extern "C" fn() = look;

extern "C" fn look() {
    // SAFETY: all zeroes is a valid `sigaction` for the system to fill, and a null one changes nothing.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        libc::sigaction(libc::SIGPIPE, std::ptr::null(), &mut action);
        IGNORES_SIGPIPE.store(action.sa_sigaction == libc::SIG_IGN, Ordering::Relaxed);
    }
    // SAFETY: a query.
    let is_closed = |file: &c_int| unsafe { libc::fcntl(*file, libc::F_GETFD) } == -1;
    let closed = (0..3)
        .filter(is_closed)
        .fold(0, |bits, file| bits | 1 << file);
    CLOSED.store(closed, Ordering::Relaxed);
}

/// Whether the process was started with SIGPIPE ignored.
pub(crate) fn ignores_sigpipe() -> bool {
    IGNORES_SIGPIPE.load(Ordering::Relaxed)
}

/// Closes the standard streams that the process was started without.
pub(crate) fn close_again() {
    let closed = CLOSED.load(Ordering::Relaxed);
    for file in (0..3).filter(|file| closed >> file & 1 == 1) {
        // SAFETY: what is open there is std's `/dev/null`, which nothing owns.
        unsafe { libc::close(file) };
    }
}
