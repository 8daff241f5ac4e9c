#![doc = include_str!("../README.md")]

mod arena;
mod block;
mod code;
mod error;
mod free_ranges;
mod heap;
mod lookup;
mod pages;
mod protection;
mod reach;
mod sys;
mod tags;

pub use arena::{Arena, Statistics};
pub use block::Block;
pub use code::Code;
pub use error::{Error, PartFault, SealError};
pub use heap::{Granule, Heap, HeapOptions, HeapStatistics, Installed, Writing};
pub use lookup::{code_at, is_code, is_raw_code};
pub use protection::Protection;

/// The longest block or function that can be asked for, in bytes: 1 GiB.
///
/// A longer one could not be reached from its own ends and from the program with 32-bit displacements.
pub const MAX_BLOCK_LEN: usize = 1 << 30;

/// The size of a page in bytes: blocks are rounded up to it and protection changes at its multiples.
pub fn page_size() -> usize {
    sys::page_size()
}
