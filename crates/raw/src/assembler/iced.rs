//! The assembler of the crate `iced-x86`: instructions as checked method calls, for code that knows what it wants to say
//! before it runs.

pub use iced_x86;
use iced_x86::code_asm::CodeAssembler;
use jitney_memory::{Heap, Installed};

use super::Error;

/// The bytes of what was assembled, good at this address.
///
/// They are good elsewhere too if all that they refer to are their own labels.
///
/// # Errors
/// [`Error::Iced`], for what `iced-x86` finds wrong: an instruction that cannot be encoded, a label at the end of the code. It
/// does not find a label that is jumped to and set nowhere.
///
/// # Example
/// ```
/// use jitney_raw::assembler::iced::{bytes_at, iced_x86::code_asm::*};
///
/// let mut code = CodeAssembler::new(64)?;
/// code.lea(rax, rdi + 1)?;
/// code.ret()?;
/// assert_eq!(bytes_at(&mut code, 0)?, [0x48, 0x8d, 0x47, 0x01, 0xc3]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn bytes_at(code: &mut CodeAssembler, address: usize) -> Result<Vec<u8>, Error> {
    code.assemble(address as u64).map_err(Error::Iced)
}

/// Puts what was assembled into executable memory.
///
/// # Errors
/// [`Error::Iced`], as for [`bytes_at`], and [`Error::Memory`].
pub fn install(code: &mut CodeAssembler, heap: &Heap) -> Result<Installed, Error> {
    // How long it is can depend on where it is: instructions that refer to other code are longer far away from it. Where
    // the heap puts the first bytes is near enough to where it puts all.
    let first = heap.install(&[0])?.address();
    let mut len = bytes_at(code, first)?.len();
    loop {
        let mut outcome = Ok(0);
        let installed = heap.install_with(len, |room, address| {
            outcome = bytes_at(code, address).map(|bytes| {
                let fit = room.len().min(bytes.len());
                room[..fit].copy_from_slice(&bytes[..fit]);
                bytes.len()
            });
        })?;
        match outcome? {
            needed if needed > len => len = needed,
            _ => return Ok(installed),
        }
    }
}
