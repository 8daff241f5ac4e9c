//! Loads of an address from the GOT that need no GOT, because what they refer to is near.
//!
//! System V ABI, x86-64 supplement, "Optimize GOTPCRELX Relocations": the same instructions that
//! system linkers write, so that the result can be compared with theirs.

use object::elf::{self, RelocationType};

/// Whether the instruction around a GOT reference at `offset` has a form without the GOT.
pub(super) fn is_relaxable(kind: RelocationType, addend: i64, bytes: &[u8], offset: u64) -> bool {
    // The instruction ends with the displacement: only then is it what it looks like.
    addend == -4 && form(kind, bytes, offset).is_some()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `mov foo@GOTPCREL(%rip), %reg` becomes `lea foo(%rip), %reg`.
    Load,
    /// `call *foo@GOTPCREL(%rip)` becomes `addr32 call foo`.
    Call,
    /// `jmp *foo@GOTPCREL(%rip)` becomes `jmp foo; nop`.
    Jump,
}

fn form(kind: RelocationType, bytes: &[u8], offset: u64) -> Option<Form> {
    let start = usize::try_from(offset).ok()?;
    let opcode: [u8; 2] = bytes.get(start.checked_sub(2)?..start)?.try_into().ok()?;
    match (kind, opcode) {
        // Addressed relative to the instruction pointer: mod 00, r/m 101. Of the older GOTPCREL, which
        // rustc still writes, the ABI does not say that the bytes are an instruction.
        (elf::R_X86_64_GOTPCRELX | elf::R_X86_64_REX_GOTPCRELX, [0x8b, modrm])
            if modrm & 0xc7 == 0x05 =>
        {
            Some(Form::Load)
        }
        // A call of `__tls_get_addr` begins with `data16 rex.W`. What a REX prefix is separated by from
        // its opcode makes it void, and `data16` alone shortens the displacement on AMD's processors
        // (AMD64 manual volume 3, "CALL (Near)").
        (elf::R_X86_64_GOTPCRELX, [0xff, 0x15]) => {
            let before = start.checked_sub(4).map(|before| &bytes[before..start - 2]);
            (before != Some(&[0x66, 0x48])).then_some(Form::Call)
        }
        (elf::R_X86_64_GOTPCRELX, [0xff, 0x25]) => Some(Form::Jump),
        _ => None,
    }
}

/// Rewrites a relaxable instruction and returns where its displacement is now: the distance from
/// there to the target, less 4, belongs in it.
pub(super) fn rewrite(kind: RelocationType, bytes: &mut [u8], offset: u64) -> u64 {
    let at = offset as usize;
    match form(kind, bytes, offset) {
        Some(Form::Load) => bytes[at - 2] = 0x8d,
        Some(Form::Call) => bytes[at - 2..at].copy_from_slice(&[0x67, 0xe8]),
        Some(Form::Jump) => {
            bytes[at - 2] = 0xe9;
            bytes[at + 3] = 0x90;
            return offset - 1;
        }
        None => {}
    }
    offset
}
