//@ exit: 101
// A RefCell borrowed twice: refused politely by try_borrow, with a panic by borrow_mut.
use std::cell::RefCell;

fn main() {
    let cell = RefCell::new(vec![1]);
    let reading = cell.borrow();
    println!(
        "{:?} {}",
        cell.try_borrow().is_ok(),
        cell.try_borrow_mut().unwrap_err()
    );
    println!("{cell:?} {}", reading.len());
    cell.borrow_mut().push(2);
    println!("not reached");
}
