//! One call of machine code laid out in plain memory: what goes into each argument register and on the stack, and
//! afterwards what came out. Arguments of a type known only at run time, calls in another process and Go's convention
//! go through it; code of a C convention whose types are known needs none, the compiler makes the call itself.

mod convention;
mod scalar;
mod slots;

use crate::{
    abi::Abi,
    arguments::{Arguments, Returned},
};

pub(crate) use convention::{Convention, Layout, ResultLayout};
pub use scalar::Kind;
pub(crate) use scalar::Scalar;
pub(crate) use slots::Slots;

/// Registers of each sort that a frame has room for: as many as Go uses on 64-bit ARM.
const REGISTERS: usize = 16;

/// Bytes of stack that a frame has room for. Twelve slices and six slices back, in Go's convention with nine registers,
/// are the most: 27 words of arguments and 9 of results. It is a multiple of 16, the alignment of a stack.
pub(crate) const STACK_LEN: usize = 320;

/// One call, laid out for a convention.
///
/// Plain bytes without pointers to itself: it may be copied into memory that another process shares, called there, and
/// read back. Whatever it then holds, reading results from it is sound.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Frame {
    // The fields are explained, and used, as those of `Slots`.
    pub(crate) stack_len: u32,
    pub(crate) results: u32,
    pub(crate) takes_floats: u32,
    pub(crate) returns_float: u32,
    pub(crate) integers: [u64; REGISTERS],
    pub(crate) floats: [u64; REGISTERS],
    pub(crate) stack: [u8; STACK_LEN],
}

impl Frame {
    /// Lays out a call with these arguments, and a result of type `R`.
    ///
    /// Registers without an argument are 0.
    #[inline]
    pub fn new<A: Arguments, R: Returned>(abi: Abi, arguments: A) -> Frame {
        let mut frame = Frame::empty();
        frame.slots_mut().lay_out::<A, R>(abi, arguments);
        frame
    }

    /// Calls the code at `address` with what is laid out here, and replaces it by what came back.
    ///
    /// It uses no thread-local, allocates nothing and does not panic. The registers of the caller are safe from the
    /// code; the stack pointer is not.
    ///
    /// # Safety
    /// The code at `address` is called with these arguments by `abi`: it must be code for that, and what it does is
    /// the caller's to answer for.
    #[inline]
    pub unsafe fn call(&mut self, address: usize, abi: Abi) {
        // SAFETY: as promised by the caller.
        unsafe { self.slots_mut().call(address, abi) }
    }

    /// What came back from a call that was laid out for this `abi` and this type.
    #[inline]
    pub fn returned<R: Returned>(&self, abi: Abi) -> R {
        // SAFETY: all places have contents.
        unsafe { self.slots().results(abi) }
    }

    #[inline]
    pub(crate) fn empty() -> Frame {
        Frame {
            stack_len: 0,
            results: 0,
            takes_floats: 0,
            returns_float: 0,
            integers: [0; REGISTERS],
            floats: [0; REGISTERS],
            stack: [0; STACK_LEN],
        }
    }

    #[inline]
    pub(crate) fn slots(&self) -> &Slots {
        // SAFETY: it has the same fields in the same order, with less said of them.
        unsafe { &*std::ptr::from_ref(self).cast() }
    }

    #[inline]
    pub(crate) fn slots_mut(&mut self) -> &mut Slots {
        // SAFETY: as above; and nothing takes contents away.
        unsafe { &mut *std::ptr::from_mut(self).cast() }
    }
}
