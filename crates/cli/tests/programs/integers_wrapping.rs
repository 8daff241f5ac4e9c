// Wrapping, saturating, checked, overflowing and strict arithmetic; casts; bit tricks.
use std::num::{NonZero, Saturating, Wrapping};

fn xorshift(state: &mut u32) -> u32 {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    *state
}

macro_rules! table {
    ($($t:ty),*) => {$({
        let (min, max) = (<$t>::MIN, <$t>::MAX);
        println!(
            "{:>5} {:?} {:?} {:?} {} {} {} {:?} {} {}",
            stringify!($t),
            max.checked_add(1),
            max.overflowing_add(2),
            min.overflowing_sub(1),
            max.wrapping_mul(3),
            min.saturating_sub(9),
            max.saturating_mul(2),
            max.checked_pow(2),
            max.rotate_left(3),
            <$t>::BITS,
        );
    })*};
}

fn main() {
    table!(u8, i8, u16, i16, u32, i32, u64, i64, usize, isize);
    println!(
        "{:?} {:?} {}",
        i8::MIN.overflowing_neg(),
        i8::MIN.checked_rem(-1),
        i8::MIN.wrapping_abs()
    );
    println!(
        "{} {} {}",
        1u8.wrapping_shl(9),
        (-128i8).wrapping_shr(1),
        0x80u8.rotate_right(7)
    );
    println!(
        "{:?} {:?} {:?}",
        5u8.checked_sub_signed(6),
        250u8.checked_add_signed(-3),
        5u8.checked_signed_diff(9)
    );
    println!("{} {} {}", 300i32 as u8, -1i8 as u32, 3.99f32 as i8);
    println!("{} {} {}", -200.0f64 as i8, 1e20 as i32, f32::NAN as u16);
    println!(
        "{} {} {}",
        7i32.rem_euclid(-3),
        (-7i32).div_euclid(2),
        -7 / 2
    );
    println!(
        "{} {} {}",
        17u32.next_multiple_of(5),
        17u32.div_ceil(5),
        10u8.abs_diff(250)
    );
    println!(
        "{} {} {:?}",
        99u32.ilog2(),
        81u32.ilog(3),
        0u32.checked_ilog10()
    );
    println!("{:?} {}", 200u8.carrying_add_like(100), 1000u32.isqrt());
    let total = [250u8, 9, 1]
        .into_iter()
        .map(Wrapping)
        .sum::<Wrapping<u8>>();
    println!(
        "{total} {:?} {}",
        Wrapping(i16::MIN) - Wrapping(1),
        Saturating(200u8) + Saturating(100)
    );
    println!(
        "{:?} {:?}",
        NonZero::new(0u8),
        NonZero::new(12u8).map(|n| n.trailing_zeros())
    );
    println!("{:?}", u32::from_be_bytes([1, 2, 3, 4]).to_le_bytes());
    println!(
        "{} {} {}",
        u64::MAX.count_ones(),
        0u16.leading_zeros(),
        40u32.trailing_zeros()
    );
    let mut state = 2463534242;
    println!(
        "{:?}",
        (0..5).map(|_| xorshift(&mut state)).collect::<Vec<_>>()
    );
    println!(
        "{}",
        (0u32..1000).fold(0u32, |h, n| h.wrapping_mul(31).wrapping_add(n ^ (h >> 7)))
    );
}

trait CarryingAddLike {
    fn carrying_add_like(self, other: Self) -> (Self, bool)
    where
        Self: Sized;
}
impl CarryingAddLike for u8 {
    fn carrying_add_like(self, other: u8) -> (u8, bool) {
        let (sum, carry) = self.overflowing_add(other);
        (sum.wrapping_add(carry.into()), carry)
    }
}
