//! Which words are return addresses into raw code: one file for each instruction set.

use super::code::is_raw_code;

#[cfg_attr(target_arch = "aarch64", path = "aarch64.rs")]
#[cfg_attr(any(target_arch = "x86_64", target_arch = "x86"), path = "x86.rs")]
mod arch;

/// Whether `word` is an address in raw code right after an instruction that calls.
pub(super) fn returns_to_raw_code(word: usize) -> bool {
    let address = arch::address_in(word);
    // One less: a call may be a piece's last instruction.
    is_raw_code(address.wrapping_sub(1)) && arch::follows_call(address)
}
