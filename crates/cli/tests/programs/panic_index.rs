//@ exit: 101
//@ args: 7
// An index out of bounds, known at run time only.
fn main() {
    let numbers = vec![1, 2, 3];
    let at: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    println!("{:?} {:?}", numbers.get(at), numbers.get(1));
    println!("{}", numbers[at]);
}
