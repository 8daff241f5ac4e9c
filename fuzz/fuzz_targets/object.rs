//! Reading an object.

#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|data: &[u8]| jitney_link::fuzzing::object(data));
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    jitney_fuzz::mutate(data, size, max_size, seed)
});
