// Primes: a sieve, a segmented one, Miller-Rabin on 64 bits, Pollard's rho, totients, twin and perfect numbers.
use std::collections::BTreeMap;

fn sieve(limit: usize) -> Vec<usize> {
    let mut composite = vec![false; limit + 1];
    let mut primes = Vec::new();
    for n in 2..=limit {
        if !composite[n] {
            primes.push(n);
            (n * n..=limit).step_by(n).for_each(|m| composite[m] = true);
        }
    }
    primes
}

fn segment(from: usize, to: usize) -> Vec<usize> {
    let mut composite = vec![false; to - from];
    for p in sieve(to.isqrt() + 1) {
        let first = from.next_multiple_of(p).max(p * p);
        (first..to)
            .step_by(p)
            .for_each(|m| composite[m - from] = true);
    }
    (from..to).filter(|n| !composite[n - from]).collect()
}

fn multiply(a: u64, b: u64, m: u64) -> u64 {
    (u128::from(a) * u128::from(b) % u128::from(m)) as u64
}

fn power(mut base: u64, mut exponent: u64, m: u64) -> u64 {
    let mut result = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = multiply(result, base, m);
        }
        base = multiply(base, base, m);
        exponent >>= 1;
    }
    result
}

fn is_prime(n: u64) -> bool {
    const BASES: [u64; 12] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];
    if n < 2 || BASES.iter().any(|p| n % p == 0) {
        return BASES.contains(&n);
    }
    let shift = (n - 1).trailing_zeros();
    BASES.iter().all(|base| {
        let mut x = power(*base, (n - 1) >> shift, n);
        x == 1
            || x == n - 1
            || (1..shift).any(|_| {
                x = multiply(x, x, n);
                x == n - 1
            })
    })
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn factors(n: u64, found: &mut BTreeMap<u64, u32>) {
    if n == 1 {
        return;
    }
    if is_prime(n) {
        *found.entry(n).or_insert(0) += 1;
        return;
    }
    let divisor = (2..50).find(|d| n % d == 0 && n != *d).unwrap_or_else(|| {
        (1..)
            .find_map(|c| {
                let step = |x| (u128::from(multiply(x, x, n)) + c).rem_euclid(u128::from(n)) as u64;
                let (mut slow, mut fast) = (2, 2);
                loop {
                    slow = step(slow);
                    fast = step(step(fast));
                    match gcd(slow.abs_diff(fast), n) {
                        1 => {}
                        d if d == n => return None,
                        d => return Some(d),
                    }
                }
            })
            .unwrap()
    });
    factors(divisor, found);
    factors(n / divisor, found);
}

fn main() {
    let primes = sieve(100_000);
    println!("{} {:?} {:?}", primes.len(), &primes[..10], primes.last());
    println!("{:?}", segment(1_000_000_000, 1_000_000_200));
    println!("{}", primes.windows(2).filter(|w| w[1] - w[0] == 2).count());
    println!("{:?}", primes.windows(2).max_by_key(|w| w[1] - w[0]));
    println!("{}", (0..100_000).filter(|n| is_prime(*n)).count());
    for n in [
        561,
        2_147_483_647,
        18_446_744_073_709_551_557,
        3_215_031_751,
        u64::MAX,
        1_000_000_007 * 998_244_353,
        720_720,
        1,
    ] {
        let mut found = BTreeMap::new();
        factors(n, &mut found);
        let product: u128 = found.iter().map(|(p, e)| u128::from(*p).pow(*e)).product();
        println!("{n} {} {found:?} {}", is_prime(n), product == u128::from(n));
    }
    let sum_of_divisors = |n: usize| (1..n).filter(|d| n % d == 0).sum::<usize>();
    println!(
        "{:?}",
        (2..1000)
            .filter(|n| sum_of_divisors(*n) == *n)
            .collect::<Vec<_>>()
    );
}
