//@ stdin: 250\n3\n2\n1\n9\n
//@ rustc-flags: -O
// The same sum wraps around when optimised.
use std::io::BufRead;

fn main() {
    let mut sum = 0u8;
    for line in std::io::stdin().lock().lines() {
        sum += line.unwrap().parse::<u8>().unwrap();
        println!("{sum}");
    }
    println!("{}", cfg!(debug_assertions));
}
