//! What a frame consists of, without the promise that all of it has contents: a call that is made at once, by whoever
//! laid it out, need not write the 576 bytes of which most calls use a few.

use std::mem::MaybeUninit;

use super::{Frame, Layout, REGISTERS, ResultLayout, STACK_LEN};
use crate::{
    abi::Abi,
    arguments::{Arguments, Results},
};

/// The places of a [`Frame`], in the same order. Laying a call out writes what the code takes, and the call writes what
/// is read back; the rest is whatever was there.
#[repr(C)]
pub(crate) struct Slots {
    /// How many bytes of the stack are used.
    pub(crate) stack_len: u32,
    /// Where results on the stack begin.
    pub(crate) results: u32,
    /// Not 0 where there are floats in registers among the arguments.
    pub(crate) takes_floats: u32,
    /// Not 0 where a float is returned: its size. 32-bit x86 leaves it in a place that must then be emptied.
    pub(crate) returns_float: u32,
    /// What goes into the registers for whole numbers in the convention's order, then what came back.
    pub(crate) integers: [MaybeUninit<u64>; REGISTERS],
    /// The same for floats, as bits; an `f32` is in the lower half.
    pub(crate) floats: [MaybeUninit<u64>; REGISTERS],
    /// What goes on the stack, from the address that the stack pointer has before the call upwards.
    pub(crate) stack: [MaybeUninit<u8>; STACK_LEN],
}

const _: () = assert!(size_of::<Slots>() == size_of::<Frame>());

impl Slots {
    /// Without a call.
    #[inline]
    pub(crate) fn new() -> Slots {
        Slots {
            stack_len: 0,
            results: 0,
            takes_floats: 0,
            returns_float: 0,
            integers: [MaybeUninit::uninit(); REGISTERS],
            floats: [MaybeUninit::uninit(); REGISTERS],
            stack: [MaybeUninit::uninit(); STACK_LEN],
        }
    }

    /// See [`Frame::new`].
    #[inline]
    pub(crate) fn lay_out<A: Arguments, R: Results>(&mut self, abi: Abi, arguments: A) {
        let mut layout = Layout::new(abi.convention(), self);
        arguments.lay_out(&mut layout);
        layout.finish(R::VALUES);
    }

    /// See [`Frame::call`].
    ///
    /// # Safety
    /// As there.
    #[inline]
    pub(crate) unsafe fn call(&mut self, address: usize, abi: Abi) {
        let len = (self.stack_len as usize).min(STACK_LEN);
        let enter = abi.enter();
        // SAFETY: the places are writable and at most the whole stack is copied; the caller vouches for the code.
        unsafe { enter(self, address, len.div_ceil(size_of::<usize>())) }
    }

    /// See [`Frame::returned`].
    ///
    /// # Safety
    /// A call with a result of this type has been laid out for this `abi` and made, or all places have contents.
    #[inline]
    pub(crate) unsafe fn results<R: Results>(&self, abi: Abi) -> R {
        // SAFETY: as promised by the caller.
        R::read(&mut unsafe { ResultLayout::new(abi.convention(), self) })
    }
}
