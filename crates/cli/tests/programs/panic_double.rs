//@ signal: 6
// A panic while another one unwinds: the process aborts.
struct Bomb;
impl Drop for Bomb {
    fn drop(&mut self) {
        println!("drop while panicking: {}", std::thread::panicking());
        panic!("second");
    }
}

fn main() {
    let _never_caught = std::panic::catch_unwind(|| {
        let _bomb = Bomb;
        panic!("first");
    });
    println!("not reached");
}
