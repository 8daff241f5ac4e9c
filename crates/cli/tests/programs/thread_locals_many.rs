// Many threads with thread-locals of many kinds and alignments: each its own, each dropped once.
use std::cell::{Cell, OnceCell, RefCell, UnsafeCell};
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;

#[repr(align(64))]
struct Wide([u8; 64]);

static ALIVE: AtomicI64 = AtomicI64::new(0);
static DROPPED: AtomicI64 = AtomicI64::new(0);

struct Counted(Box<u64>);
impl Counted {
    fn new(n: u64) -> Counted {
        ALIVE.fetch_add(1, Ordering::SeqCst);
        Counted(Box::new(n))
    }
}
impl Drop for Counted {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::SeqCst);
        DROPPED.fetch_add(*self.0 as i64, Ordering::SeqCst);
    }
}

thread_local! {
    static ZERO: Cell<u128> = const { Cell::new(0) };
    static WIDE: UnsafeCell<Wide> = const { UnsafeCell::new(Wide([7; 64])) };
    static BUFFER: RefCell<[u32; 300]> = const { RefCell::new([0; 300]) };
    static NAME: OnceCell<String> = const { OnceCell::new() };
    static COUNTED: RefCell<Vec<Counted>> = RefCell::new(vec![Counted::new(1000)]);
    static FLAG: Cell<bool> = const { Cell::new(true) };
}

fn work(id: u64) -> (u128, usize, u8, u32, String) {
    for step in 0..10 {
        ZERO.set(ZERO.get().wrapping_mul(1000) + u128::from(id));
        BUFFER.with_borrow_mut(|b| b[(id as usize + step) % 300] += 1);
    }
    COUNTED.with_borrow_mut(|c| c.push(Counted::new(id)));
    let (aligned, byte) = WIDE.with(|w| {
        // SAFETY: only this thread sees it, and no other reference is made.
        let wide = unsafe { &mut *w.get() };
        wide.0[id as usize % 64] += id as u8;
        (w.get().addr() % 64, wide.0[id as usize % 64])
    });
    FLAG.set(!FLAG.get());
    let name = NAME.with(|n| n.get_or_init(|| format!("t{id}{}", FLAG.get())).clone());
    (
        ZERO.get(),
        aligned,
        byte,
        BUFFER.with_borrow(|b| b.iter().sum()),
        name,
    )
}

fn main() {
    println!("{:?}", work(3));
    for batch in 0..3 {
        let handles: Vec<_> = (0..16)
            .map(|i| thread::spawn(move || work(batch * 16 + i)))
            .collect();
        let results: Vec<_> = handles.into_iter().map(|h| h.join().unwrap()).collect();
        println!("{:?}", results[5]);
        println!("{}", results.iter().all(|r| r.1 == 0 && r.3 == 10));
    }
    println!("alive {ALIVE:?}, dropped {DROPPED:?}");
    println!("{:?}", work(4));
}
