//! aarch64.

use jitney_raw::FaultKind;

use super::{Case, Touches};

/// `add x0, x0, #1`; `ret`
pub(crate) const INCREMENT: &[u8] = &[0x00, 0x04, 0x00, 0x91, 0xc0, 0x03, 0x5f, 0xd6];

/// `b .`
pub(crate) const ENDLESS: &[u8] = &[0x00, 0x00, 0x00, 0x14];

/// `subs x0, x0, #1`; `b.ne` to the first; `ret`: so many rounds.
pub(crate) const COUNT_DOWN: &[u8] = &[
    0x00, 0x04, 0x00, 0xf1, 0xe1, 0xff, 0xff, 0x54, 0xc0, 0x03, 0x5f, 0xd6,
];

/// `ldr x0, [x0]`; `ret`
pub(crate) const LOAD: &[u8] = &[0x00, 0x00, 0x40, 0xf9, 0xc0, 0x03, 0x5f, 0xd6];

/// `udf #0`
pub(crate) const ILLEGAL: &[u8] = &[0x00, 0x00, 0x00, 0x00];

/// `brk #0`
pub(crate) const BREAKPOINT: &[u8] = &[0x00, 0x00, 0x20, 0xd4];

/// `sub sp, sp, #4096`; `str x0, [sp]`; `b` to the first
pub(crate) const OVERFLOW: &[u8] = &[
    0xff, 0x07, 0x40, 0xd1, 0xe0, 0x03, 0x00, 0xf9, 0xfe, 0xff, 0xff, 0x17,
];

/// `stp x29, x30, [sp, #-16]!`; `blr x0`; `ldp x29, x30, [sp], #16`; `ret`: calls the function that it is given.
pub(crate) const CALL: &[u8] = &[
    0xfd, 0x7b, 0xbf, 0xa9, 0x00, 0x00, 0x3f, 0xd6, 0xfd, 0x7b, 0xc1, 0xa8, 0xc0, 0x03, 0x5f, 0xd6,
];

/// `str x0, [sp, #-16]!`; `ldr x0, [sp]`; `blr x0`; `mov w1, #10000`; `subs w1, w1, #1`; `b.ne` to it; `b` to the second:
/// calls the function that it is given again and again, and is at work itself in between, since it is only ended there.
pub(crate) const CALL_ENDLESSLY: &[u8] = &[
    0xe0, 0x0f, 0x1f, 0xf8, 0xe0, 0x03, 0x40, 0xf9, 0x00, 0x00, 0x3f, 0xd6, 0x01, 0xe2, 0x84, 0x52,
    0x21, 0x04, 0x00, 0x71, 0xe1, 0xff, 0xff, 0x54, 0xfb, 0xff, 0xff, 0x17,
];

/// `str x30, [sp, #-16]!`; `bl` the first: needs ever more stack.
pub(crate) const RECURSE: &[u8] = &[0xfe, 0x0f, 0x1f, 0xf8, 0xff, 0xff, 0xff, 0x97];

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
        // nop; str x1, [x0]
        name: "writes low memory",
        bytes: &[0x1f, 0x20, 0x03, 0xd5, 0x01, 0x00, 0x00, 0xf9],
        argument: 0xff8,
        kind: FaultKind::Segmentation,
        offset: Some(4),
        touches: Touches::Argument,
    },
    Case {
        // mov sp, x0; ldr x0, [sp]
        name: "has lost its stack pointer",
        bytes: &[0x1f, 0x00, 0x00, 0x91, 0xe0, 0x03, 0x40, 0xf9],
        argument: 0x10,
        kind: FaultKind::Segmentation,
        offset: Some(4),
        touches: Touches::Argument,
    },
    Case {
        // msr ttbr0_el1, x0
        name: "uses the kernel's instructions",
        bytes: &[0x00, 0x20, 0x18, 0xd5],
        argument: 0,
        kind: FaultKind::IllegalInstruction,
        offset: Some(0),
        touches: Touches::Nothing,
    },
    Case {
        // br x0
        name: "jumps to low memory",
        bytes: &[0x00, 0x00, 0x1f, 0xd6],
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
        name: "stops at a breakpoint",
        bytes: BREAKPOINT,
        argument: 0,
        kind: FaultKind::Breakpoint,
        offset: Some(0),
        touches: Touches::Nothing,
    },
    Case {
        name: "fills its stack page by page",
        bytes: OVERFLOW,
        argument: 0,
        kind: FaultKind::StackOverflow,
        offset: Some(4),
        touches: Touches::Stack,
    },
    Case {
        name: "calls itself",
        bytes: RECURSE,
        argument: 0,
        kind: FaultKind::StackOverflow,
        offset: Some(0),
        touches: Touches::Stack,
    },
];
