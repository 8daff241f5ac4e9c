//! The Go compiler's own convention, a file for each processor.
//!
//! It is described in <https://go.dev/s/regabi> (`src/cmd/compile/abi-internal.md` of Go's source): whole numbers and
//! floats go through a sequence of registers each, and results come back through the same sequences; a value that does
//! not fit whole into what is left of them goes on the stack. Nothing but the stack pointer is kept by the function
//! called.
//!
//! Code runs here without Go's runtime: its stack cannot grow, so a dummy `g` says that there is room, and what needs a
//! scheduler, the garbage collector or a panic cannot be called.

#[cfg(target_arch = "aarch64")]
mod aarch64;
mod function;
mod values;
#[cfg(target_arch = "x86")]
mod x86;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(target_arch = "aarch64")]
pub(super) use aarch64::{CONVENTION, enter};
#[cfg(target_arch = "x86")]
pub(super) use x86::{CONVENTION, enter};
#[cfg(target_arch = "x86_64")]
pub(super) use x86_64::{CONVENTION, enter};

pub use function::Function;
pub use values::{Slice, Str};

/// What the register that holds Go's current goroutine points to. Its bound of the stack, a field of it, is 0: every
/// function finds that there is room and none asks the runtime for more.
#[cfg(not(target_arch = "x86"))]
static DUMMY_G: [usize; 64] = [0; 64];
