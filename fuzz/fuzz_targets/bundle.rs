//! Reading a bundle, and linking what is in it with the parts of libraries that it brings along.

#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|data: &[u8]| {
    if let Some((objects, parts)) = jitney_build::fuzzing::bundle(data) {
        jitney_link::fuzzing::parts(jitney_fuzz::LIBRARY_FOLDER.as_ref(), &objects, &parts);
    }
});
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    jitney_fuzz::mutate_bundle(data, size, max_size, seed)
});
