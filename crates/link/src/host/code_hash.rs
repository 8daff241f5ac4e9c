//! What tells two builds of a program apart and is the same before and after stripping.

use object::elf;
use object::endian::LittleEndian as LE;

use super::file::File;

/// A hash of a program's code, and of the places and sizes of all that is loaded of it.
///
/// It is written to files, so it must stay as it is. It guards against mistakes, not malice.
pub(super) fn code_hash(file: &File) -> u64 {
    let mut hash = 0x243f_6a88_85a3_08d3;
    let mut add = |word: u64| {
        hash = (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash ^= hash >> 29;
    };
    for segment in file.headers() {
        if matches!(segment.p_type.get(LE), elf::PT_LOAD | elf::PT_TLS) {
            add(segment.p_vaddr.get(LE));
            add(segment.p_memsz.get(LE));
        }
    }
    for (_, code) in file.code() {
        let (words, rest) = code.as_chunks::<8>();
        for word in words {
            add(u64::from_le_bytes(*word));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        add(u64::from_le_bytes(last));
    }
    hash
}
