//@ exit: 42
// process::exit in the middle: no destructor runs, what was printed without a newline still comes out.
struct Loud(&'static str);
impl Drop for Loud {
    fn drop(&mut self) {
        println!("never: {}", self.0);
    }
}
thread_local! {
    static LOCAL: Loud = const { Loud("thread-local") };
}

fn deep(n: u32) -> u32 {
    let _guard = Loud("guard");
    if n == 0 {
        print!("no newline at the end");
        std::process::exit(42);
    }
    deep(n - 1) + 1
}

fn main() {
    LOCAL.with(|l| println!("{}", l.0.len()));
    let _local = Loud("local");
    println!("{}", deep(10));
}
