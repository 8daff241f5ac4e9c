//! The two C conventions of x86-64. Both run on every system: which one is *the* C convention differs.
//!
//! - System V: <https://gitlab.com/x86-psABIs/x86-64-ABI>, section 3.2.
//! - Windows: <https://learn.microsoft.com/cpp/build/x64-calling-convention>.

use std::{arch::naked_asm, mem::offset_of};

use crate::{
    abi::{
        Enter,
        saving::{keep_registers, restore_registers_and_return},
    },
    frame::{Convention, STACK_LEN, Slots},
};

pub(in crate::abi) const SYSV64: Convention = Convention {
    integers: 6,
    floats: 8,
    counted_together: false,
    packed: false,
    results_on_stack: false,
};

pub(in crate::abi) const WIN64: Convention = Convention {
    integers: 4,
    floats: 4,
    counted_together: true,
    packed: false,
    results_on_stack: false,
};

#[cfg(not(windows))]
pub(in crate::abi) const CONVENTION: Convention = SYSV64;
#[cfg(not(windows))]
pub(in crate::abi) const ENTER: Enter = enter_sysv64;

#[cfg(windows)]
pub(in crate::abi) const CONVENTION: Convention = WIN64;
#[cfg(windows)]
pub(in crate::abi) const ENTER: Enter = enter_win64;

/// Where a Windows function may store its four register arguments, below those on the stack.
const HOME_SPACE: usize = 32;

/// See [`Enter`].
#[unsafe(naked)]
pub(in crate::abi) unsafe extern "sysv64" fn enter_sysv64(
    frame: *mut Slots,
    address: usize,
    words: usize,
) {
    naked_asm!(
        keep_registers!(),
        "push rdi",
        "sub rsp, {room}",
        "mov r10, rdi",
        "mov r11, rsi",
        "test rdx, rdx",
        "jz 3f",
        "2:",
        "mov rax, [r10 + rdx * 8 + {stack} - 8]",
        "mov [rsp + rdx * 8 - 8], rax",
        "dec rdx",
        "jnz 2b",
        "3:",
        "movsd xmm0, [r10 + {floats}]",
        "movsd xmm1, [r10 + {floats} + 8]",
        "movsd xmm2, [r10 + {floats} + 16]",
        "movsd xmm3, [r10 + {floats} + 24]",
        "movsd xmm4, [r10 + {floats} + 32]",
        "movsd xmm5, [r10 + {floats} + 40]",
        "movsd xmm6, [r10 + {floats} + 48]",
        "movsd xmm7, [r10 + {floats} + 56]",
        "mov rdi, [r10 + {integers}]",
        "mov rsi, [r10 + {integers} + 8]",
        "mov rdx, [r10 + {integers} + 16]",
        "mov rcx, [r10 + {integers} + 24]",
        "mov r8, [r10 + {integers} + 32]",
        "mov r9, [r10 + {integers} + 40]",
        // A variadic function asks how many vector registers hold arguments: no more than these.
        "mov eax, 8",
        "call r11",
        "mov rcx, [rsp + {room}]",
        "mov [rcx + {integers}], rax",
        "mov [rcx + {integers} + 8], rdx",
        "movsd [rcx + {floats}], xmm0",
        "movsd [rcx + {floats} + 8], xmm1",
        "add rsp, {room} + 8",
        restore_registers_and_return!(),
        room = const STACK_LEN,
        integers = const offset_of!(Slots, integers),
        floats = const offset_of!(Slots, floats),
        stack = const offset_of!(Slots, stack),
    )
}

/// See [`Enter`].
#[unsafe(naked)]
pub(in crate::abi) unsafe extern "sysv64" fn enter_win64(
    frame: *mut Slots,
    address: usize,
    words: usize,
) {
    naked_asm!(
        keep_registers!(),
        "push rdi",
        "sub rsp, {room}",
        "mov r10, rdi",
        "mov r11, rsi",
        "test rdx, rdx",
        "jz 3f",
        "2:",
        "mov rax, [r10 + rdx * 8 + {stack} - 8]",
        "mov [rsp + rdx * 8 + {home} - 8], rax",
        "dec rdx",
        "jnz 2b",
        "3:",
        "movsd xmm0, [r10 + {floats}]",
        "movsd xmm1, [r10 + {floats} + 8]",
        "movsd xmm2, [r10 + {floats} + 16]",
        "movsd xmm3, [r10 + {floats} + 24]",
        "mov rcx, [r10 + {integers}]",
        "mov rdx, [r10 + {integers} + 8]",
        "mov r8, [r10 + {integers} + 16]",
        "mov r9, [r10 + {integers} + 24]",
        "call r11",
        "mov rcx, [rsp + {room}]",
        "mov [rcx + {integers}], rax",
        "movsd [rcx + {floats}], xmm0",
        "add rsp, {room} + 8",
        restore_registers_and_return!(),
        room = const HOME_SPACE + STACK_LEN,
        home = const HOME_SPACE,
        integers = const offset_of!(Slots, integers),
        floats = const offset_of!(Slots, floats),
        stack = const offset_of!(Slots, stack),
    )
}
