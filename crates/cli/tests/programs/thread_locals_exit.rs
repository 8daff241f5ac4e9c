// Destructors of thread-locals run when their thread ends, in the reverse order of first use, before join returns.
use std::cell::{Cell, RefCell};
use std::sync::Mutex;
use std::thread;

static LOG: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn log(text: impl Into<String>) {
    LOG.lock().unwrap().push(text.into());
}

struct Loud(&'static str, Cell<u32>);
impl Drop for Loud {
    fn drop(&mut self) {
        log(format!("drop {} at {}", self.0, self.1.get()));
    }
}

thread_local! {
    static FIRST: Loud = { log("make first"); Loud("first", Cell::new(0)) };
    static SECOND: Loud = { log("make second"); Loud("second", Cell::new(0)) };
    static NEVER: Loud = { log("make never"); Loud("never", Cell::new(0)) };
    static WORDS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static COUNT: Cell<u64> = const { Cell::new(40) };
}

fn main() {
    for id in 0..3u32 {
        thread::spawn(move || {
            if id == 1 {
                SECOND.with(|s| s.1.set(id));
            }
            FIRST.with(|f| f.1.set(f.1.get() + id));
            SECOND.with(|s| s.1.set(s.1.get() + 10 * id));
            WORDS.with_borrow_mut(|w| w.push(format!("thread {id}")));
            COUNT.set(COUNT.get() + u64::from(id));
            log(format!("{} {:?} of {id}", COUNT.get(), WORDS.take()));
            if id == 2 {
                // A thread that unwinds runs them too.
                std::panic::resume_unwind(Box::new(()));
            }
        })
        .join()
        .map_err(|_| "unwound")
        .map_or_else(log, |()| log("joined"));
    }
    println!("{}", LOG.lock().unwrap().join("\n"));
    println!("{} {}", COUNT.get(), WORDS.with_borrow(Vec::is_empty));
    println!(
        "{}",
        LOG.lock()
            .unwrap()
            .iter()
            .any(|line| line.contains("never"))
    );
    if std::env::args().count() > 9 {
        NEVER.with(|_| ());
    }
}
