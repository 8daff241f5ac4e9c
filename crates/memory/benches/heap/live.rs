//! Ten thousand functions at once: the mappings that they cost.

use jitney_memory::{Heap, HeapOptions, Writing};

use crate::{contenders::function, table::Table};

const FUNCTIONS: usize = 10_000;

pub(crate) fn bench(table: &mut Table) {
    for (writing, name) in [
        (Writing::TwoViews, "mapped twice"),
        (Writing::Flips, "by permission flips"),
    ] {
        let functions = vec![function(64); FUNCTIONS];
        let mut installed = Vec::with_capacity(FUNCTIONS);
        let before = mappings();
        let heap: Heap = HeapOptions::new().writing(writing).build().unwrap();
        installed.extend(functions.iter().map(|bytes| heap.install(bytes).unwrap()));
        let more = mappings() - before;
        table.row(
            &format!("mappings of {FUNCTIONS} live functions, {name}"),
            more.to_string(),
            FUNCTIONS.to_string(),
            format!("{} × as few", FUNCTIONS / more.max(1)),
            "≤ 8",
        );
    }
}

fn mappings() -> usize {
    std::fs::read_to_string("/proc/self/maps")
        .unwrap()
        .lines()
        .count()
}
