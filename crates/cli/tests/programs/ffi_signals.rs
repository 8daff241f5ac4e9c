//@ signal: 10
// Signals: handlers set through libc, raised in this thread, blocked and pending, ignored, then the default end.
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering::SeqCst};

const SIGHUP: i32 = 1;
const SIGUSR1: i32 = 10;
const SIGUSR2: i32 = 12;
const SIGTERM: i32 = 15;
const SIG_DFL: usize = 0;
const SIG_IGN: usize = 1;

unsafe extern "C" {
    fn signal(number: i32, handler: usize) -> usize;
    safe fn raise(number: i32) -> i32;
    safe fn kill(pid: i32, number: i32) -> i32;
}

static COUNT: AtomicU32 = AtomicU32::new(0);
static LAST: AtomicI32 = AtomicI32::new(0);

extern "C" fn handler(number: i32) {
    COUNT.fetch_add(1, SeqCst);
    LAST.store(number, SeqCst);
}

fn set(number: i32, to: usize) -> usize {
    // SAFETY: the handler only touches atomics.
    unsafe { signal(number, to) }
}

fn main() {
    let ours = handler as extern "C" fn(i32) as usize;
    println!("{}", set(SIGUSR1, ours) == SIG_DFL);
    println!(
        "{} {}",
        set(SIGUSR2, ours) == SIG_DFL,
        set(SIGTERM, SIG_IGN) == SIG_DFL
    );
    for _ in 0..5 {
        raise(SIGUSR1);
    }
    println!("{COUNT:?} {LAST:?}");
    println!("{}", raise(SIGUSR2));
    println!("{COUNT:?} {LAST:?}");
    raise(SIGTERM);
    println!("still here");
    let thread = std::thread::spawn(|| raise(SIGUSR1));
    println!("{} {COUNT:?}", thread.join().unwrap());
    println!("{}", kill(std::process::id() as i32, 0));
    println!("{}", set(SIGUSR1, SIG_DFL) == ours);
    println!("{}", set(SIGHUP, SIG_IGN) != usize::MAX);
    raise(SIGUSR1);
    println!("not reached");
}
