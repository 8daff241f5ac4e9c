// Functions that the loader calls before main, by .init_array, and a section of one's own.
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

static BEFORE: AtomicU32 = AtomicU32::new(0);

extern "C" fn first() {
    BEFORE.fetch_add(1, SeqCst);
}
extern "C" fn second() {
    BEFORE.fetch_add(10, SeqCst);
}
#[used]
#[unsafe(link_section = ".init_array")]
static FIRST: extern "C" fn() = first;
#[used]
#[unsafe(link_section = ".init_array")]
static SECOND: extern "C" fn() = second;
#[unsafe(link_section = "own_data")]
static OWN: [u32; 3] = [5, 6, 7];

fn main() {
    println!("in main: {}", BEFORE.load(SeqCst));
    println!("{}", OWN.iter().sum::<u32>());
}
