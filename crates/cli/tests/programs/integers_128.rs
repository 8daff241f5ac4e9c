// i128 and u128: products, divisions and remainders with every mix of signs, powers, roots, bits, conversions.
use std::hint::black_box;

fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn mul_mod(mut a: u128, mut b: u128, m: u128) -> u128 {
    let mut result = 0u128;
    a %= m;
    while b > 0 {
        if b & 1 == 1 {
            result = result
                .checked_add(a)
                .map_or_else(|| result.wrapping_add(a).wrapping_sub(m), |s| s % m);
        }
        a = a
            .checked_add(a)
            .map_or_else(|| a.wrapping_add(a).wrapping_sub(m), |s| s % m);
        b >>= 1;
    }
    result
}

fn main() {
    let big: u128 = black_box(0x0123_4567_89ab_cdef_fedc_ba98_7654_3210);
    for divisor in [
        1,
        3,
        10,
        1 << 64,
        (1 << 64) + 1,
        u128::from(u64::MAX),
        big,
        big + 1,
        u128::MAX,
    ] {
        println!(
            "{big} / {divisor} = {} rest {}",
            big / divisor,
            big % divisor
        );
    }
    let signed: i128 = black_box(-12345678901234567890123456789012345678);
    for divisor in [7, -7, 1 << 70, -(1 << 100), i128::MAX, i128::MIN] {
        println!(
            "{} {} {} {}",
            signed / divisor,
            signed % divisor,
            signed.div_euclid(divisor),
            signed.rem_euclid(divisor)
        );
    }
    println!("{:?} {:?}", big.checked_mul(300), big.checked_mul(100));
    println!(
        "{:?} {:?}",
        big.overflowing_mul(big),
        signed.overflowing_sub(i128::MAX)
    );
    println!(
        "{} {}",
        big.wrapping_mul(big),
        signed.saturating_mul(signed)
    );
    println!(
        "{:?} {:?}",
        i128::MIN.checked_div(-1),
        i128::MIN.checked_abs()
    );
    println!(
        "{} {} {}",
        3u128.pow(80),
        10i128.pow(38).isqrt(),
        u128::MAX.ilog10()
    );
    println!(
        "{} {} {} {}",
        big.count_ones(),
        big.leading_zeros(),
        (big << 9).trailing_zeros(),
        big.reverse_bits()
    );
    println!(
        "{:x} {:x} {:x}",
        big.rotate_left(20),
        big.swap_bytes(),
        black_box(big) >> black_box(77)
    );
    println!("{:x} {:x}", signed >> 64, (signed as u128) >> 64);
    println!("{:?}", big.to_be_bytes());
    println!("{} {} {}", big as f64, signed as f32, u128::MAX as f32);
    println!("{} {} {}", 1e38 as u128, -1e39 as i128, f64::NAN as u128);
    println!(
        "{} {} {}",
        big as u64,
        signed as i16,
        u128::from(7u8) + u128::from(true)
    );
    println!(
        "{:?} {:?}",
        u64::try_from(big).map_err(|e| e.to_string()),
        i128::try_from(u128::MAX).is_err()
    );
    println!(
        "{}",
        gcd(2u128.pow(90) * 3u128.pow(10), 6u128.pow(20) * 5u128.pow(30))
    );
    println!("{}", mul_mod(big, u128::MAX - 5, u128::MAX - 158));
    println!("{}", (1..=33u128).product::<u128>());
    println!(
        "{}",
        (1..=100i128)
            .map(|n| if n % 2 == 0 { n.pow(18) } else { -n.pow(18) })
            .sum::<i128>()
    );
    println!(
        "{:?}",
        (u128::MAX - 2..=u128::MAX)
            .map(|n| n % 1_000_000_007)
            .collect::<Vec<_>>()
    );
    println!(
        "{} {}",
        big.midpoint(u128::MAX),
        signed.unsigned_abs().next_power_of_two()
    );
}
