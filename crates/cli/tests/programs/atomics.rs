// Atomics: every operation of the integer ones, pointers, a spin lock and a lock-free stack.
use std::cell::UnsafeCell;
use std::sync::atomic::{
    AtomicBool, AtomicI8, AtomicI64, AtomicPtr, AtomicU16, AtomicUsize, Ordering::*, fence,
};
use std::{ptr, thread};

struct SpinLock<T> {
    locked: AtomicBool,
    value: UnsafeCell<T>,
}
// SAFETY: `with` gives the value to one thread at a time.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        while self
            .locked
            .compare_exchange_weak(false, true, Acquire, Relaxed)
            .is_err()
        {
            thread::yield_now();
        }
        // SAFETY: the lock is held, so this is the only reference.
        let result = f(unsafe { &mut *self.value.get() });
        self.locked.store(false, Release);
        result
    }
}

struct Node {
    value: u32,
    next: *mut Node,
}

static HEAD: AtomicPtr<Node> = AtomicPtr::new(ptr::null_mut());

fn push(value: u32) {
    let node = Box::into_raw(Box::new(Node {
        value,
        next: ptr::null_mut(),
    }));
    loop {
        let head = HEAD.load(Acquire);
        // SAFETY: the node is not shared before the exchange succeeds.
        unsafe { (*node).next = head };
        if HEAD.compare_exchange(head, node, AcqRel, Relaxed).is_ok() {
            return;
        }
    }
}

fn main() {
    let n = AtomicI64::new(10);
    println!(
        "{} {} {}",
        n.fetch_add(5, SeqCst),
        n.fetch_sub(3, SeqCst),
        n.fetch_max(100, SeqCst)
    );
    println!(
        "{} {} {}",
        n.fetch_min(-7, SeqCst),
        n.swap(6, SeqCst),
        n.fetch_xor(3, SeqCst)
    );
    println!(
        "{} {} {}",
        n.fetch_and(4, SeqCst),
        n.fetch_or(9, SeqCst),
        n.fetch_nand(1, SeqCst)
    );
    println!(
        "{:?} {:?}",
        n.compare_exchange(-2, 1, SeqCst, SeqCst),
        n.compare_exchange(0, 2, SeqCst, SeqCst)
    );
    println!(
        "{:?} {:?}",
        n.fetch_update(SeqCst, SeqCst, |v| v.checked_mul(3)),
        n
    );
    let small = AtomicI8::new(127);
    println!(
        "{} wraps to {}",
        small.fetch_add(1, Relaxed),
        small.load(Relaxed)
    );
    println!(
        "{:?} {}",
        AtomicU16::default(),
        AtomicU16::new(9).into_inner()
    );

    let lock = SpinLock {
        locked: AtomicBool::new(false),
        value: UnsafeCell::new(Vec::new()),
    };
    let running = AtomicUsize::new(0);
    thread::scope(|s| {
        for id in 0..4u32 {
            let (lock, running) = (&lock, &running);
            s.spawn(move || {
                running.fetch_add(1, Relaxed);
                for i in 0..100 {
                    lock.with(|v| v.push(id * 1000 + i));
                    push(i);
                }
            });
        }
    });
    fence(SeqCst);
    println!("{} {}", running.into_inner(), lock.with(|v| v.len()));

    let (mut count, mut sum, mut at) = (0, 0u64, HEAD.swap(ptr::null_mut(), AcqRel));
    while !at.is_null() {
        // SAFETY: the threads are gone; each node came from a box and is visited once.
        let node = unsafe { Box::from_raw(at) };
        (count, sum, at) = (count + 1, sum + u64::from(node.value), node.next);
    }
    println!("{count} nodes, sum {sum}");
}
