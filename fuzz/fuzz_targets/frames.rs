//! Unwind entries: the input is a bare `.eh_frame`. It is linked as part of an object and
//! registered, and the unwinder reads what was accepted.

#![no_main]

use std::path::Path;

use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|data: &[u8]| {
    let object = jitney_fuzz::object_with_frames(data);
    jitney_link::fuzzing::link(Path::new(jitney_fuzz::LIBRARY_FOLDER), &object);
});
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    jitney_fuzz::mutate_frames(data, size, max_size, seed)
});
