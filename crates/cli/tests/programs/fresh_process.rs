//! What a program finds when it begins: no error on record; and handlers around a fork.

use std::io::Error;
use std::sync::atomic::{AtomicI32, Ordering};

static CALLS: AtomicI32 = AtomicI32::new(0);

type Handler = extern "C" fn();

unsafe extern "C" {
    fn pthread_atfork(prepare: Handler, parent: Handler, child: Handler) -> i32;
    fn fork() -> i32;
    fn waitpid(process: i32, status: *mut i32, options: i32) -> i32;
    fn _exit(code: i32) -> !;
}

extern "C" fn prepare() {
    CALLS.fetch_add(1, Ordering::Relaxed);
}

extern "C" fn parent() {
    CALLS.fetch_add(10, Ordering::Relaxed);
}

extern "C" fn child() {
    CALLS.fetch_add(100, Ordering::Relaxed);
}

fn main() {
    println!("{:?}", Error::last_os_error().raw_os_error());
    let mut status = 0;
    // SAFETY: the handlers and the child use atomics alone.
    unsafe {
        println!("registered: {}", pthread_atfork(prepare, parent, child));
        let process = fork();
        if process == 0 {
            _exit(CALLS.load(Ordering::Relaxed));
        }
        waitpid(process, &mut status, 0);
    }
    println!(
        "child {}, parent {}",
        status >> 8,
        CALLS.load(Ordering::Relaxed)
    );
}
