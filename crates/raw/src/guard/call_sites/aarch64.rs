//! aarch64: calls are `bl` and `blr`, four bytes each (Arm ARM, C6.2 "BL", "BLR", "BLRA").

use crate::guard::code::byte_at;

/// Return addresses may be signed in the bits that no address uses.
pub(super) fn address_in(word: usize) -> usize {
    word & ((1 << 48) - 1)
}

/// Whether the instruction before `address` is a call.
pub(super) fn follows_call(address: usize) -> bool {
    let byte = |distance| byte_at(address.wrapping_sub(distance));
    let (Some(a), Some(b), Some(c), Some(d)) = (byte(4), byte(3), byte(2), byte(1)) else {
        return false;
    };
    let instruction = u32::from_le_bytes([a, b, c, d]);
    let direct = instruction & 0xfc00_0000 == 0x9400_0000;
    let indirect = instruction & 0xfeff_f000 == 0xd63f_0000;
    address.is_multiple_of(4) && (direct || indirect)
}
