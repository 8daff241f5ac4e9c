//@ exit: 9
// process::exit called by a thread while main waits for it.
fn main() {
    let thread = std::thread::spawn(|| {
        println!("in the thread");
        eprintln!("and on stderr");
        std::process::exit(9)
    });
    let _: Result<(), _> = thread.join();
    println!("not reached");
}
