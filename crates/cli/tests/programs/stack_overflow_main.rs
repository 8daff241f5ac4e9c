//@ signal: 6
// Recursion without an end on the main thread: the message, then SIGABRT.
use std::hint::black_box;

#[allow(unconditional_recursion, reason = "meant to overflow")]
fn forever(n: u64) -> u64 {
    let frame = black_box([n; 512]);
    forever(black_box(n + 1)) + frame[n as usize % 512]
}

fn main() {
    println!("before");
    println!("{}", forever(0));
}
