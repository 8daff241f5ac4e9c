// Scoped threads borrow from the stack, return values, and hand a panic on at the end of the scope.
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

fn merge_sort<T: Ord + Clone + Send>(items: &mut [T], depth: usize) {
    if items.len() < 2 {
        return;
    }
    let middle = items.len() / 2;
    let (left, right) = items.split_at_mut(middle);
    if depth == 0 {
        merge_sort(left, 0);
        merge_sort(right, 0);
    } else {
        thread::scope(|s| {
            s.spawn(|| merge_sort(left, depth - 1));
            merge_sort(right, depth - 1);
        });
    }
    let (mut i, mut j, mut merged) = (0, middle, Vec::with_capacity(items.len()));
    while i < middle && j < items.len() {
        let from = if items[j] < items[i] { &mut j } else { &mut i };
        merged.push(items[*from].clone());
        *from += 1;
    }
    merged.extend_from_slice(&items[i..middle]);
    merged.extend_from_slice(&items[j..]);
    items.clone_from_slice(&merged);
}

fn main() {
    let mut state = 12345u32;
    let mut numbers: Vec<u32> = (0..2000)
        .map(|_| {
            state = state.wrapping_mul(1664525).wrapping_add(1013904223);
            state >> 16
        })
        .collect();
    let mut expected = numbers.clone();
    expected.sort();
    merge_sort(&mut numbers, 2);
    println!(
        "sorted: {}, first {:?}, last {:?}",
        numbers == expected,
        &numbers[..4],
        &numbers[1996..]
    );

    let text = String::from("the quick brown fox jumps over the lazy dog");
    let lengths: Vec<usize> = thread::scope(|s| {
        let handles: Vec<_> = text
            .split(' ')
            .map(|word| s.spawn(move || word.len()))
            .collect();
        handles.into_iter().map(|h| h.join().unwrap()).collect()
    });
    println!("{lengths:?}");

    let finished = AtomicUsize::new(0);
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        thread::scope(|s| {
            for i in 0..4 {
                let finished = &finished;
                s.spawn(move || {
                    if i == 2 {
                        std::panic::resume_unwind(Box::new("quiet"));
                    }
                    finished.fetch_add(1, Ordering::SeqCst);
                });
            }
        })
    }));
    println!(
        "{:?} after {finished:?}",
        outcome.unwrap_err().downcast_ref::<&str>()
    );
}
