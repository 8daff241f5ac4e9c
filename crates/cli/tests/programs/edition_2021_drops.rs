//@ edition: 2021
// Edition 2021 drops the temporaries of a tail expression and of an if-let later than 2024 does.
use std::cell::RefCell;
use std::sync::Mutex;

struct D(&'static str);
impl Drop for D {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}
impl D {
    fn value(&self) -> Option<usize> {
        Some(self.0.len())
    }
    fn none(&self) -> Option<usize> {
        None
    }
}

fn tail() -> usize {
    let _local = D("local");
    D("tail temporary").value().unwrap_or_default()
}

fn gen(dyn_like: &mut dyn FnMut() -> usize) -> usize {
    // `gen` is a name like any other here, and a keyword in 2024.
    dyn_like()
}

fn main() {
    println!("{}", tail());
    if let Some(n) = D("condition").none() {
        println!("{n}");
    } else {
        println!("in else");
    }
    let mut count = 0;
    println!(
        "{}",
        gen(&mut || {
            count += 1;
            count
        })
    );
    let mutex = Mutex::new(Some(3));
    if let Some(n) = *mutex.lock().unwrap() {
        println!("held: {} {n}", mutex.try_lock().is_err());
    }
    let cell = RefCell::new(vec![1, 2, 3]);
    let closure = || cell.borrow().len();
    println!("{}", closure());
    for n in [1, 2]
        .into_iter()
        .chain(D("in a loop head").value().iter().copied())
    {
        print!("{n} ");
    }
    println!();
}
