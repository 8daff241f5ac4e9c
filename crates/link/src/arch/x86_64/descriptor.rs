//! The function that thread-local descriptors call (`-mtls-dialect=gnu2`).
//!
//! It is called with the descriptor's address in `%rax` and returns there the variable's offset from
//! the thread pointer. It may change no other register, the vector ones included, which compiled
//! code could not promise: see `load_descriptor` in the neighbouring file for the source.

use std::arch::naked_asm;
use std::arch::x86_64::{__cpuid, __cpuid_count};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::tls::get_address;

/// How the vector registers are saved: the size of the area, 0 before it is known.
static SAVE_AREA: AtomicU64 = AtomicU64::new(0);

/// The bytes that `xsave` writes for all states that are switched on, or those of `fxsave` with the
/// lowest bit set on a processor without it. Intel SDM volume 1, chapter 13.
fn save_area() -> u64 {
    const OSXSAVE: u32 = 1 << 27;
    const FXSAVE: u64 = 512;
    if __cpuid(1).ecx & OSXSAVE == 0 {
        return FXSAVE | 1;
    }
    u64::from(__cpuid_count(0xd, 0).ebx).next_multiple_of(64)
}

/// The address that goes into descriptors.
pub(crate) fn find_thread_local() -> u64 {
    SAVE_AREA.store(save_area(), Ordering::Relaxed);
    resolve as *const () as u64
}

/// Called by compiled code alone. The descriptor's second and third words are what `__tls_get_addr`
/// takes.
#[unsafe(naked)]
unsafe extern "C" fn resolve() {
    naked_asm!(
        "push rbx",
        "mov rbx, rsp",
        "push rax",
        "push rcx",
        "push rdx",
        "push rsi",
        "push rdi",
        "push r8",
        "push r9",
        "push r10",
        "push r11",
        "and rsp, -64",
        "mov rax, [rip + {area}]",
        "test al, 1",
        "jnz 2f",
        "sub rsp, rax",
        // The header of the area has to be zero.
        "xor eax, eax",
        "mov [rsp + 512], rax",
        "mov [rsp + 520], rax",
        "mov [rsp + 528], rax",
        "mov [rsp + 536], rax",
        "mov [rsp + 544], rax",
        "mov [rsp + 552], rax",
        "mov [rsp + 560], rax",
        "mov [rsp + 568], rax",
        "mov eax, -1",
        "mov edx, -1",
        "xsave64 [rsp]",
        "mov rdi, [rbx - 8]",
        "add rdi, 8",
        "call {get_address}",
        "mov rcx, rax",
        "mov eax, -1",
        "mov edx, -1",
        "xrstor64 [rsp]",
        "jmp 3f",
        "2:",
        "sub rsp, 512",
        "fxsave64 [rsp]",
        "mov rdi, [rbx - 8]",
        "add rdi, 8",
        "call {get_address}",
        "mov rcx, rax",
        "fxrstor64 [rsp]",
        "3:",
        "mov rax, rcx",
        "sub rax, fs:0",
        "lea rsp, [rbx - 72]",
        "pop r11",
        "pop r10",
        "pop r9",
        "pop r8",
        "pop rdi",
        "pop rsi",
        "pop rdx",
        "pop rcx",
        "mov rsp, rbx",
        "pop rbx",
        "ret",
        area = sym SAVE_AREA,
        get_address = sym get_address,
    )
}
