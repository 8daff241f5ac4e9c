// Condvar: two threads taking turns, a wait that runs out. Barrier: rounds with one leader each.
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, Condvar, Mutex};
use std::thread;
use std::time::Duration;

fn main() {
    let (turn, changed) = (Mutex::new((0usize, Vec::new())), Condvar::new());
    thread::scope(|s| {
        for (id, name) in ["ping", "pong", "pang"].into_iter().enumerate() {
            let (turn, changed) = (&turn, &changed);
            s.spawn(move || {
                for round in 0..4 {
                    let mut state = changed
                        .wait_while(turn.lock().unwrap(), |(t, _)| *t % 3 != id)
                        .unwrap();
                    state.1.push(format!("{name}{round}"));
                    state.0 += 1;
                    changed.notify_all();
                }
            });
        }
    });
    println!("{}", turn.into_inner().unwrap().1.join(" "));

    let lock = Mutex::new(false);
    let (value, result) = changed
        .wait_timeout(lock.lock().unwrap(), Duration::from_millis(2))
        .unwrap();
    println!("{} {}", *value, result.timed_out());
    drop(value);
    let waited =
        changed.wait_timeout_while(lock.lock().unwrap(), Duration::from_secs(9), |ready| {
            std::mem::replace(ready, true)
        });
    println!("{}", waited.unwrap().1.timed_out());

    let (barrier, leaders, sum) = (Barrier::new(4), AtomicUsize::new(0), AtomicUsize::new(0));
    let seen: Vec<Vec<usize>> = thread::scope(|s| {
        let handles: Vec<_> = (1..=4)
            .map(|i| {
                let (barrier, leaders, sum) = (&barrier, &leaders, &sum);
                s.spawn(move || {
                    let mut sums = Vec::new();
                    for _ in 0..5 {
                        sum.fetch_add(i, Ordering::SeqCst);
                        if barrier.wait().is_leader() {
                            leaders.fetch_add(1, Ordering::SeqCst);
                        }
                        sums.push(sum.load(Ordering::SeqCst));
                        barrier.wait();
                    }
                    sums
                })
            })
            .collect();
        handles.into_iter().map(|h| h.join().unwrap()).collect()
    });
    println!(
        "{:?}, all alike: {}, leaders {leaders:?}",
        seen[0],
        seen.iter().all(|s| *s == seen[0])
    );
}
