//! What the fuzzing targets share: changes that know the structure of their input.
//!
//! A file format's reader rejects most of what random changes make of a file at the first check.
//! So most changes here go to one field of a table (a section header, a symbol, a relocation, an
//! unwind entry, an archive's index) and give it a value at some border.

mod archive;
mod container;
mod elf;
mod frames;
mod numbers;
mod table;

pub use frames::object_with_frames;

use numbers::Numbers;
use table::Table;

/// Where the compiler of this build keeps the standard library's archives.
pub const LIBRARY_FOLDER: &str = env!("LIBRARY_FOLDER");

/// Changes an object, an executable or an archive in place and returns its new size.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    change(data, size, max_size, seed, |bytes| {
        if bytes.starts_with(b"!<arch>\n") || bytes.starts_with(b"!<thin>\n") {
            archive::tables(bytes)
        } else {
            elf::tables(bytes)
        }
    })
}

/// Changes a bare `.eh_frame` in place and returns its new size.
pub fn mutate_frames(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    change(data, size, max_size, seed, frames::tables)
}

/// Changes a container in place and returns its new size; makes a whole one of nothing.
pub fn mutate_container(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    if size < 64
        && let Some(whole) = container::whole(max_size)
    {
        data[..whole.len()].copy_from_slice(&whole);
        return whole.len();
    }
    change(data, size, max_size, seed, container::tables)
}

fn change(
    data: &mut [u8],
    size: usize,
    max_size: usize,
    seed: u32,
    tables: impl Fn(&[u8]) -> Vec<Table>,
) -> usize {
    let mut numbers = Numbers::new(seed);
    if size == 0 || size > max_size || numbers.one_in(5) {
        return libfuzzer_sys::fuzzer_mutate(data, size, max_size);
    }
    if numbers.one_in(50) {
        return numbers.below(size);
    }
    let bytes = &mut data[..size];
    for _ in 0..1 + numbers.below(3) {
        // Found again each time: the last change may have moved them.
        let tables = tables(bytes);
        if tables.is_empty() {
            return libfuzzer_sys::fuzzer_mutate(data, size, max_size);
        }
        let table = numbers.one_of(&tables);
        table.damage(bytes, &tables, &mut numbers);
    }
    size
}
