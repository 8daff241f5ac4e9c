//@ signal: 6
// A panic in a thread-local's destructor cannot be unwound: the process aborts, and says so.
struct Bomb;
impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("in a destructor of a thread-local");
    }
}
thread_local! {
    static BOMB: Bomb = const { Bomb };
}

fn main() {
    println!("before");
    let _ = std::thread::spawn(|| BOMB.with(|_| println!("armed"))).join();
    println!("not reached");
}
