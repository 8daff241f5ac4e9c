//! Room for the thread-locals of programs, in the host's own thread-local block.

use std::cell::UnsafeCell;

/// The bytes of thread-local variables that the programs a process runs may have in all.
const ROOM: usize = 16 * 1024;

/// Room for the thread-local variables of a program that this one runs.
///
/// rustc compiles a program's thread-locals for fixed places in its executable. A host that runs
/// programs with [`Source::build_program`](crate::Source::build_program) provides those places: it
/// declares one of these as a `thread_local!` and lends it.
///
/// Every thread of the host gets 16 KiB larger by it, so declare it only in a program whose job is to
/// run others.
///
/// ```
/// use jitney::{Jit, ThreadLocalRoom};
///
/// thread_local! {
///     static ROOM: ThreadLocalRoom = const { ThreadLocalRoom::new() };
/// }
///
/// # fn main() -> Result<(), jitney::Error> {
/// let jit = Jit::new()?;
/// assert!(jit.lend_thread_locals(&ROOM));
/// # Ok(())
/// # }
/// ```
#[repr(C, align(128))]
pub struct ThreadLocalRoom(UnsafeCell<[u8; ROOM]>);

impl ThreadLocalRoom {
    /// Room that nobody uses yet. It is filled with ones, which makes it part of the executable's
    /// thread-local template: there the programs' initial values go.
    #[allow(clippy::new_without_default)]
    pub const fn new() -> ThreadLocalRoom {
        ThreadLocalRoom(UnsafeCell::new([1; ROOM]))
    }
}
