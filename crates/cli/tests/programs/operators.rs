// Operator overloading: a fraction type with all of them, indexing, deref, calls by Fn-like, assignment forms.
use std::cmp::Ordering;
use std::fmt;
use std::iter::{Product, Sum};
use std::ops::*;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Ratio {
    n: i64,
    d: i64,
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}

impl Ratio {
    fn new(n: i64, d: i64) -> Ratio {
        assert!(d != 0, "a denominator of zero");
        let g = gcd(n, d) * d.signum();
        Ratio { n: n / g, d: d / g }
    }
}
impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.d == 1 {
            f.pad(&self.n.to_string())
        } else {
            f.pad(&format!("{}/{}", self.n, self.d))
        }
    }
}
impl fmt::Debug for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
impl From<i64> for Ratio {
    fn from(n: i64) -> Ratio {
        Ratio::new(n, 1)
    }
}

macro_rules! arithmetic {
    ($($trait:ident $method:ident $assign:ident $assign_method:ident |$a:ident, $b:ident| $n:expr, $d:expr;)*) => {$(
        impl $trait for Ratio {
            type Output = Ratio;
            fn $method(self, other: Ratio) -> Ratio {
                let ($a, $b) = (self, other);
                Ratio::new($n, $d)
            }
        }
        impl $trait<&Ratio> for &Ratio {
            type Output = Ratio;
            fn $method(self, other: &Ratio) -> Ratio { (*self).$method(*other) }
        }
        impl $trait<i64> for Ratio {
            type Output = Ratio;
            fn $method(self, other: i64) -> Ratio { self.$method(Ratio::from(other)) }
        }
        impl $assign for Ratio {
            fn $assign_method(&mut self, other: Ratio) { *self = self.$method(other); }
        }
    )*};
}
arithmetic! {
    Add add AddAssign add_assign |a, b| a.n * b.d + b.n * a.d, a.d * b.d;
    Sub sub SubAssign sub_assign |a, b| a.n * b.d - b.n * a.d, a.d * b.d;
    Mul mul MulAssign mul_assign |a, b| a.n * b.n, a.d * b.d;
    Div div DivAssign div_assign |a, b| a.n * b.d, a.d * b.n;
    Rem rem RemAssign rem_assign |a, b| (a.n * b.d) % (b.n * a.d), a.d * b.d;
}
impl Neg for Ratio {
    type Output = Ratio;
    fn neg(self) -> Ratio {
        Ratio::new(-self.n, self.d)
    }
}
impl Not for Ratio {
    type Output = bool;
    fn not(self) -> bool {
        self.n == 0
    }
}
impl Shl<u32> for Ratio {
    type Output = Ratio;
    fn shl(self, by: u32) -> Ratio {
        Ratio::new(self.n << by, self.d)
    }
}
impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Ratio) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Ratio {
    fn cmp(&self, other: &Ratio) -> Ordering {
        (self.n * other.d).cmp(&(other.n * self.d))
    }
}
impl PartialEq<i64> for Ratio {
    fn eq(&self, other: &i64) -> bool {
        *self == Ratio::from(*other)
    }
}
impl Sum for Ratio {
    fn sum<I: Iterator<Item = Ratio>>(iter: I) -> Ratio {
        iter.fold(Ratio::from(0), Add::add)
    }
}
impl<'a> Product<&'a Ratio> for Ratio {
    fn product<I: Iterator<Item = &'a Ratio>>(iter: I) -> Ratio {
        iter.fold(Ratio::from(1), |a, b| a * *b)
    }
}

struct Polynomial(Vec<Ratio>);
impl Deref for Polynomial {
    type Target = [Ratio];
    fn deref(&self) -> &[Ratio] {
        &self.0
    }
}
impl Index<&str> for Polynomial {
    type Output = Ratio;
    fn index(&self, name: &str) -> &Ratio {
        &self.0[match name {
            "constant" => 0,
            "linear" => 1,
            other => panic!("no {other} term"),
        }]
    }
}
impl IndexMut<&str> for Polynomial {
    fn index_mut(&mut self, name: &str) -> &mut Ratio {
        let at = usize::from(name != "constant");
        &mut self.0[at]
    }
}
impl BitXor<i64> for &Polynomial {
    type Output = Ratio;
    fn bitxor(self, x: i64) -> Ratio {
        self.iter()
            .rev()
            .fold(Ratio::from(0), |sum, c| sum * x + *c)
    }
}

fn main() {
    let (a, b) = (Ratio::new(3, -6), Ratio::new(5, 4));
    println!(
        "{a} {b} {} {} {} {} {}",
        a + b,
        a - b,
        a * b,
        a / b,
        &b % &a
    );
    let mut c = a;
    c += b;
    c *= Ratio::new(4, 9);
    c -= 2.into();
    c /= b;
    println!("{c} {} {} {} {:>8}|", -c, !c, c << 3, c);
    println!(
        "{:?} {} {} {}",
        a.cmp(&b),
        a < b,
        b.max(a),
        Ratio::new(8, 4) == 2
    );
    println!(
        "{} {}",
        (1..=10).map(|n| Ratio::new(1, n)).sum::<Ratio>(),
        [a, b, c].iter().product::<Ratio>()
    );
    let mut p = Polynomial(vec![1.into(), Ratio::new(1, 2), 3.into()]);
    p["linear"] = b;
    p["constant"] -= Ratio::new(1, 3);
    println!("{} {} {:?} {}", &p ^ 2, p["linear"], p.first(), p.len());
    println!(
        "{}",
        std::panic::catch_unwind(|| a / Ratio::from(0)).is_err()
    );
}
