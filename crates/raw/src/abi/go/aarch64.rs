//! Go on 64-bit ARM: sixteen registers for whole numbers, sixteen for floats.

use std::{arch::naked_asm, mem::offset_of};

use super::DUMMY_G;
use crate::{
    abi::saving::{keep_registers, restore_registers_and_return},
    frame::{Convention, STACK_LEN, Slots},
};

pub(in crate::abi) const CONVENTION: Convention = Convention {
    integers: 16,
    floats: 16,
    counted_together: false,
    packed: true,
    results_on_stack: true,
};

/// Room above the arguments and results, in which the function called may keep what it got in registers.
const SPILL_SPACE: usize = (16 + 16) * 8;

/// The word below the arguments is the place of the caller's own return address; another keeps the stack at a multiple
/// of 16.
const BELOW: usize = 8;
const ROOM: usize = BELOW + STACK_LEN + SPILL_SPACE + 8;

/// See [`Enter`](crate::abi::Enter).
#[unsafe(naked)]
pub(in crate::abi) unsafe extern "C" fn enter(frame: *mut Slots, address: usize, words: usize) {
    naked_asm!(
        keep_registers!(),
        "stp x0, x2, [sp, #160]",
        "sub sp, sp, #{room}",
        "mov x19, x0",
        "mov x20, x1",
        "add x16, sp, #{below}",
        "add x17, x19, #{stack}",
        "cbz x2, 3f",
        "2:",
        "sub x2, x2, #1",
        "ldr x3, [x17, x2, lsl #3]",
        "str x3, [x16, x2, lsl #3]",
        "cbnz x2, 2b",
        "3:",
        "add x17, x19, #{floats}",
        "ldp d0, d1, [x17]",
        "ldp d2, d3, [x17, #16]",
        "ldp d4, d5, [x17, #32]",
        "ldp d6, d7, [x17, #48]",
        "ldp d8, d9, [x17, #64]",
        "ldp d10, d11, [x17, #80]",
        "ldp d12, d13, [x17, #96]",
        "ldp d14, d15, [x17, #112]",
        "add x17, x19, #{integers}",
        "ldp x0, x1, [x17]",
        "ldp x2, x3, [x17, #16]",
        "ldp x4, x5, [x17, #32]",
        "ldp x6, x7, [x17, #48]",
        "ldp x8, x9, [x17, #64]",
        "ldp x10, x11, [x17, #80]",
        "ldp x12, x13, [x17, #96]",
        "ldp x14, x15, [x17, #112]",
        // The closure that is called: none.
        "mov x26, xzr",
        address_of_dummy_g!(),
        "blr x20",
        "ldr x27, [sp, #{room} + 160]",
        "add x17, x27, #{integers}",
        "stp x0, x1, [x17]",
        "stp x2, x3, [x17, #16]",
        "stp x4, x5, [x17, #32]",
        "stp x6, x7, [x17, #48]",
        "stp x8, x9, [x17, #64]",
        "stp x10, x11, [x17, #80]",
        "stp x12, x13, [x17, #96]",
        "stp x14, x15, [x17, #112]",
        "add x17, x27, #{floats}",
        "stp d0, d1, [x17]",
        "stp d2, d3, [x17, #16]",
        "stp d4, d5, [x17, #32]",
        "stp d6, d7, [x17, #48]",
        "stp d8, d9, [x17, #64]",
        "stp d10, d11, [x17, #80]",
        "stp d12, d13, [x17, #96]",
        "stp d14, d15, [x17, #112]",
        "add x16, sp, #{below}",
        "add x17, x27, #{stack}",
        "ldr x2, [sp, #{room} + 168]",
        "cbz x2, 5f",
        "4:",
        "sub x2, x2, #1",
        "ldr x3, [x16, x2, lsl #3]",
        "str x3, [x17, x2, lsl #3]",
        "cbnz x2, 4b",
        "5:",
        "add sp, sp, #{room}",
        restore_registers_and_return!(),
        room = const ROOM,
        below = const BELOW,
        integers = const offset_of!(Slots, integers),
        floats = const offset_of!(Slots, floats),
        stack = const offset_of!(Slots, stack),
        dummy_g = sym DUMMY_G,
    )
}

/// How an assembler is told to form an address is the object format's.
#[cfg(not(target_vendor = "apple"))]
macro_rules! address_of_dummy_g {
    () => {
        "adrp x28, {dummy_g}
        add x28, x28, :lo12:{dummy_g}"
    };
}

#[cfg(target_vendor = "apple")]
macro_rules! address_of_dummy_g {
    () => {
        "adrp x28, {dummy_g}@PAGE
        add x28, x28, {dummy_g}@PAGEOFF"
    };
}

use address_of_dummy_g;
