//! Calling conventions: which register or place on the stack each argument goes to, and the few instructions that put
//! it there. A convention on a processor is one file; [`Frame`](crate::frame::Frame) is what all of them read and write.

mod c;
pub mod go;
mod saving;

use crate::frame::{Convention, Slots};

/// How a piece of machine code takes its arguments and gives back its results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Abi {
    /// The C convention of this system: what `extern "C"` means here.
    #[default]
    C,
    /// The C convention of x86-64 systems other than Windows, on any system.
    #[cfg(target_arch = "x86_64")]
    Sysv64,
    /// The C convention of x86-64 Windows, on any system.
    #[cfg(target_arch = "x86_64")]
    Win64,
    /// The Go compiler's own: registers on 64-bit processors, the stack on 32-bit ones.
    Go,
}

impl Abi {
    /// Where this convention puts arguments and results.
    #[inline]
    pub(crate) const fn convention(self) -> Convention {
        match self {
            Abi::C => c::CONVENTION,
            #[cfg(target_arch = "x86_64")]
            Abi::Sysv64 => c::SYSV64,
            #[cfg(target_arch = "x86_64")]
            Abi::Win64 => c::WIN64,
            Abi::Go => go::CONVENTION,
        }
    }

    /// The instructions that enter code of this convention with a frame.
    #[inline]
    pub(crate) const fn enter(self) -> Enter {
        match self {
            Abi::C => c::ENTER,
            #[cfg(target_arch = "x86_64")]
            Abi::Sysv64 => c::enter_sysv64,
            #[cfg(target_arch = "x86_64")]
            Abi::Win64 => c::enter_win64,
            Abi::Go => go::enter,
        }
    }
}

/// Loads the registers from `frame`, copies the first `words` words of its stack, calls `address`, and stores the
/// results in `frame`. Every register that a Rust caller expects to find again is kept here, whatever the code does to
/// it, except for the stack pointer.
///
/// Windows programs on x86-64 call it by the other convention too: the compiler then keeps what that one spoils.
#[cfg(target_arch = "x86_64")]
pub(crate) type Enter = unsafe extern "sysv64" fn(frame: *mut Slots, address: usize, words: usize);
/// See the one for x86-64.
#[cfg(not(target_arch = "x86_64"))]
pub(crate) type Enter = unsafe extern "C" fn(frame: *mut Slots, address: usize, words: usize);
