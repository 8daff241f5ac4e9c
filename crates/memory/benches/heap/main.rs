//! The heap beside its peers: `cargo bench -p jitney-memory | grep '^|'`.
//!
//! A function is installed, called once and freed: what a program does that tries out millions of them. Each contender
//! does a batch of these in turn, so that whatever else the machine does meets all alike.

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod contenders;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod live;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[allow(dead_code, reason = "shared with the benches of the crate jitney")]
#[path = "../../../jitney/benches/side_by_side/race.rs"]
mod race;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod rounds;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[allow(dead_code, reason = "shared with the benches of the crate jitney")]
#[path = "../../../jitney/benches/side_by_side/table.rs"]
mod table;

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn main() {
    let mut criterion = criterion::Criterion::default().configure_from_args();
    let mut table = table::Table::default();
    rounds::bench(&mut criterion, &mut table);
    live::bench(&mut table);
    criterion.final_summary();
    table.print();
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
fn main() {
    println!("skipped: the peers are measured on x86_64 Linux");
}

/// Runs one round of a race; which contender begins changes from round to round.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn turns<const N: usize>(
    round: usize,
    mut time: impl FnMut(usize) -> std::time::Duration,
) -> [std::time::Duration; N] {
    let mut times = [std::time::Duration::ZERO; N];
    for contender in (0..N).map(|turn| (turn + round) % N) {
        times[contender] = time(contender);
    }
    times
}
