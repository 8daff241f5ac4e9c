// Statics of many megabytes: zeroed ones that take no room in the file, filled ones, and tables that point into them.
static mut ZEROED: [u8; 48 << 20] = [0; 48 << 20];
static FILLED: [u16; 1 << 20] = {
    let mut table = [0; 1 << 20];
    let mut i = 0;
    while i < 4096 {
        table[i * 256] = i as u16;
        i += 1;
    }
    table
};
static EDGES: [&u16; 3] = [&FILLED[0], &FILLED[256 * 7], &FILLED[(1 << 20) - 256]];

fn main() {
    let zeroed = &raw mut ZEROED;
    // SAFETY: one thread, and no reference to the static lives beside this one.
    let bytes = unsafe { &mut *zeroed };
    for at in (0..bytes.len()).step_by(1 << 20) {
        bytes[at] = (at >> 20) as u8;
    }
    let last = bytes.len() - 1;
    bytes[last] = 200;
    println!(
        "{}",
        bytes
            .iter()
            .step_by(1 << 10)
            .map(|b| u64::from(*b))
            .sum::<u64>()
    );
    println!("{} {:?}", bytes[last], EDGES);
    println!("{}", FILLED.iter().map(|n| u64::from(*n)).sum::<u64>());
}
