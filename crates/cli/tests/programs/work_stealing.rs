// A pool whose workers take from their own queue and steal from the others' far ends.
use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::thread;

type Job<'a> = Box<dyn FnOnce(&Pool<'a>, usize) + Send + 'a>;

struct Pool<'a> {
    queues: Vec<Mutex<VecDeque<Job<'a>>>>,
    pending: AtomicUsize,
    asleep: Mutex<()>,
    changed: Condvar,
}

impl<'a> Pool<'a> {
    fn new(workers: usize) -> Self {
        let queues = (0..workers).map(|_| Mutex::default()).collect();
        Pool {
            queues,
            pending: AtomicUsize::new(0),
            asleep: Mutex::new(()),
            changed: Condvar::new(),
        }
    }

    fn push(&self, worker: usize, job: Job<'a>) {
        self.pending.fetch_add(1, Ordering::SeqCst);
        self.queues[worker].lock().unwrap().push_back(job);
        let _guard = self.asleep.lock().unwrap();
        self.changed.notify_all();
    }

    fn take(&self, worker: usize) -> Option<Job<'a>> {
        let own = self.queues[worker].lock().unwrap().pop_back();
        own.or_else(|| {
            (1..self.queues.len()).find_map(|i| {
                self.queues[(worker + i) % self.queues.len()]
                    .lock()
                    .unwrap()
                    .pop_front()
            })
        })
    }

    fn work(&self, worker: usize) {
        loop {
            if let Some(job) = self.take(worker) {
                job(self, worker);
                if self.pending.fetch_sub(1, Ordering::SeqCst) == 1 {
                    let _guard = self.asleep.lock().unwrap();
                    self.changed.notify_all();
                }
                continue;
            }
            let guard = self.asleep.lock().unwrap();
            if self.pending.load(Ordering::SeqCst) == 0 {
                return;
            }
            let empty = self.queues.iter().all(|q| q.lock().unwrap().is_empty());
            if empty {
                drop(self.changed.wait_while(guard, |()| {
                    self.pending.load(Ordering::SeqCst) > 0
                        && self.queues.iter().all(|q| q.lock().unwrap().is_empty())
                }));
            }
        }
    }
}

fn divide<'a>(
    pool: &Pool<'a>,
    worker: usize,
    range: std::ops::Range<u64>,
    sum: &'a AtomicUsize,
    leaves: &'a AtomicUsize,
) {
    if range.end - range.start <= 64 {
        leaves.fetch_add(1, Ordering::Relaxed);
        sum.fetch_add(range.map(|n| (n * n % 7) as usize).sum(), Ordering::Relaxed);
        return;
    }
    let middle = range.start.midpoint(range.end);
    for half in [range.start..middle, middle..range.end] {
        pool.push(
            worker,
            Box::new(move |pool, worker| divide(pool, worker, half, sum, leaves)),
        );
    }
}

fn main() {
    let (sum, leaves) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let pool = Pool::new(4);
    divide(&pool, 0, 0..10_000, &sum, &leaves);
    thread::scope(|s| {
        for worker in 0..4 {
            let pool = &pool;
            s.spawn(move || pool.work(worker));
        }
    });
    println!(
        "{} {}",
        sum.load(Ordering::SeqCst),
        leaves.load(Ordering::SeqCst)
    );
    println!("{}", (0..10_000u64).map(|n| n * n % 7).sum::<u64>());
}
