//! Linking an object, or an archive's first member and what that needs of the others, into this
//! process; none of their code runs.

#![no_main]

use std::path::Path;

use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|data: &[u8]| {
    jitney_link::fuzzing::link(Path::new(jitney_fuzz::LIBRARY_FOLDER), data)
});
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    jitney_fuzz::mutate(data, size, max_size, seed)
});
