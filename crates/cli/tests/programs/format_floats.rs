// Floats printed in every form: shortest, exact, scientific, padded; subnormals, infinities, NaN, negative zero.
fn show(x: f64) {
    println!(
        "{x} | {x:?} | {x:e} | {x:E} | {x:.3} | {x:.0} | {x:.3e} | {x:+} | {x:+.1} | {x:012.4} | {x:<10}| {x:^+12.2}|"
    );
}

fn main() {
    for x in [
        0.0,
        -0.0,
        1.0,
        -1.5,
        0.1,
        0.3,
        100.0,
        1e15,
        1e16,
        1e17,
        123456789.125,
        1e-5,
        1e-7,
    ] {
        show(x);
    }
    for x in [
        f64::MAX,
        f64::MIN_POSITIVE,
        5e-324,
        f64::EPSILON,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
    ] {
        println!("{x:?} {x:e} {x:.2e} {x:>8.1e} {x:+?} {x:08.3e}");
    }
    println!("{}", f64::MAX);
    println!("{:.10} {}", f64::MIN_POSITIVE, 5e-324);
    println!("{:.60}", 0.1);
    println!("{:.340}", 5e-324 * 3.0);
    for x in [
        f32::MAX,
        f32::MIN_POSITIVE,
        f32::from_bits(1),
        0.1,
        16777216.0,
        1.0 / 3.0,
        -f32::NAN,
    ] {
        println!("{x} {x:?} {x:e} {x:.8} {}", f64::from(x));
    }
    // Ties are rounded to even where they are exact.
    for x in [
        0.5, 1.5, 2.5, 0.125, 0.375, 1.005, 2.675, 9.995, 999.9996, 0.05,
    ] {
        println!("{x:.0} {x:.1} {x:.2} {x:.3}");
    }
    println!("{:?} {:?} {:#?}", [1.0, 2.5], (f32::NAN, 1e300), Some(1.0));
    println!(
        "{:5}|{:<5}|{:^5}|{:>5}|{:*^9.1}|{:#?}",
        1.5, 1.5, 1.5, 1.5, 1.55, 1.0
    );
    let (width, precision) = (12, 3);
    println!(
        "{:width$.precision$}|{:3$}|{:.2}|",
        2.0f64.sqrt(),
        0.5,
        2.0,
        9
    );
    let mut x = 1.0f64;
    let walk: Vec<String> = (0..12)
        .map(|_| {
            x = x * 1.7 - 0.9 / x;
            format!("{x}")
        })
        .collect();
    println!("{}", walk.join(" "));
}
