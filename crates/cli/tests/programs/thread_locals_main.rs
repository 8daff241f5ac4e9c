// Destructors of the main thread's thread-locals run after main has returned, after its locals are dropped.
use std::cell::RefCell;

struct Loud(&'static str);
impl Drop for Loud {
    fn drop(&mut self) {
        println!("drop {}", self.0);
        eprintln!("drop {} (stderr)", self.0);
    }
}

thread_local! {
    static A: Loud = const { Loud("a") };
    static B: RefCell<Vec<Loud>> = RefCell::new(vec![Loud("b0")]);
    static C: Loud = { println!("make c"); Loud("c") };
}

static NEVER_DROPPED: Loud = Loud("static");

fn main() {
    let _local = Loud("local");
    B.with_borrow_mut(|b| b.push(Loud("b1")));
    A.with(|a| println!("uses {}", a.0));
    C.with(|c| println!("uses {}", c.0));
    println!("{}", NEVER_DROPPED.0);
    std::thread::spawn(|| A.with(|a| println!("thread uses {}", a.0)))
        .join()
        .unwrap();
    print!("main ends, no newline; ");
}
