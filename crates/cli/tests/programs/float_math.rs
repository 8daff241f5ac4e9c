// The mathematical functions of libm, over ordinary and odd values, to the last bit.
use std::f64::consts::{E, PI};

type Unary = (&'static str, fn(f64) -> f64);

fn main() {
    let functions: [Unary; 24] = [
        ("sqrt", f64::sqrt),
        ("cbrt", f64::cbrt),
        ("exp", f64::exp),
        ("exp2", f64::exp2),
        ("exp_m1", f64::exp_m1),
        ("ln", f64::ln),
        ("ln_1p", f64::ln_1p),
        ("log2", f64::log2),
        ("log10", f64::log10),
        ("sin", f64::sin),
        ("cos", f64::cos),
        ("tan", f64::tan),
        ("asin", f64::asin),
        ("acos", f64::acos),
        ("atan", f64::atan),
        ("sinh", f64::sinh),
        ("cosh", f64::cosh),
        ("tanh", f64::tanh),
        ("floor", f64::floor),
        ("ceil", f64::ceil),
        ("round", f64::round),
        ("even", f64::round_ties_even),
        ("trunc", f64::trunc),
        ("fract", f64::fract),
    ];
    for (name, f) in functions {
        print!("{name}:");
        for x in [
            0.0,
            -0.0,
            0.5,
            -0.5,
            1.0,
            2.5,
            -7.25,
            PI,
            1e-10,
            100.0,
            1e300,
            f64::INFINITY,
            f64::NAN,
        ] {
            let y = f(x);
            if y.is_nan() {
                print!(" nan")
            } else {
                print!(" {y:e}")
            }
        }
        println!();
    }
    for (a, b) in [
        (2.0, 10.0),
        (2.0, 0.5),
        (-8.0, 1.0 / 3.0),
        (0.0, -1.0),
        (-2.0, 3.0),
        (E, PI),
        (10.0, -320.0),
        (1.0, f64::NAN),
    ] {
        println!(
            "{a} {b}: {:e} {:e} {:e} {:e} {} {}",
            f64::powf(a, b),
            f64::hypot(a, b),
            f64::atan2(a, b),
            a % b,
            a.max(b),
            f64::min(a, b)
        );
    }
    println!(
        "{:e} {:e} {}",
        1.0000001f64.powi(1_000_000),
        2f64.powi(-1074),
        0.1f64.mul_add(10.0, -1.0)
    );
    println!("{:?} {:?}", 1.25f64.sin_cos(), (0.1f32 + 0.2).sin_cos());
    println!(
        "{} {} {}",
        5.5f64.rem_euclid(-2.0),
        (-5.5f64).div_euclid(2.0),
        (-5.5f64).clamp(-1.0, 1.0)
    );
    println!(
        "{} {} {}",
        180f64.to_radians(),
        PI.to_degrees(),
        1f64.copysign(-0.0)
    );
    for x in [0.3f32, 2.0, -1.5, 1e-40, 88.5] {
        println!(
            "{:e} {:e} {:e} {:e} {:e}",
            x.sin(),
            x.exp(),
            x.abs().ln(),
            x.abs().powf(0.37),
            x.tanh()
        );
    }
    println!(
        "{:e}",
        (1..=100_000).map(|n| 1.0 / f64::from(n)).sum::<f64>()
    );
    println!(
        "{:e}",
        (1..=1000)
            .rev()
            .map(|n| f64::from(n).sqrt().sin())
            .product::<f64>()
    );
}
