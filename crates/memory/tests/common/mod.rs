//! What the kernel says about this process's memory: the independent truth of these tests.

#![allow(
    dead_code,
    reason = "each test file is a crate of its own and uses a part of this"
)]

use std::{fs, ops::Range};

/// One line of `/proc/self/maps`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mapping {
    pub(crate) range: Range<usize>,
    /// As the kernel writes them: `r-xp`.
    pub(crate) permissions: String,
    pub(crate) path: Option<String>,
}

pub(crate) fn mappings() -> Vec<Mapping> {
    let text = fs::read_to_string("/proc/self/maps").unwrap();
    text.lines()
        .map(|line| {
            let mut fields = line.split_ascii_whitespace();
            let (start, end) = fields.next().unwrap().split_once('-').unwrap();
            let address = |digits| usize::from_str_radix(digits, 16).unwrap();
            Mapping {
                range: address(start)..address(end),
                permissions: fields.next().unwrap().to_owned(),
                path: fields.nth(3).map(str::to_owned),
            }
        })
        .collect()
}

/// Where the program of the test lies.
pub(crate) fn program() -> Range<usize> {
    let path = std::env::current_exe().unwrap();
    let own = |mapping: &Mapping| mapping.path.as_deref() == path.to_str();
    let own: Vec<_> = mappings().into_iter().filter(own).collect();
    own.first().unwrap().range.start..own.last().unwrap().range.end
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

/// `mov eax, number; ret`.
pub(crate) fn returns(number: i32) -> Vec<u8> {
    let mut machine_code = vec![0xb8];
    machine_code.extend(number.to_le_bytes());
    machine_code.push(0xc3);
    machine_code
}

/// Calls the function without arguments that starts at `entry`.
///
/// # Safety
/// There is such a function.
pub(crate) unsafe fn call(entry: *const u8) -> i32 {
    // SAFETY: passed on to the caller.
    unsafe { std::mem::transmute::<*const u8, extern "C" fn() -> i32>(entry)() }
}
