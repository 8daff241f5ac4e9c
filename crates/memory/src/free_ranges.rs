//! Which parts of an arena's reserved addresses are free. Pure bookkeeping: it never touches the memory itself.
//!
//! Best fit, because the sizes of linked images repeat (the same text is loaded again and again) and so fill exactly
//! the holes that earlier ones left. Every operation costs O(log n) in the number of holes.

use std::collections::{BTreeMap, BTreeSet};

/// Free ranges, no two of them touching, found by address and by length.
#[derive(Debug, Default)]
pub(crate) struct FreeRanges {
    /// Start of each range and its length.
    by_address: BTreeMap<usize, usize>,
    /// The same as (length, start).
    by_len: BTreeSet<(usize, usize)>,
}

impl FreeRanges {
    /// Takes `len` bytes from the shortest range that has them, the lowest among equals; `None` when none has.
    pub(crate) fn take(&mut self, len: usize) -> Option<usize> {
        let &(found, address) = self.by_len.range((len, 0)..).next()?;
        self.remove(address, found);
        if found > len {
            self.insert(address + len, found - len);
        }
        Some(address)
    }

    /// Gives back a range that was taken, or a new one; it grows together with the free ranges beside it.
    pub(crate) fn give(&mut self, mut address: usize, mut len: usize) {
        if let Some((&before, &before_len)) = self.by_address.range(..address).next_back()
            && before + before_len == address
        {
            self.remove(before, before_len);
            address = before;
            len += before_len;
        }
        if let Some(&after_len) = self.by_address.get(&(address + len)) {
            self.remove(address + len, after_len);
            len += after_len;
        }
        self.insert(address, len);
    }

    fn insert(&mut self, address: usize, len: usize) {
        self.by_address.insert(address, len);
        self.by_len.insert((len, address));
    }

    fn remove(&mut self, address: usize, len: usize) {
        self.by_address.remove(&address);
        self.by_len.remove(&(len, address));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same thing done naively: one flag a unit, best fit by looking at every run of free units.
    struct Model(Vec<bool>);

    impl Model {
        fn holes(&self) -> Vec<(usize, usize)> {
            let mut holes = Vec::new();
            let mut start = None;
            for (unit, &free) in self.0.iter().chain([&false]).enumerate() {
                match (start, free) {
                    (None, true) => start = Some(unit),
                    (Some(at), false) => {
                        holes.push((unit - at, at));
                        start = None;
                    }
                    _ => {}
                }
            }
            holes
        }

        fn take(&mut self, len: usize) -> Option<usize> {
            let (_, at) = self
                .holes()
                .into_iter()
                .filter(|&(hole, _)| hole >= len)
                .min()?;
            self.0[at..at + len].fill(false);
            Some(at)
        }
    }

    #[test]
    fn agrees_with_a_map_of_single_units() {
        let units = 500;
        let mut ranges = FreeRanges::default();
        ranges.give(0, 200);
        ranges.give(200, units - 200);
        let mut model = Model(vec![true; units]);
        let mut taken: Vec<(usize, usize)> = Vec::new();
        let mut random = 0x9e37_79b9_7f4a_7c15_u64;
        for _ in 0..20_000 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let number = (random >> 20) as usize;
            if number.is_multiple_of(2) || taken.is_empty() {
                let len = 1 + number / 2 % 40;
                let at = ranges.take(len);
                assert_eq!(at, model.take(len));
                taken.extend(at.map(|at| (at, len)));
            } else {
                let (at, len) = taken.swap_remove(number / 2 % taken.len());
                ranges.give(at, len);
                model.0[at..at + len].fill(true);
            }
            let holes: BTreeSet<_> = model.holes().into_iter().collect();
            assert_eq!(ranges.by_len, holes);
            assert!(
                ranges
                    .by_address
                    .iter()
                    .map(|(&at, &len)| (len, at))
                    .eq(holes_by_address(&holes))
            );
        }
    }

    fn holes_by_address(holes: &BTreeSet<(usize, usize)>) -> Vec<(usize, usize)> {
        let mut holes: Vec<_> = holes.iter().copied().collect();
        holes.sort_by_key(|&(_, at)| at);
        holes
    }
}
