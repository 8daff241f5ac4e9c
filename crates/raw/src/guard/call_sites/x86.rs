//! x86, 32 and 64 bits: calls are `e8` with four bytes, or `ff /2` with an operand of one to six bytes (Intel's manual,
//! volume 2, CALL).

use crate::guard::code::byte_at;

/// Return addresses are stored as they are.
pub(super) fn address_in(word: usize) -> usize {
    word
}

/// Whether the instruction before `address` is a call. Instructions cannot be read backwards for certain: this says yes
/// to every call, and to few other things.
pub(super) fn follows_call(address: usize) -> bool {
    let direct = || byte_at(address.wrapping_sub(5)) == Some(0xe8);
    let indirect = |length: usize| {
        byte_at(address.wrapping_sub(length)) == Some(0xff)
            && byte_at(address.wrapping_sub(length - 1)).is_some_and(|modrm| (modrm >> 3) & 7 == 2)
    };
    direct() || [2, 3, 4, 6, 7].into_iter().any(indirect)
}
