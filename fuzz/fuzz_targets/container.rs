//! Reading a file of the cache, or a bundle, and what was built out of it.

#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|data: &[u8]| jitney_build::fuzzing::container(data));
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    jitney_fuzz::mutate_container(data, size, max_size, seed)
});
