//! jitney's linker beside its peers, link time alone: `cargo bench -p jitney-link`.
//!
//! Prints criterion's figures as it goes, and the table of BENCHMARKS.md at the end. A name on the command line
//! (`-- sqlite`) runs that part alone.

mod archive;
mod elf_loader;
mod floor;
mod growth;
mod jitlink;
mod objects;
mod own;
#[allow(dead_code, reason = "shared with the benches of the crate jitney")]
#[path = "../../../jitney/benches/side_by_side/race.rs"]
mod race;
#[path = "../../../cli/tests/big/sources.rs"]
mod sources;
mod sqlite;
mod system;
#[allow(dead_code, reason = "shared with the benches of the crate jitney")]
#[path = "../../../jitney/benches/side_by_side/table.rs"]
mod table;
mod trivial;

use std::time::Duration;

use criterion::Criterion;
use libloading::os::unix::{Library, RTLD_GLOBAL, RTLD_NOW};

use crate::table::Table;

fn main() {
    // SAFETY: a library of the C compiler's own, without constructors that could do harm. It is
    // part of the process for all contenders alike, and stays.
    let math = unsafe { Library::open(Some("libm.so.6"), RTLD_NOW | RTLD_GLOBAL) }.unwrap();
    let mut criterion = Criterion::default().configure_from_args();
    let mut table = Table::default();
    sqlite::bench(&mut criterion, &mut table);
    trivial::bench(&mut criterion, &mut table);
    archive::bench(&mut criterion, &mut table);
    // Of the longest rows there is one round, which criterion has no word for.
    if std::env::args()
        .skip(1)
        .all(|argument| argument.starts_with('-') || argument == "growth")
    {
        growth::bench(&mut table);
    }
    criterion.final_summary();
    table.print();
    drop(math);
}

/// Runs one round of a race; which contender begins changes from round to round.
fn turns<const N: usize>(round: usize, mut time: impl FnMut(usize) -> Duration) -> [Duration; N] {
    let mut times = [Duration::ZERO; N];
    for contender in (0..N).map(|turn| (turn + round) % N) {
        times[contender] = time(contender);
    }
    times
}
