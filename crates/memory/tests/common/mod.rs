//! What the system says about this process's memory: the independent truth of these tests.

#![allow(
    dead_code,
    reason = "each test file is a crate of its own and uses a part of this"
)]

#[cfg_attr(windows, path = "windows.rs")]
#[cfg_attr(target_os = "linux", path = "linux.rs")]
mod system;

use std::ops::Range;

/// One piece of the process's address space, in ascending order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mapping {
    pub(crate) range: Range<usize>,
    /// As Linux writes them: `r-xp`.
    pub(crate) permissions: String,
    /// What it was mapped from.
    pub(crate) file: Option<String>,
}

pub(crate) fn mappings() -> Vec<Mapping> {
    system::mappings()
}

/// Where the program of the test lies.
pub(crate) fn program() -> Range<usize> {
    system::program()
}

/// The permissions of each stretch of `range`, as (bytes, `rwx`); a stretch that is not mapped is left out.
pub(crate) fn permissions(range: Range<usize>) -> Vec<(usize, String)> {
    let mut stretches: Vec<(usize, String)> = Vec::new();
    for mapping in mappings() {
        let (start, end) = (
            mapping.range.start.max(range.start),
            mapping.range.end.min(range.end),
        );
        if start >= end {
            continue;
        }
        let rwx = mapping.permissions[..3].to_owned();
        match stretches.last_mut() {
            Some((len, same)) if *same == rwx => *len += end - start,
            _ => stretches.push((end - start, rwx)),
        }
    }
    stretches
}

/// Fails if any page of this process is writable and executable.
pub(crate) fn assert_nothing_is_writable_and_executable() {
    for mapping in mappings() {
        assert!(
            !mapping.permissions.starts_with("rwx") && !mapping.permissions.starts_with("-wx"),
            "{mapping:?}"
        );
    }
}

/// A function that returns the number, which is below 65,536: `mov eax, number; ret; nop; nop` or
/// `mov w0, #number; ret`.
pub(crate) fn returns(number: i32) -> [u8; 8] {
    let number = u16::try_from(number).unwrap();
    let [low, high] = number.to_le_bytes();
    if cfg!(target_arch = "aarch64") {
        let mov = 0x5280_0000 | u32::from(number) << 5;
        let [a, b, c, d] = mov.to_le_bytes();
        [a, b, c, d, 0xc0, 0x03, 0x5f, 0xd6]
    } else {
        [0xb8, low, high, 0, 0, 0xc3, 0x90, 0x90]
    }
}

/// Calls the function without arguments that starts at `entry`.
///
/// # Safety
/// There is such a function.
pub(crate) unsafe fn call(entry: *const u8) -> i32 {
    // SAFETY: passed on to the caller.
    unsafe { std::mem::transmute::<*const u8, extern "C" fn() -> i32>(entry)() }
}
