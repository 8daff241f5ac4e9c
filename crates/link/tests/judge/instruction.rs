//! What an instruction with a GOT reference does, in each of the forms that linkers give it: System
//! V ABI, x86-64 supplement, "Optimize GOTPCRELX Relocations".

/// What is done with the address of a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    /// It is loaded into the register of this number.
    Load(u8),
    Call,
    Jump,
}

/// The form of an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The address is read from the GOT entry at this address.
    Entry(u64),
    /// It is given relative to the instruction.
    Relative(u64),
    /// It is in the instruction.
    Immediate(u64),
}

/// Decodes the instruction whose GOT reference is at `offset` of a section at `address`; `None` for
/// one that is not of the kind.
pub(super) fn decode(bytes: &[u8], offset: usize, address: u64) -> Option<(Operation, Form)> {
    let rex = offset.checked_sub(3).map_or(0, |at| bytes[at]);
    let opcode: [u8; 2] = *bytes.get(offset.checked_sub(2)?..)?.first_chunk()?;
    let word = |at: usize| {
        Some(i64::from(i32::from_le_bytes(
            *bytes.get(at..)?.first_chunk()?,
        )))
    };
    let relative = |at: usize| Some((address + at as u64 + 4).wrapping_add_signed(word(at)?));
    let extended = |bit: u8| {
        if rex & 0xf0 == 0x40 {
            (rex >> bit & 1) << 3
        } else {
            0
        }
    };
    let reg = opcode[1] >> 3 & 7 | extended(2);
    let memory = opcode[1] & 0xc7 == 0x05;
    Some(match opcode {
        [0x8b, _] if memory => (Operation::Load(reg), Form::Entry(relative(offset)?)),
        [0x8d, _] if memory => (Operation::Load(reg), Form::Relative(relative(offset)?)),
        [0xc7, modrm] if modrm & 0xf8 == 0xc0 => {
            let register = modrm & 7 | extended(0);
            (
                Operation::Load(register),
                Form::Immediate(word(offset)? as u64),
            )
        }
        [0xff, 0x15] => (Operation::Call, Form::Entry(relative(offset)?)),
        [0x67, 0xe8] => (Operation::Call, Form::Relative(relative(offset)?)),
        [0xff, 0x25] => (Operation::Jump, Form::Entry(relative(offset)?)),
        [0xe9, _] => (Operation::Jump, Form::Relative(relative(offset - 1)?)),
        _ => return None,
    })
}
