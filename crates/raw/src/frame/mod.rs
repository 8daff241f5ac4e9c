//! One call of machine code laid out in plain memory: what goes into each argument register and on the stack, and
//! afterwards what came out. Arguments of a type known only at run time, calls in another process and Go's convention
//! go through it; code of a C convention whose types are known needs none, the compiler makes the call itself.

mod convention;
mod scalar;

use crate::{
    abi::Abi,
    arguments::{Arguments, Results, Returned},
};

pub(crate) use convention::{Convention, Layout, ResultLayout};
pub use scalar::Kind;
pub(crate) use scalar::Scalar;

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
    /// What goes into the registers for whole numbers in the convention's order, then what came back.
    pub(crate) integers: [u64; REGISTERS],
    /// The same for floats, as bits; an `f32` is in the lower half.
    pub(crate) floats: [u64; REGISTERS],
    /// What goes on the stack, from the address that the stack pointer has before the call upwards.
    pub(crate) stack: [u8; STACK_LEN],
    /// How many bytes of it are used.
    pub(crate) stack_len: u32,
    /// Where results on the stack begin.
    pub(crate) results: u32,
    /// The size of a float that is returned, or 0: 32-bit x86 leaves it in a place that must then be emptied.
    pub(crate) returns_float: u32,
    /// Fills the last word.
    unused: u32,
}

impl Frame {
    /// Lays out a call with these arguments, and a result of type `R`.
    ///
    /// Registers without an argument are 0.
    #[inline]
    pub fn new<A: Arguments, R: Returned>(abi: Abi, arguments: A) -> Frame {
        Frame::lay_out::<A, R>(abi, arguments)
    }

    /// What came back from a call that was laid out for this `abi` and this type.
    #[inline]
    pub fn returned<R: Returned>(&self, abi: Abi) -> R {
        self.results(abi)
    }

    /// [`Frame::new`], for conventions that know more than one result too.
    #[inline]
    pub(crate) fn lay_out<A: Arguments, R: Results>(abi: Abi, arguments: A) -> Frame {
        let mut frame = Frame::empty();
        let mut layout = Layout::new(abi.convention(), &mut frame);
        arguments.lay_out(&mut layout);
        layout.finish(R::VALUES);
        frame
    }

    #[inline]
    pub(crate) fn empty() -> Frame {
        Frame {
            integers: [0; REGISTERS],
            floats: [0; REGISTERS],
            stack: [0; STACK_LEN],
            stack_len: 0,
            results: 0,
            returns_float: 0,
            unused: 0,
        }
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
        let len = (self.stack_len as usize).min(STACK_LEN);
        let enter = abi.enter();
        // SAFETY: the frame is writable and at most its whole stack is copied; the caller vouches for the code.
        unsafe { enter(self, address, len.div_ceil(size_of::<usize>())) }
    }

    /// [`Frame::returned`], for conventions that know more than one result too.
    #[inline]
    pub(crate) fn results<R: Results>(&self, abi: Abi) -> R {
        R::read(&mut ResultLayout::new(abi.convention(), self))
    }
}
