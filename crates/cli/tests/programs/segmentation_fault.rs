//@ signal: 11
// A read of an address where nothing is: SIGSEGV, without a message.
fn main() {
    println!("before");
    let nowhere = std::hint::black_box(std::ptr::without_provenance::<u64>(4096));
    // SAFETY: none; the fault is what is wanted.
    println!("{}", unsafe { nowhere.read_volatile() });
}
