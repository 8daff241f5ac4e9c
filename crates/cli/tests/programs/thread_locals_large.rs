// Thread-locals of hundreds of kilobytes, zeroed and not, in main and in threads of their own.
use std::cell::{Cell, RefCell};
use std::thread;

thread_local! {
    static ZEROED: RefCell<[u64; 40_000]> = const { RefCell::new([0; 40_000]) };
    static FILLED: RefCell<[u32; 20_000]> = const { RefCell::new([0x0101_0101; 20_000]) };
    static LAST: Cell<u8> = const { Cell::new(9) };
}

fn work(n: usize) -> (u64, u64, u8) {
    ZEROED.with_borrow_mut(|z| (0..z.len()).step_by(n + 1).for_each(|i| z[i] += i as u64));
    FILLED.with_borrow_mut(|f| f[n] = u32::MAX);
    LAST.set(LAST.get() + n as u8);
    let zeroed = ZEROED.with_borrow(|z| z.iter().sum());
    let filled = FILLED.with_borrow(|f| f.iter().map(|n| u64::from(*n)).sum());
    (zeroed, filled, LAST.get())
}

fn main() {
    println!("{:?}", work(1));
    let handles: Vec<_> = (0..6).map(|n| thread::spawn(move || work(n))).collect();
    for handle in handles {
        println!("{:?}", handle.join().unwrap());
    }
    println!("{:?}", work(2));
}
