// Deep recursion that is fine, on threads whose stacks are large enough for it.
use std::hint::black_box;
use std::thread;

fn depth(n: u32) -> u64 {
    let mut frame = [n; 16];
    black_box(&mut frame);
    if n == 0 {
        0
    } else {
        1 + depth(n - 1) + u64::from(frame[3] - n)
    }
}

fn ackermann(m: u64, n: u64) -> u64 {
    match (m, n) {
        (0, n) => n + 1,
        (m, 0) => ackermann(m - 1, 1),
        (m, n) => ackermann(m - 1, ackermann(m, n - 1)),
    }
}

struct List(Option<Box<List>>);

fn main() {
    let big = thread::Builder::new()
        .stack_size(256 << 20)
        .name("big".into());
    println!("{}", big.spawn(|| depth(300_000)).unwrap().join().unwrap());

    let array = thread::Builder::new().stack_size(32 << 20);
    let sum = array.spawn(|| {
        let mut large = [1u8; 16 << 20];
        black_box(&mut large);
        large[large.len() - 1] = 5;
        large
            .iter()
            .step_by(4096)
            .map(|&b| u64::from(b))
            .sum::<u64>()
            + u64::from(large[large.len() - 1])
    });
    println!("{}", sum.unwrap().join().unwrap());

    let other = thread::Builder::new().stack_size(64 << 20);
    println!(
        "{}",
        other.spawn(|| ackermann(2, 2000)).unwrap().join().unwrap()
    );

    let dropping = thread::Builder::new().stack_size(128 << 20).spawn(|| {
        let mut list = List(None);
        for _ in 0..100_000 {
            list = List(Some(Box::new(list)));
        }
        // Dropped by recursion, one frame a node.
        list.0.is_some()
    });
    println!("{}", dropping.unwrap().join().unwrap());
    println!("{}", depth(2_000));
}
