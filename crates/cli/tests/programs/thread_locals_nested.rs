// Destructors of thread-locals that use other thread-locals: one already gone, one alive, one made anew.
use std::cell::{Cell, RefCell};
use std::thread;

struct Early;
struct Late;
struct Respawn(u32);

thread_local! {
    static EARLY: Early = const { Early };
    static LATE: Late = const { Late };
    static PLAIN: Cell<u32> = const { Cell::new(1) };
    static LIST: RefCell<Vec<u32>> = RefCell::new(Vec::new());
    static RESPAWN: RefCell<Vec<Respawn>> = const { RefCell::new(Vec::new()) };
}

impl Drop for Early {
    fn drop(&mut self) {
        println!(
            "early: late is {}",
            if LATE.try_with(|_| ()).is_ok() {
                "there"
            } else {
                "gone"
            }
        );
        println!("early: plain is {:?}", PLAIN.try_with(|p| p.replace(50)));
    }
}

impl Drop for Late {
    fn drop(&mut self) {
        println!(
            "late: early is {}",
            if EARLY.try_with(|_| ()).is_ok() {
                "there"
            } else {
                "gone"
            }
        );
        println!("late: plain is {:?}", PLAIN.try_with(Cell::get));
        println!(
            "late: itself is {:?}",
            LATE.try_with(|_| ()).map_err(|e| e.to_string())
        );
        // This one's destructor is registered while destructors run.
        LIST.with_borrow_mut(|l| l.push(9));
        println!("late: list is {:?}", LIST.with_borrow(Clone::clone));
    }
}

impl Drop for Respawn {
    fn drop(&mut self) {
        println!(
            "respawn {}: {:?}",
            self.0,
            RESPAWN.try_with(|_| ()).map_err(|e| format!("{e:?}"))
        );
    }
}

fn main() {
    thread::spawn(|| {
        EARLY.with(|_| LATE.with(|_| println!("early, then late")));
        PLAIN.set(7);
    })
    .join()
    .unwrap();
    thread::spawn(|| {
        LATE.with(|_| EARLY.with(|_| println!("late, then early")));
        RESPAWN.with_borrow_mut(|r| r.extend([Respawn(1), Respawn(2)]));
    })
    .join()
    .unwrap();
    println!("main: {} {}", PLAIN.get(), LIST.with_borrow(Vec::len));
    LATE.with(|_| ());
    EARLY.with(|_| ());
}
