//@ exit: 101
// A panic in main: message and place on stderr, locals dropped, thread-locals too, exit code 101.
struct Loud(&'static str);
impl Drop for Loud {
    fn drop(&mut self) {
        println!("drop {} {}", self.0, std::thread::panicking());
    }
}

thread_local! {
    static LOCAL: Loud = const { Loud("thread-local") };
}

fn inner(depth: u32) -> u32 {
    let _guard = Loud(["zero", "one", "two"][depth as usize]);
    if depth == 2 {
        panic!("deep: {depth} and {:?}", Some("more\nlines"));
    }
    inner(depth + 1) + 1
}

fn main() {
    LOCAL.with(|l| println!("{}", l.0));
    let _local = Loud("local of main");
    println!("begins");
    println!("{}", inner(0));
}
