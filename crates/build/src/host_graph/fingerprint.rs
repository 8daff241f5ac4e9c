//! A hash of a file's content, 128 bits wide, as `jitney::host!()` wrote it into the program. `jitney-macros` has the same
//! function and the same test: a crate of procedural macros can export nothing.
//!
//! It tells a file from another build of it. It is fast where cargo compiles it without optimization, as it does with
//! procedural macros in every profile, and it is no protection against somebody who forges files: who can write to the
//! target folder of a program has its sources in hand.

/// The hash of some bytes.
pub(crate) fn of(bytes: &[u8]) -> u128 {
    const ODD: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xc2b2_ae3d_27d4_eb4f];
    let (mut first, mut second) = (bytes.len() as u64, !(bytes.len() as u64));
    let mut add = |word: u64| {
        first = (first ^ word).wrapping_mul(ODD[0]);
        first ^= first >> 29;
        second = (second.rotate_left(27) ^ word).wrapping_mul(ODD[1]);
        second ^= second >> 32;
    };
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        add(u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    add(u64::from_le_bytes(last));
    (0..4).for_each(|_| add(0));
    (u128::from(first) << 64) | u128::from(second)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_bit_and_the_length_count() {
        let bytes: Vec<u8> = (0..100).collect();
        let hash = super::of(&bytes);
        for bit in 0..800 {
            let mut other = bytes.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            let other = super::of(&other);
            assert_ne!(hash >> 64, other >> 64, "{bit}");
            assert_ne!(hash as u64, other as u64, "{bit}");
        }
        assert_ne!(super::of(&[]), super::of(&[0]));
        assert_ne!(super::of(&[0; 8]), super::of(&[0; 16]));
    }

    /// The same words stand in `jitney-macros`, so that the two agree.
    #[test]
    fn the_hash_is_the_one_that_both_sides_know() {
        assert_eq!(super::of(b"jitney, jitney"), KNOWN);
    }

    const KNOWN: u128 = 269_169_710_842_382_009_524_462_446_219_743_414_568;
}
