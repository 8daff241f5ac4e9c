//! Go on x86-64: nine registers for whole numbers, fifteen for floats.

use std::{arch::naked_asm, mem::offset_of};

use super::DUMMY_G;
use crate::{
    abi::saving::{keep_registers, restore_registers_and_return},
    frame::{Convention, Frame, STACK_LEN},
};

pub(in crate::abi) static CONVENTION: Convention = Convention {
    integers: 9,
    floats: 15,
    counted_together: false,
    packed: true,
    results_on_stack: true,
};

/// Room above the arguments and results, in which the function called may keep what it got in registers.
const SPILL_SPACE: usize = (9 + 15) * 8;

/// See [`Enter`](crate::abi::Enter).
#[unsafe(naked)]
pub(in crate::abi) unsafe extern "sysv64" fn enter(
    frame: *mut Frame,
    address: usize,
    words: usize,
) {
    naked_asm!(
        keep_registers!(),
        "push rdx",
        "push rdi",
        "sub rsp, {room}",
        "mov r12, rdi",
        "mov r13, rsi",
        "test rdx, rdx",
        "jz 3f",
        "2:",
        "mov rax, [r12 + rdx * 8 + {stack} - 8]",
        "mov [rsp + rdx * 8 - 8], rax",
        "dec rdx",
        "jnz 2b",
        "3:",
        "movsd xmm0, [r12 + {floats}]",
        "movsd xmm1, [r12 + {floats} + 8]",
        "movsd xmm2, [r12 + {floats} + 16]",
        "movsd xmm3, [r12 + {floats} + 24]",
        "movsd xmm4, [r12 + {floats} + 32]",
        "movsd xmm5, [r12 + {floats} + 40]",
        "movsd xmm6, [r12 + {floats} + 48]",
        "movsd xmm7, [r12 + {floats} + 56]",
        "movsd xmm8, [r12 + {floats} + 64]",
        "movsd xmm9, [r12 + {floats} + 72]",
        "movsd xmm10, [r12 + {floats} + 80]",
        "movsd xmm11, [r12 + {floats} + 88]",
        "movsd xmm12, [r12 + {floats} + 96]",
        "movsd xmm13, [r12 + {floats} + 104]",
        "movsd xmm14, [r12 + {floats} + 112]",
        "xorps xmm15, xmm15",
        "mov rax, [r12 + {integers}]",
        "mov rbx, [r12 + {integers} + 8]",
        "mov rcx, [r12 + {integers} + 16]",
        "mov rdi, [r12 + {integers} + 24]",
        "mov rsi, [r12 + {integers} + 32]",
        "mov r8, [r12 + {integers} + 40]",
        "mov r9, [r12 + {integers} + 48]",
        "mov r10, [r12 + {integers} + 56]",
        "mov r11, [r12 + {integers} + 64]",
        // The closure that is called: none.
        "xor edx, edx",
        "lea r14, [rip + {dummy_g}]",
        "call r13",
        "mov r12, [rsp + {room}]",
        "mov [r12 + {integers}], rax",
        "mov [r12 + {integers} + 8], rbx",
        "mov [r12 + {integers} + 16], rcx",
        "mov [r12 + {integers} + 24], rdi",
        "mov [r12 + {integers} + 32], rsi",
        "mov [r12 + {integers} + 40], r8",
        "mov [r12 + {integers} + 48], r9",
        "mov [r12 + {integers} + 56], r10",
        "mov [r12 + {integers} + 64], r11",
        "movsd [r12 + {floats}], xmm0",
        "movsd [r12 + {floats} + 8], xmm1",
        "movsd [r12 + {floats} + 16], xmm2",
        "movsd [r12 + {floats} + 24], xmm3",
        "movsd [r12 + {floats} + 32], xmm4",
        "movsd [r12 + {floats} + 40], xmm5",
        "movsd [r12 + {floats} + 48], xmm6",
        "movsd [r12 + {floats} + 56], xmm7",
        "movsd [r12 + {floats} + 64], xmm8",
        "movsd [r12 + {floats} + 72], xmm9",
        "movsd [r12 + {floats} + 80], xmm10",
        "movsd [r12 + {floats} + 88], xmm11",
        "movsd [r12 + {floats} + 96], xmm12",
        "movsd [r12 + {floats} + 104], xmm13",
        "movsd [r12 + {floats} + 112], xmm14",
        "mov rdx, [rsp + {room} + 8]",
        "test rdx, rdx",
        "jz 5f",
        "4:",
        "mov rax, [rsp + rdx * 8 - 8]",
        "mov [r12 + rdx * 8 + {stack} - 8], rax",
        "dec rdx",
        "jnz 4b",
        "5:",
        "add rsp, {room} + 16",
        restore_registers_and_return!(),
        // Eight bytes more than a multiple of 16: so far from one is the stack at that point.
        room = const STACK_LEN + SPILL_SPACE + 8,
        integers = const offset_of!(Frame, integers),
        floats = const offset_of!(Frame, floats),
        stack = const offset_of!(Frame, stack),
        dummy_g = sym DUMMY_G,
    )
}
