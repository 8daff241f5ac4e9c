//! x86-64, called by the System V convention.

use jitney_raw::FaultKind;

use super::{Case, Touches};

/// An address that no memory can have.
const NON_CANONICAL: usize = 0x8000_0000_0000_0000;

/// `lea rax, [rdi + 1]`; `ret`
pub(crate) const INCREMENT: &[u8] = &[0x48, 0x8d, 0x47, 0x01, 0xc3];

/// `jmp $`
pub(crate) const ENDLESS: &[u8] = &[0xeb, 0xfe];

/// `dec rdi`; `jnz $-3`; `ret`: so many rounds.
pub(crate) const COUNT_DOWN: &[u8] = &[0x48, 0xff, 0xcf, 0x75, 0xfb, 0xc3];

/// `mov rax, [rdi]`; `ret`
pub(crate) const LOAD: &[u8] = &[0x48, 0x8b, 0x07, 0xc3];

/// `ud2`
pub(crate) const ILLEGAL: &[u8] = &[0x0f, 0x0b];

/// `int3`
pub(crate) const BREAKPOINT: &[u8] = &[0xcc];

/// `sub rsp, 4096`; `mov [rsp], rdi`; `jmp` to the first
pub(crate) const OVERFLOW: &[u8] = &[
    0x48, 0x81, 0xec, 0x00, 0x10, 0x00, 0x00, 0x48, 0x89, 0x3c, 0x24, 0xeb, 0xf3,
];

/// `sub rsp, 8`; `call rdi`; `add rsp, 8`; `ret`: calls the function that it is given.
pub(crate) const CALL: &[u8] = &[
    0x48, 0x83, 0xec, 0x08, 0xff, 0xd7, 0x48, 0x83, 0xc4, 0x08, 0xc3,
];

/// `push rdi`; `call rdi`; `pop rdi`; `jmp` to the first: calls the function that it is given again and again.
pub(crate) const CALL_ENDLESSLY: &[u8] = &[0x57, 0xff, 0xd7, 0x5f, 0xeb, 0xfa];

/// `push rdi`; `call` the first: needs ever more stack.
pub(crate) const RECURSE: &[u8] = &[0x57, 0xe8, 0xfa, 0xff, 0xff, 0xff];

/// Everything that can be known to happen.
pub(crate) const CASES: &[Case] = &[
    Case {
        name: "reads low memory",
        bytes: LOAD,
        argument: 0x10,
        kind: FaultKind::Segmentation,
        offset: Some(0),
        touches: Touches::Argument,
    },
    Case {
        // nop; mov [rdi], rax
        name: "writes low memory",
        bytes: &[0x90, 0x48, 0x89, 0x07, 0xc3],
        argument: 0xff8,
        kind: FaultKind::Segmentation,
        offset: Some(1),
        touches: Touches::Argument,
    },
    Case {
        name: "reads where no memory can be",
        bytes: LOAD,
        argument: NON_CANONICAL,
        kind: FaultKind::Segmentation,
        offset: Some(0),
        touches: Touches::Nothing,
    },
    Case {
        // mov rsp, rdi; push rax
        name: "pushes to where no memory can be",
        bytes: &[0x48, 0x89, 0xfc, 0x50],
        argument: NON_CANONICAL,
        kind: FaultKind::Segmentation,
        offset: Some(3),
        touches: Touches::Nothing,
    },
    Case {
        // mov rsp, rdi; mov rax, [rsp]
        name: "has lost its stack pointer",
        bytes: &[0x48, 0x89, 0xfc, 0x48, 0x8b, 0x04, 0x24],
        argument: 0x10,
        kind: FaultKind::Segmentation,
        offset: Some(3),
        touches: Touches::Argument,
    },
    Case {
        // hlt
        name: "uses the kernel's instructions",
        bytes: &[0xf4],
        argument: 0,
        kind: FaultKind::Segmentation,
        offset: Some(0),
        touches: Touches::Nothing,
    },
    Case {
        // jmp rdi
        name: "jumps to low memory",
        bytes: &[0xff, 0xe7],
        argument: 0x1000,
        kind: FaultKind::Segmentation,
        offset: None,
        touches: Touches::Argument,
    },
    Case {
        // pushfq; or dword ptr [rsp], 1 << 18; popfq; mov eax, [rsp + 1]
        name: "reads unaligned memory with the check on",
        bytes: &[
            0x9c, 0x81, 0x0c, 0x24, 0x00, 0x00, 0x04, 0x00, 0x9d, 0x8b, 0x44, 0x24, 0x01,
        ],
        argument: 0,
        kind: FaultKind::Bus,
        offset: Some(9),
        touches: Touches::Nothing,
    },
    Case {
        name: "has an illegal instruction",
        bytes: ILLEGAL,
        argument: 0,
        kind: FaultKind::IllegalInstruction,
        offset: Some(0),
        touches: Touches::Nothing,
    },
    Case {
        // xor ecx, ecx; xor edx, edx; div ecx
        name: "divides by zero",
        bytes: &[0x31, 0xc9, 0x31, 0xd2, 0xf7, 0xf1],
        argument: 0,
        kind: FaultKind::Division,
        offset: Some(4),
        touches: Touches::Nothing,
    },
    Case {
        // mov eax, 1 << 31; cdq; mov ecx, -1; idiv ecx
        name: "has a quotient that does not fit",
        bytes: &[
            0xb8, 0x00, 0x00, 0x00, 0x80, 0x99, 0xb9, 0xff, 0xff, 0xff, 0xff, 0xf7, 0xf9,
        ],
        argument: 0,
        kind: FaultKind::Division,
        offset: Some(11),
        touches: Touches::Nothing,
    },
    Case {
        // push 0; ldmxcsr [rsp]; pcmpeqd xmm0, xmm0 (a NaN); psrld xmm0, 30 (quiet it); xorps xmm1, xmm1; divss xmm1, xmm1
        name: "raises an SSE exception that it has unmasked",
        bytes: &[
            0x6a, 0x00, 0x0f, 0xae, 0x14, 0x24, 0x0f, 0x57, 0xc9, 0xf3, 0x0f, 0x5e, 0xc9,
        ],
        argument: 0,
        kind: FaultKind::FloatingPoint,
        offset: Some(9),
        touches: Touches::Nothing,
    },
    Case {
        // push 0; fldcw [rsp]; fldz; fldz; fdivp; fwait
        name: "raises an x87 exception that it has unmasked",
        bytes: &[
            0x6a, 0x00, 0xd9, 0x2c, 0x24, 0xd9, 0xee, 0xd9, 0xee, 0xde, 0xf9, 0x9b,
        ],
        argument: 0,
        kind: FaultKind::FloatingPoint,
        offset: Some(11),
        touches: Touches::Nothing,
    },
    Case {
        name: "stops at a breakpoint",
        bytes: BREAKPOINT,
        argument: 0,
        kind: FaultKind::Breakpoint,
        offset: Some(0),
        touches: Touches::Nothing,
    },
    Case {
        // nop; int 3, in two bytes
        name: "stops at a long breakpoint",
        bytes: &[0x90, 0xcd, 0x03],
        argument: 0,
        kind: FaultKind::Breakpoint,
        offset: Some(1),
        touches: Touches::Nothing,
    },
    Case {
        // pushfq; or dword ptr [rsp], 1 << 8; popfq; nop; nop
        name: "steps",
        bytes: &[
            0x9c, 0x81, 0x0c, 0x24, 0x00, 0x01, 0x00, 0x00, 0x9d, 0x90, 0x90, 0xc3,
        ],
        argument: 0,
        kind: FaultKind::Breakpoint,
        offset: Some(10),
        touches: Touches::Nothing,
    },
    Case {
        name: "fills its stack page by page",
        bytes: OVERFLOW,
        argument: 0,
        kind: FaultKind::StackOverflow,
        offset: Some(7),
        touches: Touches::Stack,
    },
    Case {
        // call $
        name: "calls itself",
        bytes: &[0xe8, 0xfb, 0xff, 0xff, 0xff],
        argument: 0,
        kind: FaultKind::StackOverflow,
        offset: Some(0),
        touches: Touches::Stack,
    },
];
