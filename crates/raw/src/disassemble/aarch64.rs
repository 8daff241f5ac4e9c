//! Code of 64-bit ARM, as the numbers that its instructions are.

use super::{Disassembly, Line};

pub(super) fn lines<'c>(code: &Disassembly<'c>) -> Vec<Line<'c>> {
    let words = code.code.chunks(4).zip((code.address..).step_by(4));
    let lines = words.map(|(bytes, address)| Line {
        address,
        bytes,
        text: match bytes.try_into() {
            Ok(word) => format!(".word {:#010x}", u32::from_le_bytes(word)),
            Err(_) => "(bad)".to_owned(),
        },
    });
    lines.collect()
}
