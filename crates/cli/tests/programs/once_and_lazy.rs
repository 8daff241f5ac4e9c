// Once, OnceLock, OnceCell, LazyLock and LazyCell, in statics too, with the poisoned ends.
use std::cell::{LazyCell, OnceCell};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Once, OnceLock};
use std::thread;

static STARTS: AtomicU32 = AtomicU32::new(0);
static SQUARES: LazyLock<HashMap<u32, u32>> = LazyLock::new(|| {
    println!("squares are made");
    (0..10).map(|n| (n, n * n)).collect()
});
static NAME: OnceLock<String> = OnceLock::new();

fn counted() -> u32 {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        STARTS.fetch_add(1, Ordering::SeqCst);
    });
    STARTS.load(Ordering::SeqCst)
}

fn main() {
    println!("before");
    let sums: Vec<u32> = (0..4)
        .map(|i| thread::spawn(move || SQUARES[&i] + SQUARES[&(9 - i)] + counted()))
        .map(|t| t.join().unwrap())
        .collect();
    println!("{sums:?}");

    println!("{:?} {}", NAME.get(), NAME.get_or_init(|| "first".into()));
    println!(
        "{:?} {}",
        NAME.set("second".into()),
        NAME.get_or_init(|| unreachable!())
    );

    let cell = OnceCell::new();
    println!("{cell:?} {} {:?}", cell.get_or_init(|| 5), cell);
    let lazy = LazyCell::new(|| {
        println!("lazily");
        vec![1, 2, 3]
    });
    println!("{} {}", lazy.len(), lazy[2]);

    std::panic::set_hook(Box::new(|info| println!("hook: {info}")));
    let once = Once::new();
    let failed = catch_unwind(AssertUnwindSafe(|| once.call_once(|| panic!("no start"))));
    println!("{} {}", failed.is_err(), once.is_completed());
    println!(
        "{}",
        catch_unwind(AssertUnwindSafe(|| once.call_once(|| ()))).is_err()
    );
    once.call_once_force(|state| println!("poisoned: {}", state.is_poisoned()));
    println!("{}", once.is_completed());

    static BROKEN: LazyLock<u8> = LazyLock::new(|| "300".parse().unwrap());
    for _ in 0..2 {
        println!("{}", catch_unwind(|| *BROKEN).is_err());
    }
}
