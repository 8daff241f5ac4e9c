//! The C convention of 64-bit ARM: <https://github.com/ARM-software/abi-aa/blob/main/aapcs64/aapcs64.rst>, and
//! Apple's, which packs arguments on the stack:
//! <https://developer.apple.com/documentation/xcode/writing-arm64-code-for-apple-platforms>.

use std::{arch::naked_asm, mem::offset_of};

use crate::{
    abi::{
        Enter,
        saving::{keep_registers, restore_registers_and_return},
    },
    frame::{Convention, STACK_LEN, Slots},
};

pub(in crate::abi) const CONVENTION: Convention = Convention {
    integers: 8,
    floats: 8,
    counted_together: false,
    packed: cfg!(target_vendor = "apple"),
    results_on_stack: false,
};

pub(in crate::abi) const ENTER: Enter = enter;

/// See [`Enter`].
#[unsafe(naked)]
unsafe extern "C" fn enter(frame: *mut Slots, address: usize, words: usize) {
    naked_asm!(
        keep_registers!(),
        "str x0, [sp, #160]",
        "sub sp, sp, #{stack_len}",
        "mov x9, x0",
        "mov x10, x1",
        "add x11, x9, #{stack}",
        "cbz x2, 3f",
        "2:",
        "sub x2, x2, #1",
        "ldr x12, [x11, x2, lsl #3]",
        "str x12, [sp, x2, lsl #3]",
        "cbnz x2, 2b",
        "3:",
        "add x11, x9, #{floats}",
        "ldp d0, d1, [x11]",
        "ldp d2, d3, [x11, #16]",
        "ldp d4, d5, [x11, #32]",
        "ldp d6, d7, [x11, #48]",
        "add x11, x9, #{integers}",
        "ldp x0, x1, [x11]",
        "ldp x2, x3, [x11, #16]",
        "ldp x4, x5, [x11, #32]",
        "ldp x6, x7, [x11, #48]",
        "blr x10",
        "add sp, sp, #{stack_len}",
        "ldr x9, [sp, #160]",
        "add x11, x9, #{integers}",
        "stp x0, x1, [x11]",
        "add x11, x9, #{floats}",
        "stp d0, d1, [x11]",
        "stp d2, d3, [x11, #16]",
        restore_registers_and_return!(),
        stack_len = const STACK_LEN,
        integers = const offset_of!(Slots, integers),
        floats = const offset_of!(Slots, floats),
        stack = const offset_of!(Slots, stack),
    )
}
