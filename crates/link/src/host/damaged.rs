//! Executables whose headers lie: what fuzzing found.

use super::Host;
use crate::read::Bytes;

/// An executable of nothing but headers: one loaded segment, and thread-locals of this size and
/// alignment.
fn executable(size: u64, align: u64) -> Bytes {
    let mut file = b"\x7fELF\x02\x01\x01".to_vec();
    file.resize(64 + 2 * 56, 0);
    let mut put = |at: usize, field: &[u8]| file[at..at + field.len()].copy_from_slice(field);
    put(0x20, &64u64.to_le_bytes());
    put(0x38, &2u16.to_le_bytes());
    const LOAD: u32 = 1;
    const THREAD_LOCALS: u32 = 7;
    put(64, &LOAD.to_le_bytes());
    put(64 + 0x20, &176u64.to_le_bytes());
    put(64 + 56, &THREAD_LOCALS.to_le_bytes());
    put(64 + 56 + 0x28, &size.to_le_bytes());
    put(64 + 56 + 0x30, &align.to_le_bytes());
    Bytes::from(file)
}

#[test]
fn thread_locals_of_an_impossible_size_or_alignment_are_refused() {
    let read = |size, align| {
        let error = Host::read(executable(size, align), 0x5555_5555_4040);
        error.expect_err("it has no symbols").to_string()
    };
    for (size, align) in [(8, 0), (8, 1), (0x1000, 64)] {
        let error = read(size, align);
        assert!(error.contains("stripped"), "{size} {align}: {error}");
    }
    for (size, align) in [(8, 1 << 63), (u64::MAX - 2, 8), (8, 24), (8, u64::MAX)] {
        let error = read(size, align);
        assert!(error.contains("thread-locals"), "{size} {align}: {error}");
    }
}
