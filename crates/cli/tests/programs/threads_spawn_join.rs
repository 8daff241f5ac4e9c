// Threads: results by join, names, panics as values, parking.
use std::thread;

fn main() {
    let handles: Vec<_> = (0..8u64)
        .map(|i| thread::spawn(move || (1..=i).product::<u64>()))
        .collect();
    let products: Vec<u64> = handles.into_iter().map(|h| h.join().unwrap()).collect();
    println!("{products:?}");

    let named = thread::Builder::new()
        .name("worker-é".into())
        .spawn(|| thread::current().name().map(str::to_owned));
    println!("{:?}", named.unwrap().join().unwrap());
    println!("main is {:?}", thread::current().name());
    println!(
        "unnamed is {:?}",
        thread::spawn(|| thread::current().name().map(str::to_owned))
            .join()
            .unwrap()
    );

    let main = thread::current();
    let waker = thread::spawn(move || {
        main.unpark();
        "woken"
    });
    thread::park();
    println!("{}", waker.join().unwrap());

    let ids: Vec<_> = (0..4)
        .map(|_| thread::spawn(|| thread::current().id()))
        .map(|h| h.join().unwrap())
        .collect();
    let distinct: std::collections::HashSet<_> = ids.iter().collect();
    println!(
        "{} distinct ids, own among them: {}",
        distinct.len(),
        ids.contains(&thread::current().id())
    );

    let bad = thread::Builder::new().name("nul\0name".into());
    let refused = std::panic::catch_unwind(|| bad.spawn(|| ()).map(drop));
    println!(
        "name with a nul: {}",
        if refused.is_err() {
            "panics"
        } else {
            "accepted"
        }
    );
    println!("{}", thread::available_parallelism().is_ok());
}
