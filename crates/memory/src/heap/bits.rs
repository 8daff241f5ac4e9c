//! Which granules of a chunk are free. Pure bookkeeping: it never touches the memory itself.
//!
//! Next fit: each search starts where the last one ended, so that a granule that was freed is used again only after
//! others were. A processor that sees code change which it has only just run starts over twice, with what it fetched
//! ahead and with what it guessed: installing at the same place again and again took 90 to 110 ns instead of 72 (Zen 4),
//! and from four places on it made no difference how many. Still a function that comes and goes shall not drag all of a
//! chunk through the caches: searches stay within a part of it until that is full.

/// In how many granules functions come and go as long as there are few.
const FEW: usize = 64;
/// How many granules a search leaves out behind the last function. The processor fetches the lines behind the code that it
/// runs ahead of time: writing to the next one took 83 ns a function of 64 bytes, beyond two others 79 (Zen 4). What is
/// left out is used in a later round.
const APART: usize = 2;

/// One bit a granule, set where it is free.
pub(super) struct Bits {
    words: Box<[u64]>,
    free: usize,
    /// Where the next search starts.
    next: usize,
    /// Where it goes on from the beginning: a power of two.
    end: usize,
    /// No run of free granules is longer than this, so that a search for more can be left out.
    longest: usize,
}

impl Bits {
    /// All free; their number is a power of two, and 64 or more.
    pub(super) fn new(granules: usize) -> Bits {
        Bits {
            words: vec![u64::MAX; granules / 64].into_boxed_slice(),
            free: granules,
            next: 0,
            end: FEW,
            longest: granules,
        }
    }

    pub(super) fn all_free(&self) -> bool {
        self.free == self.len()
    }

    fn len(&self) -> usize {
        self.words.len() * 64
    }

    /// Takes so many granules beside one another and gives the first; `None` where there is no such run.
    #[inline]
    pub(super) fn take(&mut self, count: usize) -> Option<usize> {
        if count > self.longest {
            return None;
        }
        let start = loop {
            let found = self.find(self.next, self.end, count);
            let again = || self.find(0, (self.next + count - 1).min(self.end), count);
            if let Some(start) = found.or_else(again) {
                break start;
            }
            if self.end == self.len() {
                self.longest = count - 1;
                return None;
            }
            self.end *= 2;
        };
        self.flip(start, count);
        self.free -= count;
        self.next = (start + count + APART) & (self.end - 1);
        Some(start)
    }

    /// Gives back granules that were taken.
    #[inline]
    pub(super) fn give(&mut self, start: usize, count: usize) {
        self.flip(start, count);
        self.free += count;
        self.longest = self.len();
        if self.all_free() {
            self.end = FEW;
            self.next &= FEW - 1;
        }
    }

    /// The first of `count` free granules beside one another between `from` and `to`.
    #[inline]
    fn find(&self, mut from: usize, to: usize, count: usize) -> Option<usize> {
        loop {
            let start = self.first(from, to, 0)?;
            if count == 1 {
                return Some(start);
            }
            // As far as is needed and no farther.
            let end = (start + count).min(to);
            let used = self.first(start + 1, end, u64::MAX).unwrap_or(end);
            if used - start >= count {
                return Some(start);
            }
            if used == to {
                return None;
            }
            from = used + 1;
        }
    }

    /// The first granule between `from` and `to` that is free, or, where `inverted` is all ones, not free.
    #[inline]
    fn first(&self, from: usize, to: usize, inverted: u64) -> Option<usize> {
        if from >= to {
            return None;
        }
        let mut index = from / 64;
        let mut word = (self.words[index] ^ inverted) & (u64::MAX << (from % 64));
        while word == 0 {
            index += 1;
            if index * 64 >= to {
                return None;
            }
            word = self.words[index] ^ inverted;
        }
        Some(index * 64 + word.trailing_zeros() as usize).filter(|&found| found < to)
    }

    #[inline]
    fn flip(&mut self, start: usize, count: usize) {
        let (mut at, end) = (start, start + count);
        while at < end {
            let in_word = (64 - at % 64).min(end - at);
            self.words[at / 64] ^= (u64::MAX >> (64 - in_word)) << (at % 64);
            at += in_word;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same thing with a flag a granule.
    fn naive(free: &[bool], from: usize, to: usize, count: usize) -> Option<usize> {
        (from..to.saturating_sub(count - 1))
            .find(|&start| free[start..start + count].iter().all(|&free| free))
    }

    #[test]
    fn agrees_with_a_list_of_flags() {
        let granules = 256;
        let mut bits = Bits::new(granules);
        let mut free = vec![true; granules];
        let (mut next, mut end) = (0, FEW);
        let mut taken: Vec<(usize, usize)> = Vec::new();
        let mut random = 0x9e37_79b9_7f4a_7c15_u64;
        for round in 0..50_000 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let number = (random >> 20) as usize;
            // Fuller in some stretches than in others.
            if number % 64 < 20 + round / 500 % 40 || taken.is_empty() {
                let count = 1 + if number & 64 == 0 {
                    0
                } else {
                    number / 128 % 90
                };
                let expected = loop {
                    let found = naive(&free, next, end, count)
                        .or_else(|| naive(&free, 0, (next + count - 1).min(end), count));
                    if found.is_some() || end == granules {
                        break found;
                    }
                    end *= 2;
                };
                assert_eq!(bits.take(count), expected);
                if let Some(start) = expected {
                    free[start..start + count].fill(false);
                    next = (start + count + APART) % end;
                    taken.push((start, count));
                }
            } else {
                let (start, count) = taken.swap_remove(number / 64 % taken.len());
                bits.give(start, count);
                free[start..start + count].fill(true);
            }
            let all_free = free.iter().all(|&free| free);
            assert_eq!(bits.all_free(), all_free);
            if all_free {
                (next, end) = (next % FEW, FEW);
            }
        }
        for (start, count) in taken {
            bits.give(start, count);
        }
        assert_eq!(bits.take(granules), Some(0));
    }
}
