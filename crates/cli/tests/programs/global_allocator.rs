//@ exit: 3
// A program with an allocator of its own: every allocation goes through it, std's own included.
use std::alloc::{GlobalAlloc, Layout, System};
use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering::Relaxed};

struct Counting;

static CALLS: AtomicUsize = AtomicUsize::new(0);
static LIVE: AtomicI64 = AtomicI64::new(0);
static LARGEST: AtomicUsize = AtomicUsize::new(0);

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.fetch_add(1, Relaxed);
        LIVE.fetch_add(layout.size() as i64, Relaxed);
        LARGEST.fetch_max(layout.size(), Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size() as i64, Relaxed);
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How many allocations a piece of work makes, and how many bytes are left of it.
fn cost<T>(work: impl FnOnce() -> T) -> (usize, i64, T) {
    let (calls, live) = (CALLS.load(Relaxed), LIVE.load(Relaxed));
    let result = work();
    (CALLS.load(Relaxed) - calls, LIVE.load(Relaxed) - live, result)
}

fn main() -> ExitCode {
    let (calls, kept, strings) = cost(|| (0..100).map(|n: u32| n.to_string()).collect::<Vec<_>>());
    println!("{calls} {kept} {}", strings.len());
    let (calls, kept, ()) = cost(|| drop(strings));
    println!("{calls} {kept}");
    let (_, kept, text) = cost(|| format!("{:?}", (0..50).collect::<Vec<u8>>()));
    println!("{} {}", kept >= text.len() as i64, text.len());
    let (_, kept, ()) = cost(|| {
        let mut map = HashMap::new();
        for n in 0..1000u64 {
            map.insert(n, vec![n; (n % 7) as usize]);
        }
        println!("{}", map.values().map(Vec::len).sum::<usize>());
    });
    println!("{kept}");
    let (_, _, sum) = cost(|| {
        let workers: Vec<_> = (1..=4u64)
            .map(|n| std::thread::spawn(move || vec![n; 1000].into_iter().sum::<u64>()))
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum::<u64>()
    });
    println!("{sum}");
    let caught = std::panic::catch_unwind(|| std::panic::panic_any(vec![1u8, 2, 3]));
    println!("{:?}", caught.unwrap_err().downcast::<Vec<u8>>().unwrap());
    let mut zeroed = vec![0u32; 100_000];
    zeroed[99_999] = 1;
    zeroed.reserve_exact(900_000);
    println!("{} {}", zeroed.iter().sum::<u32>(), LARGEST.load(Relaxed));
    ExitCode::from(3)
}
