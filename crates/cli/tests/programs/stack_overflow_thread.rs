//@ signal: 6
// Recursion without an end on a named thread: its name is in the message.
use std::hint::black_box;

struct List(Option<Box<List>>);

fn build(n: u32) -> List {
    (0..n).fold(List(None), |list, _| List(Some(Box::new(list))))
}

fn main() {
    let small = std::thread::Builder::new()
        .name("small one".into())
        .stack_size(128 << 10);
    let thread = small.spawn(|| {
        drop(black_box(build(50)));
        println!("fifty are fine");
        // Dropping the list recurses once a node.
        let list = black_box(build(1_000_000));
        println!("built {}", list.0.is_some());
    });
    println!("{}", thread.unwrap().join().is_ok());
}
