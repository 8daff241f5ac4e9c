// Big integers in base 10^9: factorials, Fibonacci, powers, division, digits of pi and e, compared with u128.
use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Mul, Sub};

const BASE: u64 = 1_000_000_000;

#[derive(Clone, PartialEq, Eq, Debug)]
struct Big(Vec<u32>);

impl From<u128> for Big {
    fn from(mut n: u128) -> Big {
        let mut limbs = Vec::new();
        while n > 0 {
            limbs.push((n % u128::from(BASE)) as u32);
            n /= u128::from(BASE);
        }
        Big(limbs)
    }
}
impl Big {
    fn trim(mut self) -> Big {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }
    fn small(&self, by: u32) -> Big {
        let mut carry = 0;
        let mut limbs: Vec<u32> = self
            .0
            .iter()
            .map(|l| {
                let n = u64::from(*l) * u64::from(by) + carry;
                carry = n / BASE;
                (n % BASE) as u32
            })
            .collect();
        if carry > 0 {
            limbs.push(carry as u32);
        }
        Big(limbs).trim()
    }
    fn divide(&self, by: u32) -> (Big, u32) {
        let mut rest = 0;
        let mut limbs: Vec<u32> = self
            .0
            .iter()
            .rev()
            .map(|l| {
                let n = rest * BASE + u64::from(*l);
                rest = n % u64::from(by);
                (n / u64::from(by)) as u32
            })
            .collect();
        limbs.reverse();
        (Big(limbs).trim(), rest as u32)
    }
    fn power(&self, n: u32) -> Big {
        match n {
            0 => Big(vec![1]),
            n if n % 2 == 0 => {
                let half = self.power(n / 2);
                &half * &half
            }
            n => &self.power(n - 1) * self,
        }
    }
}
impl Add for &Big {
    type Output = Big;
    fn add(self, other: &Big) -> Big {
        let mut carry = 0;
        let limb = |b: &Big, i: usize| b.0.get(i).copied().unwrap_or(0);
        let limbs = (0..=self.0.len().max(other.0.len())).map(|i| {
            let n = limb(self, i) + limb(other, i) + carry;
            carry = n / BASE as u32;
            n % BASE as u32
        });
        Big(limbs.collect()).trim()
    }
}
impl Sub for &Big {
    type Output = Big;
    fn sub(self, other: &Big) -> Big {
        let mut borrow = 0;
        let limbs = self.0.iter().enumerate().map(|(i, l)| {
            let n = i64::from(*l) - i64::from(other.0.get(i).copied().unwrap_or(0)) - borrow;
            borrow = i64::from(n < 0);
            n.rem_euclid(BASE as i64) as u32
        });
        Big(limbs.collect()).trim()
    }
}
impl Mul for &Big {
    type Output = Big;
    fn mul(self, other: &Big) -> Big {
        let mut limbs = vec![0u64; self.0.len() + other.0.len() + 1];
        for (i, a) in self.0.iter().enumerate() {
            for (j, b) in other.0.iter().enumerate() {
                let n = limbs[i + j] + u64::from(*a) * u64::from(*b);
                limbs[i + j] = n % BASE;
                limbs[i + j + 1] += n / BASE;
            }
        }
        Big(limbs.into_iter().map(|l| l as u32).collect()).trim()
    }
}
impl Ord for Big {
    fn cmp(&self, other: &Big) -> Ordering {
        self.0
            .len()
            .cmp(&other.0.len())
            .then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}
impl PartialOrd for Big {
    fn partial_cmp(&self, other: &Big) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl fmt::Display for Big {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut limbs = self.0.iter().rev();
        write!(f, "{}", limbs.next().unwrap_or(&0))?;
        limbs.try_for_each(|l| write!(f, "{l:09}"))
    }
}

fn arctan(inverse: u32, digits: u32) -> Big {
    let mut term = Big::from(10).power(digits + 10).divide(inverse).0;
    let (mut sum, mut n) = (term.clone(), 1);
    while !term.0.is_empty() {
        term = term.divide(inverse * inverse).0;
        n += 2;
        let part = term.divide(n).0;
        sum = if n % 4 == 3 {
            &sum - &part
        } else {
            &sum + &part
        };
    }
    sum
}

fn main() {
    let factorial = (1..=200u32).fold(Big::from(1), |b, n| b.small(n));
    println!("{factorial}");
    println!(
        "{}",
        factorial
            .to_string()
            .bytes()
            .rev()
            .take_while(|b| *b == b'0')
            .count()
    );
    let (mut a, mut b) = (Big::from(0), Big::from(1));
    for _ in 0..500 {
        (a, b) = (b.clone(), &a + &b);
    }
    println!("{a}\n{}", &b - &a);
    let (x, y) = (0x1234_5678_9abc_def0_u128, 0xfedc_ba98_7654_3210_u128);
    println!(
        "{} {}",
        (&Big::from(x) * &Big::from(y)).to_string() == (x * y).to_string(),
        Big::from(x) < Big::from(y)
    );
    println!(
        "{} {:?}",
        Big::from(7).power(300),
        Big::from(2).power(127).divide(97).1
    );
    let pi = &arctan(5, 120).small(16) - &arctan(239, 120).small(4);
    println!("{}", &pi.to_string()[..121]);
    println!("{} {}", Big::from(0), &Big::from(5) - &Big::from(5));
}
