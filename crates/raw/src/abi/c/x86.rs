//! The C convention of 32-bit x86, `cdecl`: every argument on the stack, whole numbers back in `edx:eax`, floats in
//! `st(0)`. <https://gitlab.com/x86-psABIs/i386-ABI>, section 2.2.

use std::{arch::naked_asm, mem::offset_of};

use crate::{
    abi::{
        Enter,
        saving::{keep_registers, restore_registers_and_return},
    },
    frame::{Convention, STACK_LEN, Slots},
};

pub(in crate::abi) const CONVENTION: Convention = Convention {
    integers: 0,
    floats: 0,
    counted_together: false,
    packed: false,
    results_on_stack: false,
};

pub(in crate::abi) const ENTER: Enter = enter;

/// See [`Enter`].
#[unsafe(naked)]
unsafe extern "C" fn enter(frame: *mut Slots, address: usize, words: usize) {
    naked_asm!(
        keep_registers!(),
        "mov ecx, [ebp + 16]",
        "mov esi, [ebp + 8]",
        "mov edx, [ebp + 12]",
        "sub esp, {stack_len} + 12",
        "mov [esp + {stack_len}], esi",
        "test ecx, ecx",
        "jz 3f",
        "2:",
        "mov eax, [esi + ecx * 4 + {stack} - 4]",
        "mov [esp + ecx * 4 - 4], eax",
        "dec ecx",
        "jnz 2b",
        "3:",
        "call edx",
        "mov ecx, [esp + {stack_len}]",
        "mov [ecx + {integers}], eax",
        "mov [ecx + {integers} + 4], edx",
        // Only a function that returns a float leaves something in `st(0)`, which must be taken out.
        "cmp dword ptr [ecx + {returns_float}], 4",
        "jb 5f",
        "je 4f",
        "fstp qword ptr [ecx + {floats}]",
        "jmp 5f",
        "4:",
        "fstp dword ptr [ecx + {floats}]",
        "5:",
        "add esp, {stack_len} + 12",
        restore_registers_and_return!(),
        stack_len = const STACK_LEN,
        integers = const offset_of!(Slots, integers),
        floats = const offset_of!(Slots, floats),
        stack = const offset_of!(Slots, stack),
        returns_float = const offset_of!(Slots, returns_float),
    )
}
