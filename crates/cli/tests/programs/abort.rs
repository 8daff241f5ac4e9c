//@ signal: 6
// process::abort: at once, by SIGABRT, without destructors; a line that is not ended stays in the buffer and is lost.
struct Loud;
impl Drop for Loud {
    fn drop(&mut self) {
        println!("never");
    }
}

fn main() {
    let _loud = Loud;
    println!("a whole line");
    print!("half a line");
    eprint!("stderr has no buffer");
    std::process::abort();
}
