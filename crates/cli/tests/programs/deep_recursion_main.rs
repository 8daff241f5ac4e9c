// Recursion that is deep but fits the eight megabytes of the main thread's stack.
use std::hint::black_box;

fn descend(n: u32, trail: &mut Vec<u32>) -> u64 {
    let frame = black_box([u64::from(n); 40]);
    if n % 1000 == 0 {
        trail.push(n);
    }
    if n == 0 {
        0
    } else {
        descend(n - 1, trail) + frame[n as usize % 40]
    }
}

fn main() {
    let mut trail = Vec::new();
    println!("{}", descend(5_000, &mut trail));
    println!("{trail:?}");
    let array = black_box([7u8; 1 << 20]);
    println!(
        "{}",
        array
            .iter()
            .step_by(4096)
            .map(|b| u64::from(*b))
            .sum::<u64>()
    );
}
