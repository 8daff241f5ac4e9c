//! What is raw code: questions to jitney-memory that a signal handler may ask.

pub(super) use jitney_memory::{code_at, is_raw_code};

/// The byte at `address` of raw code; `None` where there is no raw code.
pub(super) fn byte_at(address: usize) -> Option<u8> {
    // SAFETY: raw code is readable, and it is kept alive by whoever runs it.
    is_raw_code(address).then(|| unsafe { *(address as *const u8) })
}
