// Numbers parsed from text: every integer type's bounds, radixes, floats at the edges, and the errors.
fn ints<T: std::str::FromStr<Err = std::num::ParseIntError> + std::fmt::Display>(texts: &[&str]) {
    for text in texts {
        match text.parse::<T>() {
            Ok(n) => println!("{} {text:?} = {n}", std::any::type_name::<T>()),
            Err(e) => println!(
                "{} {text:?}: {e} ({:?})",
                std::any::type_name::<T>(),
                e.kind()
            ),
        }
    }
}

fn main() {
    ints::<u8>(&["255", "256", "-1", "+7", "", "0x10", "007", " 1", "1_000"]);
    ints::<i8>(&["-128", "-129", "127", "128", "-", "-0"]);
    ints::<i64>(&[
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
    ]);
    ints::<i128>(&[
        "-170141183460469231731687303715884105728",
        "170141183460469231731687303715884105728",
    ]);
    ints::<u128>(&[
        "340282366920938463463374607431768211455",
        "340282366920938463463374607431768211456",
        "٣",
    ]);
    println!(
        "{:?} {:?}",
        u32::from_str_radix("zz", 36),
        i16::from_str_radix("-8000", 16)
    );
    println!(
        "{:?} {:?}",
        u64::from_str_radix("1012", 2),
        u8::from_str_radix("377", 8)
    );
    println!(
        "{:?}",
        "0".parse::<std::num::NonZeroU8>()
            .map_err(|e| e.to_string())
    );

    for text in [
        "0.1",
        "-0",
        ".5",
        "5.",
        "1e400",
        "-1e400",
        "1e-400",
        "4.9e-324",
        "2.4703282292062327e-324",
        "inf",
        "-Infinity",
        "nan",
        "1e",
        "e5",
        "",
        ".",
        "1.7976931348623157e308",
        "1.7976931348623159e308",
        "9007199254740993",
        "9007199254740992.999999999999",
        "123456789012345678901234567890",
        "0.1e1",
        "1E5",
        "1e+5",
        "0x1p3",
        " 1",
        "6.0221e23",
        "2.2250738585072011e-308",
        "100000000000000016777215",
        "8.5e-45",
    ] {
        match (text.parse::<f64>(), text.parse::<f32>()) {
            (Ok(double), Ok(single)) => println!(
                "{text:?} = {double:e} {:#x} / {single:e} {:#x}",
                double.to_bits(),
                single.to_bits()
            ),
            (a, b) => println!("{text:?}: {a:?} {b:?}"),
        }
    }
    println!(
        "{:?} {:?}",
        "true".parse::<bool>(),
        "True".parse::<bool>().map_err(|e| e.to_string())
    );
    let round = [0.1, 1.0 / 3.0, 1e23, 5e-324, f64::MAX, 123456.789e-250];
    println!(
        "{}",
        round
            .iter()
            .all(|x| x.to_string().parse::<f64>() == Ok(*x) && format!("{x:e}").parse() == Ok(*x))
    );
    let sum: Result<i32, _> = "1,2,x,4".split(',').map(str::parse::<i32>).sum();
    println!(
        "{sum:?} {:?}",
        "1,2,3"
            .split(',')
            .map(str::parse::<i32>)
            .product::<Result<i32, _>>()
    );
}
