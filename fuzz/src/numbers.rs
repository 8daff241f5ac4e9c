//! Numbers that the seed decides: a change must be the same when it is repeated.

/// Marsaglia's xorshift.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u32) -> Numbers {
        let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15 ^ u64::from(seed) << 17);
        numbers.next();
        numbers
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        // The low bits of a xorshift are the worst ones.
        ((self.next() >> 11) % end as u64) as usize
    }

    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub(crate) fn one_of<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}
