//@ exit: 12
// C's exit: what atexit was given runs, and no destructor of Rust's does.
extern "C" fn at_exit() {
    println!("at exit, after ");
}

unsafe extern "C" {
    safe fn atexit(f: extern "C" fn()) -> i32;
    safe fn exit(code: i32) -> !;
}

struct Loud;
impl Drop for Loud {
    fn drop(&mut self) {
        println!("never");
    }
}

fn main() {
    let _loud = Loud;
    atexit(at_exit);
    println!("a whole line");
    print!("a line not ended; ");
    exit(12)
}
