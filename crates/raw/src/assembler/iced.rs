//! The assembler of the crate `iced-x86`: instructions as checked method calls, for code that knows what it wants to say
//! before it runs.

pub use iced_x86;
use iced_x86::code_asm::CodeAssembler;

use super::Error;

/// The bytes of what was assembled, good at this address.
///
/// They are good elsewhere too if all that they refer to are their own labels.
///
/// # Errors
/// [`Error::Iced`], where a label is missing or an instruction cannot be encoded.
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
