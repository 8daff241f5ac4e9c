//! A few instructions that add an argument to a call.

/// How many integer arguments are passed in registers: System V ABI, x86-64 supplement, "Parameter
/// Passing".
pub(crate) const INTEGER_REGISTERS: usize = 6;

/// Code that puts `data` into the register of integer argument `position`, counted from 0, and goes
/// on to `entry`: `movabs $data, %register; movabs $entry, %r11; jmp *%r11`. The register `%r11` is
/// nobody's at a call.
///
/// # Panics
/// When `position` is not below [`INTEGER_REGISTERS`].
pub(crate) fn trampoline(data: u64, position: usize, entry: u64) -> Vec<u8> {
    // rdi, rsi, rdx, rcx, r8, r9
    const LOAD: [[u8; 2]; INTEGER_REGISTERS] = [
        [0x48, 0xbf],
        [0x48, 0xbe],
        [0x48, 0xba],
        [0x48, 0xb9],
        [0x49, 0xb8],
        [0x49, 0xb9],
    ];
    let mut code = LOAD[position].to_vec();
    code.extend(data.to_le_bytes());
    code.extend([0x49, 0xbb]);
    code.extend(entry.to_le_bytes());
    code.extend([0x41, 0xff, 0xe3]);
    code
}
