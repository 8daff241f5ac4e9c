//@ exit: 101
//@ args: 12 4 0
// A division by zero.
fn main() {
    let numbers: Vec<i64> = std::env::args()
        .skip(1)
        .map(|a| a.parse().unwrap())
        .collect();
    for divisor in &numbers[1..] {
        println!("{:?}", numbers[0].checked_div(*divisor));
        println!("{}", numbers[0] / divisor);
    }
}
