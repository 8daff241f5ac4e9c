//! What a guard costs, beside the call it guards: `cargo bench -p jitney-raw --bench guard`.
//!
//! Prints criterion's figures as it goes, and the table of BENCHMARKS.md at the end. It needs x86-64 Linux.

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod calls;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod faults;
#[allow(dead_code, reason = "shared with the benches of the crate jitney")]
#[path = "../../../jitney/benches/side_by_side/race.rs"]
mod race;
#[allow(dead_code, reason = "shared with the benches of the crate jitney")]
#[path = "../../../jitney/benches/side_by_side/table.rs"]
mod table;

fn main() {
    let mut criterion = criterion::Criterion::default().configure_from_args();
    let mut table = table::Table::default();
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    {
        calls::bench(&mut criterion, &mut table);
        faults::bench(&mut criterion, &mut table);
    }
    criterion.final_summary();
    table.print();
}
