//! Random numbers that depend on a seed alone. Each individual of each generation has its own, so that it does not
//! matter which thread breeds it.

/// SplitMix64 (Steele, Lea and Flood 2014): small, quick, and good enough to breed by.
pub(crate) struct Random(u64);

impl Random {
    /// The numbers of one individual.
    pub(crate) fn new(seed: u64, generation: u64, individual: u64) -> Random {
        let mut random = Random(seed);
        for part in [generation, individual] {
            random = Random(random.next() ^ part);
        }
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number from 0 to `end - 1`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    /// True once in so many times.
    pub(crate) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}
