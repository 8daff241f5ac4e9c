//! Machine code and its frame description, both made by hand, so that nothing in these tests rests on the code that
//! the crates above will generate.

#![allow(
    dead_code,
    reason = "each test file is a crate of its own and uses a part of this"
)]

use std::ffi::c_void;

use jitney_memory::{Block, Code};

/// The address of the frame description in each piece of code made here.
const EH_FRAME: usize = 64;

/// Code that runs a callback: `push rbp; mov rbp, rsp; call rdi; pop rbp; ret`.
const CALL_BACK: [u8; 8] = [0x55, 0x48, 0x89, 0xe5, 0xff, 0xd7, 0x5d, 0xc3];

/// How that code changes the frame, as `DW_CFA` instructions
/// ([DWARF 5, 6.4.2](https://dwarfstd.org/doc/DWARF5.pdf); registers by the x86-64 psABI: 6 = rbp, 7 = rsp).
const FRAME_CHANGES: [u8; 15] = [
    0x41, // advance_loc 1: after `push rbp`
    0x0e, 16, // def_cfa_offset 16
    0x86, 2,    // offset rbp at cfa - 16
    0x43, // advance_loc 3: after `mov rbp, rsp`
    0x0d, 6,    // def_cfa_register rbp
    0x43, // advance_loc 3: after `pop rbp`
    0x0c, 7, 8,    // def_cfa rsp + 8
    0xc6, // restore rbp
    0, 0, // nop
];

/// The CIE that the FDE refers to: 20 bytes after its length.
const CIE: [u8; 24] = [
    20, 0, 0, 0, // length
    0, 0, 0, 0, // this is a CIE
    1, // version
    b'z', b'R', 0,    // augmentation
    1,    // code alignment
    0x78, // data alignment -8
    16,   // return address
    1, 0x1b, // augmentation data: addresses are pc-relative, signed, 4 bytes
    0x0c, 7, 8, // def_cfa rsp + 8
    0x90, 1, // offset of the return address: cfa - 8
    0, 0, // nop
];

/// A function that calls the function it is given, and whose frame is described to whoever is told of `eh_frame`.
pub(crate) struct Caller {
    code: Code,
}

impl Caller {
    pub(crate) fn new() -> Caller {
        let mut block = Block::new(EH_FRAME + 128).unwrap();
        let base = block.address();
        let bytes = block.as_mut_slice();
        bytes[..CALL_BACK.len()].copy_from_slice(&CALL_BACK);

        let fde = EH_FRAME + CIE.len();
        let mut record = Vec::new();
        record.extend((CIE.len() as u32 + 4).to_le_bytes()); // from this word back to the CIE
        let pc = base as i64 - (base + fde + 8) as i64;
        record.extend((pc as i32).to_le_bytes());
        record.extend((CALL_BACK.len() as u32).to_le_bytes());
        record.push(0); // no augmentation data
        record.extend(FRAME_CHANGES);
        assert_eq!(record.len() % 4, 0);

        bytes[EH_FRAME..fde].copy_from_slice(&CIE);
        bytes[fde..fde + 4].copy_from_slice(&(record.len() as u32).to_le_bytes());
        bytes[fde + 4..fde + 4 + record.len()].copy_from_slice(&record);
        // The terminator is there already: a block is zeroed.
        Caller {
            code: block.seal().unwrap(),
        }
    }

    /// The section that describes the frame.
    pub(crate) fn eh_frame(&self) -> *const u8 {
        self.code.as_slice().unwrap()[EH_FRAME..].as_ptr()
    }

    /// An address in the middle of the function.
    pub(crate) fn pc(&self) -> *const u8 {
        self.code.as_ptr().wrapping_add(5)
    }

    pub(crate) fn call(&self, callback: extern "C-unwind" fn()) {
        // SAFETY: the machine code is such a function.
        let function: extern "C-unwind" fn(extern "C-unwind" fn()) =
            unsafe { std::mem::transmute(self.code.as_ptr()) };
        function(callback);
    }
}

/// Where the unwinder looks up frames: `struct dwarf_eh_bases` of libgcc's `unwind-dw2-fde.h`.
#[repr(C)]
struct Bases {
    text: *const c_void,
    data: *const c_void,
    function: *const c_void,
}

unsafe extern "C" {
    fn _Unwind_Find_FDE(pc: *const c_void, bases: *mut Bases) -> *const c_void;
}

/// The start of the function around `pc`, if the unwinder knows it.
pub(crate) fn known_function(pc: *const u8) -> Option<*const u8> {
    let mut bases = Bases {
        text: std::ptr::null(),
        data: std::ptr::null(),
        function: std::ptr::null(),
    };
    // SAFETY: any address may be asked about.
    let fde = unsafe { _Unwind_Find_FDE(pc.cast(), &mut bases) };
    (!fde.is_null()).then_some(bases.function.cast())
}
