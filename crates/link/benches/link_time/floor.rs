//! The floor: copying the bytes that a link keeps to memory that was not there before.

use std::time::Duration;

use jitney_link::Image;

use crate::race::timed;

/// The bytes of an image.
pub(crate) fn bytes_of(image: &Image) -> Vec<u8> {
    let range = image.range();
    // SAFETY: the image lives, and no other thread writes to it.
    unsafe { std::slice::from_raw_parts(range.start as *const u8, range.len()) }.to_vec()
}

/// The time for mapping as much memory, copying the bytes there and giving it back.
pub(crate) fn time(bytes: &[u8]) -> Duration {
    let (time, ()) = timed(|| {
        let mut memory = memmap2::MmapMut::map_anon(bytes.len()).unwrap();
        memory.copy_from_slice(bytes);
        std::hint::black_box(&memory);
    });
    time
}
