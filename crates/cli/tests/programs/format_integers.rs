// Integers in every base, width, sign and fill; the extremes of i128 and u128; pointers and bytes.
fn main() {
    for n in [0, 1, -1, 42, i32::MIN, i32::MAX] {
        println!(
            "{n} {n:+} {n:x} {n:X} {n:o} {n:b} {n:#x} {n:#010b} {n:08} {n:>12}| {n:<12}| {n:^+12}| {n:e}"
        );
    }
    for n in [i128::MIN, i128::MAX, -1, 10i128.pow(38), 0] {
        println!("{n} {n:?} {n:x} {n:#o} {n:e} {n:+045} {n:_>45}");
    }
    for n in [u128::MAX, u128::MAX / 3, 1 << 127, u128::from(u64::MAX) + 1] {
        println!("{n} {n:#034x} {n:b} {n:E}");
    }
    println!("{:?} {:?} {:?}", i8::MIN, u64::MAX, isize::MIN);
    println!(
        "{:x?} {:X?} {:#x?} {:02x?}",
        [10, 255],
        [10, 255],
        Some(171),
        b"\x00\x0f\xf0"
    );
    println!(
        "{:e} {:E} {:.2e} {:e}",
        1_234_567_890u64, 100u8, 987_654_321, 0
    );
    println!(
        "{0:>1$} {0:>width$} {0:#>6} {name:^9} {0:?}",
        7,
        4,
        width = 3,
        name = "mid"
    );
    println!("{:?} {:?}", 5u8..10, (.., 3.., ..=4));
    println!(
        "{{}} {:5}|{:<5}|{:^5}|{:>5?}|{:-^5}|{:05}",
        'x',
        'y',
        true,
        (),
        "é",
        -3
    );
    struct Unit;
    impl std::fmt::Binary for Unit {
        fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
            write!(
                f,
                "w={:?} p={:?} f={:?} a={} +={} 0={}",
                f.width(),
                f.precision(),
                f.fill(),
                f.alternate(),
                f.sign_plus(),
                f.sign_aware_zero_pad()
            )
        }
    }
    println!("{:b} / {:é<+#07.2b}", Unit, Unit);
    println!(
        "{:p} {:?} {:#p}",
        std::ptr::null::<u8>(),
        std::ptr::without_provenance::<u8>(0xff),
        std::ptr::null::<u8>()
    );
    println!("{}", format_args!("{:>6}", format_args!("{}", 12)));
}
