// A bounded queue made of a mutex and two condition variables, with closing.
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

struct Bounded<T> {
    state: Mutex<(VecDeque<T>, bool)>,
    not_empty: Condvar,
    not_full: Condvar,
    capacity: usize,
}

impl<T> Bounded<T> {
    fn new(capacity: usize) -> Arc<Self> {
        Arc::new(Bounded {
            state: Mutex::new((VecDeque::with_capacity(capacity), false)),
            not_empty: Condvar::new(),
            not_full: Condvar::new(),
            capacity,
        })
    }

    fn put(&self, item: T) -> Result<(), T> {
        let full = |s: &mut (VecDeque<T>, bool)| s.0.len() == self.capacity && !s.1;
        let mut state = self
            .not_full
            .wait_while(self.state.lock().unwrap(), full)
            .unwrap();
        if state.1 {
            return Err(item);
        }
        state.0.push_back(item);
        self.not_empty.notify_one();
        Ok(())
    }

    fn take(&self) -> Option<T> {
        let mut state = self
            .not_empty
            .wait_while(self.state.lock().unwrap(), |s| s.0.is_empty() && !s.1)
            .unwrap();
        let item = state.0.pop_front();
        self.not_full.notify_one();
        item
    }

    fn close(&self) {
        self.state.lock().unwrap().1 = true;
        self.not_empty.notify_all();
        self.not_full.notify_all();
    }
}

fn main() {
    let queue = Bounded::new(3);
    let producers: Vec<_> = (0..3u32)
        .map(|p| {
            let queue = Arc::clone(&queue);
            thread::spawn(move || (0..100).filter(|i| queue.put(p * 1000 + i).is_ok()).count())
        })
        .collect();
    let consumers: Vec<_> = (0..2)
        .map(|_| {
            let queue = Arc::clone(&queue);
            thread::spawn(move || std::iter::from_fn(|| queue.take()).collect::<Vec<u32>>())
        })
        .collect();
    let sent: usize = producers.into_iter().map(|p| p.join().unwrap()).sum();
    queue.close();
    let taken: Vec<Vec<u32>> = consumers.into_iter().map(|c| c.join().unwrap()).collect();
    for one in &taken {
        // Each producer's items stay in order, whichever consumer takes them.
        assert!((0..3).all(|p| one.iter().filter(|n| *n / 1000 == p).is_sorted()));
    }
    let mut all = taken.concat();
    all.sort_unstable();
    println!(
        "{sent} sent, {} taken, {} distinct, sum {}",
        all.len(),
        {
            all.dedup();
            all.len()
        },
        all.iter().sum::<u32>()
    );
    println!("{:?} {:?}", queue.put(5), queue.take());
}
