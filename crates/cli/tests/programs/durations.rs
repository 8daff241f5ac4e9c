// Duration and SystemTime arithmetic: sums, products, fractions, printing, parsing apart, a calendar from seconds.
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

fn date(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][days.rem_euclid(7) as usize];
    format!(
        "{weekday} {year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}",
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
}

fn main() {
    let durations = [
        Duration::ZERO,
        Duration::from_nanos(1),
        Duration::from_nanos(1_500),
        Duration::from_micros(999_999),
        Duration::from_millis(1_234),
        Duration::from_secs(3_600),
        Duration::new(5, 1),
        Duration::MAX,
        Duration::from_secs_f32(0.1),
    ];
    for d in durations {
        println!(
            "{d:?} | {d:.2?} | {d:>14.1?} | {:e} | {} {}",
            d.as_secs_f64(),
            d.as_millis(),
            d.subsec_nanos()
        );
    }
    let (a, b) = (Duration::from_millis(2_500), Duration::from_secs_f64(0.3));
    println!("{:?} {:?} {:?} {:?}", a + b, a - b, a * 7, a / 3);
    println!(
        "{:?} {:?} {:?}",
        b.checked_sub(a),
        b.saturating_sub(a),
        a.abs_diff(b)
    );
    println!(
        "{:?} {:?} {}",
        a.mul_f64(1.5),
        a.div_f32(4.0),
        a.div_duration_f64(b)
    );
    println!(
        "{:?} {:?}",
        Duration::MAX.checked_add(Duration::from_nanos(1)),
        Duration::MAX.saturating_mul(2)
    );
    println!(
        "{:?} {:?}",
        Duration::try_from_secs_f64(-0.5).map_err(|e| e.to_string()),
        Duration::try_from_secs_f64(1e30).map_err(|e| e.to_string())
    );
    println!("{:?} {:?}", [a, b, a].iter().sum::<Duration>(), a.max(b));
    println!(
        "{:?}",
        Duration::from_secs(90_061) + Duration::from_nanos(7)
    );

    for seconds in [
        0,
        951_782_400,
        1_700_000_000,
        -1,
        -2_208_988_800,
        253_402_300_799,
    ] {
        println!("{seconds}: {}", date(seconds));
    }
    let time = UNIX_EPOCH + Duration::new(1_000, 5);
    println!(
        "{:?} {:?}",
        time.duration_since(UNIX_EPOCH),
        UNIX_EPOCH.duration_since(time).map_err(|e| e.duration())
    );
    println!(
        "{:?} {}",
        time.checked_sub(Duration::from_secs(2_000))
            .map(|t| t < UNIX_EPOCH),
        SystemTime::now() > time
    );
    let start = Instant::now();
    println!(
        "{} {:?}",
        start.elapsed() < Duration::from_secs(60),
        start.checked_duration_since(start + a)
    );
    println!("{:?}", start.saturating_duration_since(start + a));
}
