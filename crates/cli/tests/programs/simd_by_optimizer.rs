//@ rustc-flags: -Copt-level=3
// Loops that the optimiser turns into vector code, with constants in read-only sections.
use std::hint::black_box;

fn saxpy(a: f32, x: &[f32], y: &mut [f32]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += a * x;
    }
}

fn histogram(bytes: &[u8]) -> [u32; 256] {
    let mut counts = [0; 256];
    bytes.iter().for_each(|b| counts[usize::from(*b)] += 1);
    counts
}

fn grey(rgb: &[[u8; 3]]) -> Vec<u8> {
    rgb.iter()
        .map(|&[r, g, b]| ((u32::from(r) * 77 + u32::from(g) * 150 + u32::from(b) * 29) >> 8) as u8)
        .collect()
}

#[inline(never)]
fn classify(b: u8) -> &'static str {
    match b {
        b'0'..=b'9' => "digit",
        b'a'..=b'z' => "lower",
        b'A'..=b'Z' => "upper",
        b' ' | b'\t' | b'\n' => "blank",
        0x80.. => "high",
        _ => "other",
    }
}

#[inline(never)]
fn jump(n: u32) -> u32 {
    match n {
        0 => 17,
        1 => black_box(3) + 1,
        2 => n * 100,
        3 => classify(b'x').len() as u32,
        4 => u32::MAX,
        5 => n.pow(7),
        6 => n.leading_zeros(),
        7 => 5 - n.min(5),
        _ => n ^ 0xaaaa,
    }
}

fn main() {
    let x: Vec<f32> = (0..997).map(|n| n as f32 / 8.0).collect();
    let mut y = vec![1.0f32; 997];
    saxpy(black_box(0.5), &x, &mut y);
    println!("{} {}", y.iter().sum::<f32>(), y[996]);

    let bytes: Vec<u8> = (0..10_000u32)
        .map(|n| (n.wrapping_mul(n) >> 3) as u8)
        .collect();
    let counts = histogram(&bytes);
    println!("{:?} {:?}", &counts[..8], counts.iter().max());
    println!("{}", bytes.iter().map(|b| u64::from(*b)).sum::<u64>());
    println!("{:?}", bytes.iter().map(|b| b.wrapping_mul(7)).max());

    let rgb: Vec<[u8; 3]> = bytes.as_chunks().0.to_vec();
    println!(
        "{:?}",
        grey(&rgb)
            .iter()
            .fold(0u32, |h, b| h.wrapping_mul(31).wrapping_add(u32::from(*b)))
    );
    println!("{:?}", "a Z9é~".bytes().map(classify).collect::<Vec<_>>());
    println!(
        "{:?}",
        (0..10).map(|n| jump(black_box(n))).collect::<Vec<_>>()
    );

    let mut matrix = [[0u32; 32]; 32];
    for (i, row) in matrix.iter_mut().enumerate() {
        for (j, cell) in row.iter_mut().enumerate() {
            *cell = (i * j) as u32 ^ 5;
        }
    }
    let transposed: [[u32; 32]; 32] =
        std::array::from_fn(|i| std::array::from_fn(|j| black_box(&matrix)[j][i]));
    println!(
        "{} {}",
        transposed == matrix,
        transposed
            .as_flattened()
            .iter()
            .map(|n| n.count_ones())
            .sum::<u32>()
    );
}
