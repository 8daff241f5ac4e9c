//! 32-bit x86, called by the cdecl convention.

use jitney_raw::FaultKind;

use super::{Case, Touches};

/// `mov eax, [esp + 4]`; `inc eax`; `ret`
pub(crate) const INCREMENT: &[u8] = &[0x8b, 0x44, 0x24, 0x04, 0x40, 0xc3];

/// `jmp $`
pub(crate) const ENDLESS: &[u8] = &[0xeb, 0xfe];

/// `mov eax, [esp + 4]`; `dec eax`; `jnz $-1`; `ret`: so many rounds.
pub(crate) const COUNT_DOWN: &[u8] = &[0x8b, 0x44, 0x24, 0x04, 0x48, 0x75, 0xfd, 0xc3];

/// `mov eax, [esp + 4]`; `mov eax, [eax]`; `ret`
pub(crate) const LOAD: &[u8] = &[0x8b, 0x44, 0x24, 0x04, 0x8b, 0x00, 0xc3];

/// `ud2`
pub(crate) const ILLEGAL: &[u8] = &[0x0f, 0x0b];

/// `int3`
pub(crate) const BREAKPOINT: &[u8] = &[0xcc];

/// `sub esp, 4096`; `mov [esp], eax`; `jmp` to the first
pub(crate) const OVERFLOW: &[u8] = &[
    0x81, 0xec, 0x00, 0x10, 0x00, 0x00, 0x89, 0x04, 0x24, 0xeb, 0xf5,
];

/// `sub esp, 12`; `mov eax, [esp + 16]`; `mov [esp], eax`; `call eax`; `add esp, 12`; `ret`: calls the function that it is
/// given.
pub(crate) const CALL: &[u8] = &[
    0x83, 0xec, 0x0c, 0x8b, 0x44, 0x24, 0x10, 0x89, 0x04, 0x24, 0xff, 0xd0, 0x83, 0xc4, 0x0c, 0xc3,
];

/// `sub esp, 12`; `mov eax, [esp + 16]`; `mov [esp], eax`; `call eax`; `jmp` to the second: calls the function that it is
/// given again and again.
pub(crate) const CALL_ENDLESSLY: &[u8] = &[
    0x83, 0xec, 0x0c, 0x8b, 0x44, 0x24, 0x10, 0x89, 0x04, 0x24, 0xff, 0xd0, 0xeb, 0xf5,
];

/// `push eax`; `call` the first: needs ever more stack.
pub(crate) const RECURSE: &[u8] = &[0x50, 0xe8, 0xfa, 0xff, 0xff, 0xff];

/// Everything that can be known to happen.
pub(crate) const CASES: &[Case] = &[
    Case {
        name: "reads low memory",
        bytes: LOAD,
        argument: 0x10,
        kind: FaultKind::Segmentation,
        offset: Some(4),
        touches: Touches::Argument,
    },
    Case {
        // mov eax, [esp + 4]; nop; mov [eax], ecx; ret
        name: "writes low memory",
        bytes: &[0x8b, 0x44, 0x24, 0x04, 0x90, 0x89, 0x08, 0xc3],
        argument: 0xff8,
        kind: FaultKind::Segmentation,
        offset: Some(5),
        touches: Touches::Argument,
    },
    Case {
        name: "reads the kernel's memory",
        bytes: LOAD,
        argument: 0xffff_f000,
        kind: FaultKind::Segmentation,
        offset: Some(4),
        touches: Touches::Argument,
    },
    Case {
        // mov esp, [esp + 4]; mov eax, [esp]
        name: "has lost its stack pointer",
        bytes: &[0x8b, 0x64, 0x24, 0x04, 0x8b, 0x04, 0x24],
        argument: 0x10,
        kind: FaultKind::Segmentation,
        offset: Some(4),
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
        // jmp [esp + 4]
        name: "jumps to low memory",
        bytes: &[0xff, 0x64, 0x24, 0x04],
        argument: 0x1000,
        kind: FaultKind::Segmentation,
        offset: None,
        touches: Touches::Argument,
    },
    Case {
        // pushfd; or dword ptr [esp], 1 << 18; popfd; mov eax, [esp + 1]
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
        // push 0; ldmxcsr [esp]; xorps xmm1, xmm1; divss xmm1, xmm1
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
        // push 0; fldcw [esp]; fldz; fldz; fdivp; fwait
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
        // pushfd; or dword ptr [esp], 1 << 8; popfd; nop; nop; ret
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
        offset: Some(6),
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
