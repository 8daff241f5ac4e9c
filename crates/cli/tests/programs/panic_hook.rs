//@ exit: 101
// Panic hooks: set, taken, chained, with location and payload; the default one put back for the last panic.
use std::panic;
use std::sync::Mutex;
use std::thread;

static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

#[track_caller]
fn checked(n: i32) -> i32 {
    if n < 0 {
        panic!("negative {n}");
    }
    n
}

fn main() {
    let default = panic::take_hook();
    panic::set_hook(Box::new(|info| {
        let location = info.location().unwrap();
        let text = info.payload_as_str().unwrap_or("no text");
        let name = thread::current().name().unwrap_or("unnamed").to_owned();
        let line = format!(
            "{name}: {text} at {}:{}, unwinds {}",
            location.line(),
            location.column(),
            thread::panicking()
        );
        SEEN.lock().unwrap().push(line);
    }));
    let _ = panic::catch_unwind(|| checked(-1));
    let _ = panic::catch_unwind(|| panic::panic_any(5));
    let _ = thread::Builder::new()
        .name("helper".into())
        .spawn(|| checked(-2))
        .unwrap()
        .join();
    let _ = thread::spawn(|| "x".parse::<i32>().unwrap()).join();
    println!("{}", SEEN.lock().unwrap().join("\n"));

    let previous = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        eprintln!("first ours");
        previous(info);
        default(info);
    }));
    println!(
        "{}",
        panic::catch_unwind(|| [1, 2][checked(5) as usize]).is_err()
    );
    println!("{}", SEEN.lock().unwrap().len());
    let caught = panic::catch_unwind(|| {
        panic::set_hook(Box::new(|_| eprintln!("set by a closure that panics")));
        panic!("with the new one");
    });
    println!("{}", caught.is_err());
    drop(panic::take_hook());
    checked(-9);
}
