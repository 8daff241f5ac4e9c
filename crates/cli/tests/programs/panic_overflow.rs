//@ exit: 101
//@ stdin: 250\n3\n2\n1\n
// An arithmetic overflow in a debug build, while summing what comes in.
use std::io::BufRead;

fn main() {
    let mut sum = 0u8;
    for line in std::io::stdin().lock().lines() {
        sum += line.unwrap().parse::<u8>().unwrap();
        println!("{sum}");
    }
}
