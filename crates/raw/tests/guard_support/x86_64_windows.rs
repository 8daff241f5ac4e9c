//! x86-64, called by the convention of Windows.

use jitney_raw::FaultKind;

use super::{Case, Touches};

/// `lea rax, [rcx + 1]`; `ret`
pub(crate) const INCREMENT: &[u8] = &[
    0x48, 0x8d, 0x41, 0x01, 0xc3, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90,
];

/// `jmp $`
pub(crate) const ENDLESS: &[u8] = &[0xeb, 0xfe];

/// `dec rcx`; `jnz $-3`; `ret`: so many rounds.
pub(crate) const COUNT_DOWN: &[u8] = &[
    0x48, 0xff, 0xc9, 0x75, 0xfb, 0xc3, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90,
];

/// `mov rax, [rcx]`; `ret`
pub(crate) const LOAD: &[u8] = &[
    0x48, 0x8b, 0x01, 0xc3, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90,
];

/// `ud2`
pub(crate) const ILLEGAL: &[u8] = &[0x0f, 0x0b];

/// `int3`
pub(crate) const BREAKPOINT: &[u8] = &[0xcc];

/// `sub rsp, 4096`; `mov [rsp], rcx`; `jmp` to the first
pub(crate) const OVERFLOW: &[u8] = &[
    0x48, 0x81, 0xec, 0x00, 0x10, 0x00, 0x00, 0x48, 0x89, 0x0c, 0x24, 0xeb, 0xf3, 0x90, 0x90, 0x90,
];

/// `sub rsp, 40`; `call rcx`; `add rsp, 40`; `ret`: calls the function that it is given.
pub(crate) const CALL: &[u8] = &[
    0x48, 0x83, 0xec, 0x28, 0xff, 0xd1, 0x48, 0x83, 0xc4, 0x28, 0xc3, 0x90, 0x90, 0x90, 0x90, 0x90,
];

/// `mov rbx, rcx`; `sub rsp, 40`; `mov rcx, rbx`; `call rbx`; `mov ecx, 10000`; `dec ecx`; `jnz` to it; `jmp` to the third:
/// calls the function that it is given again and again, and is at work itself in between, since it is only ended there.
pub(crate) const CALL_ENDLESSLY: &[u8] = &[
    0x48, 0x89, 0xcb, 0x48, 0x83, 0xec, 0x28, 0x48, 0x89, 0xd9, 0xff, 0xd3, 0xb9, 0x10, 0x27, 0x00,
    0x00, 0xff, 0xc9, 0x75, 0xfc, 0xeb, 0xf0,
];

/// `push rcx`; `call` the first: needs ever more stack.
pub(crate) const RECURSE: &[u8] = &[
    0x51, 0xe8, 0xfa, 0xff, 0xff, 0xff, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90,
];

/// Everything that can be known to happen, but for what the system does not survive: it tells a thread of a fault on the
/// thread's own stack, and ends a process that has none there.
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
        // nop; mov [rcx], rax; ret
        name: "writes low memory",
        bytes: &[
            0x90, 0x48, 0x89, 0x01, 0xc3, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90,
            0x90, 0x90,
        ],
        argument: 0xff8,
        kind: FaultKind::Segmentation,
        offset: Some(1),
        touches: Touches::Argument,
    },
    Case {
        name: "reads where no memory can be",
        bytes: LOAD,
        argument: 0x8000_0000_0000_0000,
        kind: FaultKind::Segmentation,
        offset: Some(0),
        touches: Touches::Nothing,
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
        // jmp rcx
        name: "jumps to low memory",
        bytes: &[
            0xff, 0xe1, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90,
            0x90, 0x90,
        ],
        argument: 0x1000,
        kind: FaultKind::Segmentation,
        offset: None,
        touches: Touches::Argument,
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
        // push 0; ldmxcsr [rsp]; xorps xmm1, xmm1; divss xmm1, xmm1
        name: "raises an SSE exception that it has unmasked",
        bytes: &[
            0x6a, 0x00, 0x0f, 0xae, 0x14, 0x24, 0x0f, 0x57, 0xc9, 0xf3, 0x0f, 0x5e, 0xc9, 0x90,
            0x90, 0x90,
        ],
        argument: 0,
        kind: FaultKind::FloatingPoint,
        offset: Some(9),
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
        // pushfq; or dword ptr [rsp], 1 << 8; popfq; nop; nop; ret
        name: "steps",
        bytes: &[
            0x9c, 0x81, 0x0c, 0x24, 0x00, 0x01, 0x00, 0x00, 0x9d, 0x90, 0x90, 0xc3, 0x90, 0x90,
            0x90, 0x90,
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
