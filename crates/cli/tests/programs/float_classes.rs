// Floats by bits: classes, ordering, neighbours, signs, casts, and what NaN does.
use std::hint::black_box;
use std::num::FpCategory;

fn main() {
    let nan = black_box(f64::NAN);
    let values = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        f64::MIN_POSITIVE,
        5e-324,
        -5e-324,
        f64::MAX,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        -f64::NAN,
    ];
    for x in values {
        let class = match x.classify() {
            FpCategory::Nan => "nan",
            FpCategory::Infinite => "infinite",
            FpCategory::Zero => "zero",
            FpCategory::Subnormal => "subnormal",
            FpCategory::Normal => "normal",
        };
        println!(
            "{x:?} {class} {:016x} {} {} {}",
            x.to_bits(),
            x.is_sign_negative(),
            x.next_up(),
            x.next_down()
        );
    }
    let mut sorted = values;
    sorted.sort_by(f64::total_cmp);
    println!("{sorted:?}");
    println!(
        "{:?} {:?}",
        f64::NAN.partial_cmp(&1.0),
        (-0.0).partial_cmp(&0.0)
    );
    println!(
        "{} {} {}",
        nan == nan,
        -0.0 == 0.0,
        (0.0f64).total_cmp(&-0.0) as i8
    );
    println!(
        "{} {} {}",
        f64::NAN.max(1.0),
        1.0f64.min(f64::NAN),
        nan > 0.0
    );
    println!(
        "{} {} {}",
        1.0 / 0.0f64,
        -1.0 / f64::INFINITY,
        f64::INFINITY - f64::INFINITY
    );
    println!("{} {}", 0.1 + 0.2, 0.1f32 + 0.2f32);
    println!(
        "{} {} {}",
        16777217i32 as f32,
        u64::MAX as f64,
        i64::MIN as f32
    );
    println!("{} {} {}", 1e40f64 as f32, 1e-46f64 as f32, 0.1f32 as f64);
    println!(
        "{:?}",
        [2.5, -2.5, 1e10, -0.9, 255.9].map(|x: f64| (x as i32, x as u8))
    );
    println!(
        "{:08x} {:?} {}",
        1.5f32.to_bits(),
        1.5f32.to_be_bytes(),
        f32::from_bits(0x7f80_0001).is_nan()
    );
    println!(
        "{} {} {} {}",
        f32::EPSILON,
        f64::DIGITS,
        f32::MAX_EXP,
        f64::RADIX
    );
    println!(
        "{:?}",
        std::panic::catch_unwind(|| 1.0f64.clamp(2.0, black_box(1.0))).is_err()
    );
    let naive: f64 = (0..10).map(|_| 0.1).sum();
    let (sum, _) = (0..10).fold((0.0f64, 0.0f64), |(sum, c), _| {
        let y = 0.1 - c;
        let t = sum + y;
        (t, (t - sum) - y)
    });
    println!("{naive} {sum} {}", naive.to_bits().abs_diff(sum.to_bits()));
    println!("{:?} {}", 1e308f64.midpoint(1.5e308), 7.0f64.recip());
    println!(
        "{}",
        [1.5, f64::NAN, -3.0]
            .into_iter()
            .fold(f64::NEG_INFINITY, f64::max)
    );
}
