//! The code that is evaluated, and how it wants to be called.

use crate::Abi;

/// A piece of machine code to be evaluated: its bytes, where in them it starts, and its calling convention.
///
/// Bytes by themselves are code of the C convention that starts at the first of them.
///
/// ```
/// use jitney_raw::{Abi, isolate::Code};
///
/// let bytes = [0x48, 0xff, 0xc0, 0xc3]; // inc rax; ret
/// let code = Code::new(&bytes).abi(Abi::Go);
/// # let _ = code;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Code<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) abi: Abi,
    pub(super) offset: usize,
}

impl<'a> Code<'a> {
    /// Code of the C convention, from the first byte on.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Code<'a> {
        Code {
            bytes,
            abi: Abi::C,
            offset: 0,
        }
    }

    /// Calls it by another convention.
    #[must_use]
    pub const fn abi(self, abi: Abi) -> Code<'a> {
        Code { abi, ..self }
    }

    /// Starts it at another byte.
    #[must_use]
    pub const fn offset(self, offset: usize) -> Code<'a> {
        Code { offset, ..self }
    }
}

impl<'a> From<&'a [u8]> for Code<'a> {
    fn from(bytes: &'a [u8]) -> Code<'a> {
        Code::new(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Code<'a> {
    fn from(bytes: &'a [u8; N]) -> Code<'a> {
        Code::new(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for Code<'a> {
    fn from(bytes: &'a Vec<u8>) -> Code<'a> {
        Code::new(bytes)
    }
}
