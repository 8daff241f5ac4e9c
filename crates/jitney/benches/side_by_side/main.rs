//! jitney beside its alternatives, in one run: `cargo bench -p jitney`.
//!
//! Prints criterion's figures as it goes, and the table of BENCHMARKS.md at the end. A name on the command line
//! (`-- link`) runs that part alone.

mod cached;
mod call;
mod first;
mod first_call;
mod folder;
mod heavy;
mod link;
mod load;
mod memory;
mod race;
mod sources;
mod stand_in;
mod table;

use std::path::Path;

use criterion::Criterion;
use jitney::Jit;

use crate::table::Table;

fn main() {
    let is_child =
        first::is_child() || cached::is_child() || folder::is_child() || heavy::is_child();
    if is_child || memory::is_child() || stand_in::is_compiler() {
        return;
    }
    let jit = new_jit();
    let mut criterion = Criterion::default().configure_from_args();
    let mut table = Table::default();
    call::bench(&mut criterion, &jit, &mut table);
    link::bench(&mut criterion, &jit, &mut table);
    load::bench(&mut criterion, &jit, &mut table);
    stand_in::bench(&mut criterion, &jit, &mut table);
    first::bench(&mut criterion, &jit, &mut table);
    folder::bench(&mut criterion, &jit, &mut table);
    cached::bench(&mut criterion, &jit, &mut table);
    heavy::bench(&mut criterion, &jit, &mut table);
    memory::bench(&jit, &mut table);
    criterion.final_summary();
    table.print();
}

/// What is timed is compiling, but for `cached`.
fn new_jit() -> Jit {
    Jit::new()
        .unwrap()
        .cache_folder(Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"))
        .cache(false)
}
