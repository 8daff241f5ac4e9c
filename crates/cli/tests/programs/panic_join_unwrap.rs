//@ exit: 101
// main unwraps the result of a thread that panicked: two messages, 101.
use std::thread;

fn main() {
    let results: Vec<_> = (0..3)
        .map(|n| thread::spawn(move || 10 / n))
        .map(|t| t.join())
        .collect();
    for result in results.into_iter().rev() {
        println!("{}", result.unwrap());
    }
}
