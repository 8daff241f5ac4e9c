//! Work spread over threads: reductions, sorting, scopes, a pool of its own, and a panic that comes back.

use std::fmt::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

/// What the threads computed.
pub fn report() -> String {
    let mut report = String::new();
    let sum: u64 = (0..2_000_000_u64)
        .into_par_iter()
        .map(|n| n * n % 1009)
        .sum();
    writeln!(report, "{sum}").unwrap();

    let mut numbers: Vec<u64> = (0..300_000)
        .map(|n| n * 2_654_435_761 % 1_000_003)
        .collect();
    numbers.par_sort_unstable();
    writeln!(
        report,
        "{:?} {}",
        &numbers[..5],
        numbers.windows(2).all(|pair| pair[0] <= pair[1])
    )
    .unwrap();
    let words: Vec<String> = (0..10_000)
        .into_par_iter()
        .filter(|n| n % 3 == 1)
        .map(|n| n.to_string())
        .collect();
    writeln!(
        report,
        "{} {}",
        words.len(),
        words.par_iter().map(String::len).sum::<usize>()
    )
    .unwrap();
    writeln!(report, "{}", fibonacci(22)).unwrap();

    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(3)
        .thread_name(|n| format!("worker {n}"))
        .build()
        .unwrap();
    let mut names = pool.broadcast(|_| std::thread::current().name().map(str::to_owned));
    names.sort();
    writeln!(report, "{names:?}").unwrap();
    let met = AtomicUsize::new(0);
    pool.scope(|scope| {
        for _ in 0..100 {
            scope.spawn(|scope| {
                scope.spawn(|_| {
                    met.fetch_add(1, Ordering::Relaxed);
                })
            });
        }
    });
    writeln!(report, "{}", met.into_inner()).unwrap();

    let caught = std::panic::catch_unwind(|| {
        // Not `panic!`: the program and the module would print it from different threads.
        (0..1000).into_par_iter().for_each(|n| {
            if n == 777 {
                std::panic::resume_unwind(Box::new(n))
            }
        });
    });
    writeln!(report, "{:?}", caught.unwrap_err().downcast_ref::<i32>()).unwrap();
    report
}

fn fibonacci(n: u32) -> u64 {
    if n < 2 {
        return n.into();
    }
    let (a, b) = rayon::join(|| fibonacci(n - 1), || fibonacci(n - 2));
    a + b
}
