//! 32-bit x86, the cdecl convention (<https://gitlab.com/x86-psABIs/i386-ABI>, section 2.2): callee-saved are `ebx`,
//! `ebp`, `esi`, `edi`, `esp`, the control bits of `mxcsr` and the x87 control word.

use std::arch::asm;
use std::ffi::c_void;
use std::mem::offset_of;

use super::Body;

/// Where guarded code is left for, filled in by [`enter`].
#[derive(Debug)]
#[repr(C)]
pub(in super::super) struct Landing {
    /// Zero while no call is in progress: set when all else is, cleared first.
    pub(super) stack_pointer: usize,
    pub(super) program_counter: usize,
    /// The two registers that the compiler keeps for itself.
    esi: usize,
    ebp: usize,
    vector_control: u32,
    x87_control: u16,
}

impl Landing {
    pub(in super::super) const fn new() -> Landing {
        Landing {
            stack_pointer: 0,
            program_counter: 0,
            esi: 0,
            ebp: 0,
            vector_control: 0,
            x87_control: 0,
        }
    }
}

/// Takes its arguments in registers: the stack pointer must be where unwinders think it is when something is called.
unsafe extern "fastcall" fn call(body: Body, data: *mut c_void) {
    // SAFETY: passed on to the caller.
    unsafe { body(data) }
}

/// Calls `body(data)`. False when it returned; true when it was left by `landing`'s way back.
///
/// The address to come back to is taken from a call: code may not hold addresses in itself.
///
/// # Safety
/// `body(data)` may be called, and may be left at any instruction at which somebody takes the way back: no frame in
/// between is cleaned up.
#[inline(always)]
pub(in super::super) unsafe fn enter(landing: *mut Landing, body: Body, data: *mut c_void) -> bool {
    let left: u32;
    // SAFETY: the caller's promise. All registers are declared to be lost, but for those that are put back here.
    unsafe {
        asm!(
            "mov [edi + {esi}], esi",
            "mov [edi + {ebp}], ebp",
            "stmxcsr [edi + {vector_control}]",
            "fnstcw [edi + {x87_control}]",
            "call 4f",
            // The way back, whose address this call has pushed.
            "mov esi, [edi + {esi}]",
            "mov ebp, [edi + {ebp}]",
            "fninit",
            "fldcw [edi + {x87_control}]",
            "ldmxcsr [edi + {vector_control}]",
            "mov eax, 1",
            "jmp 3f",
            "4:",
            "pop dword ptr [edi + {program_counter}]",
            "mov [edi + {stack_pointer}], esp",
            "call {call}",
            "mov dword ptr [edi + {stack_pointer}], 0",
            "xor eax, eax",
            "3:",
            esi = const offset_of!(Landing, esi),
            ebp = const offset_of!(Landing, ebp),
            vector_control = const offset_of!(Landing, vector_control),
            x87_control = const offset_of!(Landing, x87_control),
            program_counter = const offset_of!(Landing, program_counter),
            stack_pointer = const offset_of!(Landing, stack_pointer),
            call = sym call,
            inout("edi") landing => _,
            inout("ecx") body => _,
            inout("edx") data => _,
            lateout("eax") left,
            lateout("ebx") _,
            clobber_abi("C"),
        );
    }
    left != 0
}
