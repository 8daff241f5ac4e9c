//! Where memory can lie so that 32-bit displacements reach from it to a program and back: what arenas and heaps have
//! in common when they look for addresses.

use std::{io, ops::Range};

use crate::sys;

/// The window that everything which shall reach everything else fits in. 1 MiB less than 2 GiB, because displacements
/// carry addends that can point a little before or behind the thing itself.
pub(crate) const REACH: usize = (1 << 31) - (1 << 20);
/// The longest step between two addresses that are tried.
const LONGEST_STEP: usize = 16 << 20;
/// Linux lets nothing be mapped below this unless told otherwise (`vm.mmap_min_addr`).
const LOWEST_ADDRESS: usize = 1 << 16;

/// Maps `len` bytes by `map` so that they and `window`, which holds `near`, still fit in [`REACH`], and lengthens
/// `window` by them. The error is the system's last answer.
pub(crate) fn place<T>(
    window: &mut Range<usize>,
    near: &Range<usize>,
    len: usize,
    map: impl Fn(usize) -> io::Result<T>,
) -> io::Result<(usize, T)> {
    let mut answer = io::ErrorKind::AddrNotAvailable.into();
    for address in candidates(window, near, len) {
        match map(address) {
            Ok(mapped) => {
                *window = window.start.min(address)..window.end.max(address + len);
                return Ok((address, mapped));
            }
            Err(error) if error.kind() == io::ErrorKind::Unsupported => return Err(error),
            Err(error) => answer = error,
        }
    }
    Err(answer)
}

/// Where `len` bytes could lie, best first: from right below `near` downwards, then from as far above it as can be
/// reached downwards, so as to leave room for the heap that grows from the program's end.
///
/// Asking the kernel for each is cheaper than reading the list of mappings: the first one is nearly always free.
fn candidates(
    window: &Range<usize>,
    near: &Range<usize>,
    len: usize,
) -> impl Iterator<Item = usize> + use<> {
    let unit = sys::granularity();
    let step = (len / 4).min(LONGEST_STEP).next_multiple_of(unit);
    let lowest = window.end.saturating_sub(REACH).max(LOWEST_ADDRESS);
    let highest = window.start.saturating_add(REACH);
    let downwards = move |from: usize, to: usize| {
        let first = from.checked_sub(len).map(|address| address & !(unit - 1));
        std::iter::successors(first, move |address| address.checked_sub(step))
            .take_while(move |&address| address >= to)
    };
    downwards(near.start, lowest).chain(downwards(highest, near.end.max(lowest)))
}
