//@ exit: 101
// unwrap on a None, in a function that is given one.
fn middle(items: &[i32]) -> Option<&i32> {
    items.get(items.len().checked_sub(1)? / 2)
}

fn main() {
    println!("{}", middle(&[1, 2, 3]).unwrap());
    println!("{}", middle(&[]).unwrap());
}
