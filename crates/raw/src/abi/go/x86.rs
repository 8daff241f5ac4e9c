//! Go on 32-bit x86: its older convention, with arguments and results on the stack, one after the other.
//!
//! Functions that check their stack ask a thread-local of Go's for its bound, which is not here: only those that the
//! Go compiler marks `NOSPLIT`, as it does with small ones, run.

use std::{arch::naked_asm, mem::offset_of};

use crate::{
    abi::saving::{keep_registers, restore_registers_and_return},
    frame::{Convention, STACK_LEN, Slots},
};

pub(in crate::abi) const CONVENTION: Convention = Convention {
    integers: 0,
    floats: 0,
    counted_together: false,
    packed: true,
    results_on_stack: true,
};

/// See [`Enter`](crate::abi::Enter).
#[unsafe(naked)]
pub(in crate::abi) unsafe extern "C" fn enter(frame: *mut Slots, address: usize, words: usize) {
    naked_asm!(
        keep_registers!(),
        "mov ecx, [ebp + 16]",
        "mov esi, [ebp + 8]",
        "mov edx, [ebp + 12]",
        "sub esp, {stack_len} + 12",
        "mov [esp + {stack_len}], esi",
        "mov [esp + {stack_len} + 4], ecx",
        "test ecx, ecx",
        "jz 3f",
        "2:",
        "mov eax, [esi + ecx * 4 + {stack} - 4]",
        "mov [esp + ecx * 4 - 4], eax",
        "dec ecx",
        "jnz 2b",
        "3:",
        "mov eax, edx",
        // The closure that is called: none.
        "xor edx, edx",
        "call eax",
        "mov esi, [esp + {stack_len}]",
        "mov ecx, [esp + {stack_len} + 4]",
        "test ecx, ecx",
        "jz 5f",
        "4:",
        "mov eax, [esp + ecx * 4 - 4]",
        "mov [esi + ecx * 4 + {stack} - 4], eax",
        "dec ecx",
        "jnz 4b",
        "5:",
        "add esp, {stack_len} + 12",
        restore_registers_and_return!(),
        stack_len = const STACK_LEN,
        stack = const offset_of!(Slots, stack),
    )
}
