// Mutex and RwLock: counting, poisoning and recovering, try_lock, into_inner, get_mut.
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, RwLock, TryLockError};
use std::thread;

fn main() {
    let total = Arc::new(Mutex::new(0u64));
    let threads: Vec<_> = (1..=6)
        .map(|step| {
            let total = Arc::clone(&total);
            thread::spawn(move || (0..500).for_each(|_| *total.lock().unwrap() += step))
        })
        .collect();
    threads.into_iter().for_each(|t| t.join().unwrap());
    println!("{}", total.lock().unwrap());
    println!("{:?}", Arc::try_unwrap(total).unwrap().into_inner());

    let mutex = Mutex::new(vec![1]);
    let guard = mutex.lock().unwrap();
    println!(
        "{}",
        matches!(mutex.try_lock(), Err(TryLockError::WouldBlock))
    );
    println!("{mutex:?}");
    drop(guard);
    println!("{mutex:?}");

    panic::set_hook(Box::new(|info| {
        println!("hook: {}", info.payload_as_str().unwrap_or("?"))
    }));
    let poisoning = panic::catch_unwind(AssertUnwindSafe(|| {
        let mut held = mutex.lock().unwrap();
        held.push(2);
        panic!("half way");
    }));
    println!("{} {}", poisoning.is_err(), mutex.is_poisoned());
    let error = mutex.lock().unwrap_err();
    println!("{error}");
    println!("{:?}", *error.into_inner());
    println!("{mutex:?}");
    mutex.clear_poison();
    println!("{:?}", mutex.lock().map(|v| v.len()));

    let table = RwLock::new(std::collections::BTreeMap::from([(1, "one")]));
    thread::scope(|s| {
        let (a, b) = (table.read().unwrap(), table.read().unwrap());
        println!("{} {} {}", a[&1], b.len(), table.try_write().is_err());
        drop((a, b));
        s.spawn(|| table.write().unwrap().insert(2, "two"));
    });
    println!("{:?}", table.read().unwrap());
    let failed = panic::catch_unwind(AssertUnwindSafe(|| {
        let _reading = table.read().unwrap();
        panic!("while reading");
    }));
    println!(
        "{} readers do not poison: {}",
        failed.is_err(),
        !table.is_poisoned()
    );
    let failed = panic::catch_unwind(AssertUnwindSafe(|| {
        table.write().unwrap().clear();
        table.read().unwrap()[&1].len()
    }));
    println!("{} {}", failed.is_err(), table.is_poisoned());
}
