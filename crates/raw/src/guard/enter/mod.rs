//! Going into guarded code and the place to come back to: one assembler file for each calling convention.
//!
//! [`enter`] saves what a function must hand back unchanged and calls. Whoever stops the code sets the thread's registers
//! as [`Landing::way_back`] says, and `enter` goes on as if the call had returned: like `setjmp` and `longjmp`, but with
//! one return and without a call in between, because the signal handler rewrites the interrupted context and then
//! returns as any handler does.
//!
//! It is inline assembly that tells the compiler to expect nothing in the registers afterwards, so that each caller
//! saves those that it uses itself, once, and describes that to unwinders. Only what the compiler will not be told, and
//! the floating-point control words, go to the [`Landing`].

use std::ffi::c_void;

#[cfg_attr(target_arch = "aarch64", path = "aarch64.rs")]
#[cfg_attr(target_arch = "x86", path = "x86.rs")]
#[cfg_attr(all(target_arch = "x86_64", unix), path = "x86_64.rs")]
#[cfg_attr(all(target_arch = "x86_64", windows), path = "x86_64_windows.rs")]
mod arch;

pub(super) use arch::{Landing, enter};

/// What [`enter`] calls. It must not unwind.
pub(super) type Body = unsafe extern "C" fn(*mut c_void);

/// What a thread's registers must hold for it to go on where [`enter`] was called.
#[derive(Clone, Copy, Debug)]
pub(super) struct WayBack {
    pub(super) program_counter: usize,
    pub(super) stack_pointer: usize,
    /// For the register that the architecture's context file names: `r12`, `edi`, `x20`.
    pub(super) landing: usize,
}

impl Landing {
    /// Whether there is a call in progress to come back from.
    pub(super) fn in_progress(&self) -> bool {
        self.stack_pointer != 0
    }

    /// The stack pointer of [`enter`]'s caller: what is called lies below.
    pub(super) fn stack_pointer(&self) -> usize {
        self.stack_pointer
    }

    /// Takes the way back, which can be gone once.
    pub(super) fn way_back(&mut self) -> WayBack {
        let landing = &raw mut *self as usize;
        WayBack {
            program_counter: self.program_counter,
            stack_pointer: std::mem::take(&mut self.stack_pointer),
            landing,
        }
    }
}
