//@ exit: 6
// C's atexit: functions that run after main has returned, the last registered first, and may print.
extern "C" fn first() {
    println!("registered first, runs last");
}

extern "C" fn second() {
    println!("registered second");
    eprintln!("on stderr");
}

unsafe extern "C" {
    safe fn atexit(f: extern "C" fn()) -> i32;
}

struct Loud;
impl Drop for Loud {
    fn drop(&mut self) {
        println!("thread-local dropped");
    }
}
thread_local! {
    static LOCAL: Loud = const { Loud };
}

fn main() -> std::process::ExitCode {
    println!("{} {}", atexit(first), atexit(second));
    LOCAL.with(|_| ());
    println!("main ends");
    6.into()
}
