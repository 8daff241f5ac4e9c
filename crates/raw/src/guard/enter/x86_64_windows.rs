//! x86-64 Windows. What is called has the System V convention: it wants no room for its arguments on the stack, so that
//! the stack pointer is where unwinders think it is. The compiler saves what that convention does not keep.
//! (<https://learn.microsoft.com/en-us/cpp/build/x64-calling-convention>)

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
    rbx: usize,
    rbp: usize,
    vector_control: u32,
    x87_control: u16,
}

impl Landing {
    pub(in super::super) const fn new() -> Landing {
        Landing {
            stack_pointer: 0,
            program_counter: 0,
            rbx: 0,
            rbp: 0,
            vector_control: 0,
            x87_control: 0,
        }
    }
}

/// What [`enter`] calls.
unsafe extern "sysv64" fn call(body: Body, data: *mut c_void) {
    // SAFETY: passed on to the caller.
    unsafe { body(data) }
}

/// Calls `body(data)`. False when it returned; true when it was left by `landing`'s way back.
///
/// On the way back `fninit` comes before any other x87 instruction because it does not raise what the unit still holds
/// back; it empties the register stack as well, which MMX instructions leave full.
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
            "mov [r12 + {rbx}], rbx",
            "mov [r12 + {rbp}], rbp",
            "stmxcsr [r12 + {vector_control}]",
            "fnstcw [r12 + {x87_control}]",
            "lea rax, [rip + 2f]",
            "mov [r12 + {program_counter}], rax",
            "mov [r12 + {stack_pointer}], rsp",
            "call {call}",
            "mov qword ptr [r12 + {stack_pointer}], 0",
            "xor eax, eax",
            "jmp 3f",
            "2:",
            "mov rbx, [r12 + {rbx}]",
            "mov rbp, [r12 + {rbp}]",
            "fninit",
            "fldcw [r12 + {x87_control}]",
            "ldmxcsr [r12 + {vector_control}]",
            "mov eax, 1",
            "3:",
            rbx = const offset_of!(Landing, rbx),
            rbp = const offset_of!(Landing, rbp),
            vector_control = const offset_of!(Landing, vector_control),
            x87_control = const offset_of!(Landing, x87_control),
            program_counter = const offset_of!(Landing, program_counter),
            stack_pointer = const offset_of!(Landing, stack_pointer),
            call = sym call,
            inout("r12") landing => _,
            inout("rdi") body => _,
            inout("rsi") data => _,
            lateout("eax") left,
            lateout("r13") _,
            lateout("r14") _,
            lateout("r15") _,
            clobber_abi("sysv64"),
        );
    }
    left != 0
}
