//! Trampolines: functions made at run time that call one function with one argument more. They are
//! what makes a closure a C function.

use jitney_memory::{Block, Code};

use crate::arch;
use crate::error::Error;

/// A C function that goes on to another one, to which it passes its own arguments and, after them, an
/// address.
///
/// Integers and pointers are passed in registers, as far as these go; a trampoline takes the next of
/// these for the address. So it is for functions whose arguments are all in registers.
#[derive(Debug)]
pub struct Trampoline {
    code: Code,
}

impl Trampoline {
    /// The most integer and pointer arguments that such a function may have.
    pub const MOST_INTEGERS: usize = arch::INTEGER_REGISTERS - 1;

    /// A trampoline to the function at `entry` that passes `data` after `integers` arguments that are
    /// integers or pointers. Floating point arguments do not count.
    ///
    /// # Errors
    /// When there is no memory.
    ///
    /// # Panics
    /// When `integers` is above [`Trampoline::MOST_INTEGERS`].
    pub fn new(entry: usize, data: usize, integers: usize) -> Result<Trampoline, Error> {
        let bytes = arch::trampoline(data as u64, integers, entry as u64);
        let mut block = Block::new(bytes.len())?;
        block.as_mut_slice()[..bytes.len()].copy_from_slice(&bytes);
        let code = block.seal().map_err(jitney_memory::Error::from)?;
        Ok(Trampoline { code })
    }

    /// The function's address, good as long as the trampoline lives.
    pub fn address(&self) -> usize {
        self.code.address()
    }
}
