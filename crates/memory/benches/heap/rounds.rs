//! Install, call, free: one function after the other.

use std::{
    sync::{Barrier, Mutex},
    thread,
    time::{Duration, Instant},
};

use criterion::Criterion;
use jitney_memory::{Granule, Heap, HeapOptions, Writing};

use crate::{
    contenders::{allocator, dynasmrt, function, heap, jit_allocator, locked, mapping},
    race::{Race, timed},
    table::{Table, nanoseconds, times_as_fast},
};

/// Functions in a row of one contender, and of one that needs the kernel for each.
const MANY: u32 = 5_000;
const FEW: u32 = 100;
const ROUNDS: usize = 300;

pub(crate) fn bench(criterion: &mut Criterion, table: &mut Table) {
    for len in [16, 64, 256] {
        one_thread(criterion, table, len);
    }
    two_threads(criterion, table);
}

/// The time for one, of `count` in a row.
fn each(count: u32, mut one: impl FnMut(u32)) -> Duration {
    timed(|| (0..count).for_each(&mut one)).0 / count
}

fn one_thread(criterion: &mut Criterion, table: &mut Table, len: usize) {
    let mut bytes = function(len);
    let wide = Heap::new().unwrap();
    let narrow = HeapOptions::new()
        .granule(Granule::Bytes16)
        .build()
        .unwrap();
    let flips = HeapOptions::new().writing(Writing::Flips).build().unwrap();
    let mut peer = allocator();
    let names = [
        "heap",
        "heap, 16-byte granules",
        "heap, flips",
        "jit-allocator",
        "mmap",
        "dynasmrt",
    ];
    let race = Race::run(criterion, &format!("{len} bytes"), names, ROUNDS, |round| {
        crate::turns(round, |contender| match contender {
            0 => each(MANY, |number| heap(&wide, &mut bytes, number)),
            1 => each(MANY, |number| heap(&narrow, &mut bytes, number)),
            2 => each(FEW, |number| heap(&flips, &mut bytes, number)),
            3 => each(MANY, |number| jit_allocator(&mut peer, &mut bytes, number)),
            4 => each(FEW, |number| mapping(&mut bytes, number)),
            _ => each(FEW, |number| dynasmrt(&mut bytes, number)),
        })
    });
    if race.rounds() == 0 {
        return;
    }
    let what = format!("install, call and free {len} bytes");
    let mut row = |what: &str, own: usize, other: usize, target: &str| {
        table.row(
            what,
            nanoseconds(race.median(own)),
            nanoseconds(race.median(other)),
            times_as_fast(race.ratio(other, own)),
            target,
        );
    };
    row(
        &format!("{what}, against `jit-allocator`"),
        0,
        3,
        "< 80 ns, > 1 ×",
    );
    row("…, in granules of 16 bytes", 1, 3, "");
    row("…, against `mmap`, `mprotect` and `munmap`", 0, 4, "≥ 50 ×");
    row("…, against a buffer of `dynasmrt`", 0, 5, "≥ 50 ×");
    row(
        "…, by permission flips, against `mmap`, `mprotect` and `munmap`",
        2,
        4,
        "",
    );
}

/// The time for one, of `MANY` in a row on each of two threads.
fn two(one: impl Fn(&mut [u8], u32) + Sync) -> Duration {
    let start = Barrier::new(2);
    let run = || {
        let mut bytes = function(64);
        start.wait();
        let began = Instant::now();
        (0..MANY).for_each(|number| one(&mut bytes, number));
        began.elapsed()
    };
    let times = thread::scope(|scope| {
        let other = scope.spawn(run);
        [run(), other.join().unwrap()]
    });
    times[0].max(times[1]) / MANY
}

fn two_threads(criterion: &mut Criterion, table: &mut Table) {
    let own = Heap::new().unwrap();
    let peer = Mutex::new(allocator());
    let mut bytes = function(64);
    let names = ["heap", "jit-allocator in a Mutex", "heap, alone"];
    let race = Race::run(criterion, "two threads", names, ROUNDS, |round| {
        crate::turns(round, |contender| match contender {
            0 => two(|bytes, number| heap(&own, bytes, number)),
            1 => two(|bytes, number| locked(&peer, bytes, number)),
            _ => each(MANY, |number| heap(&own, &mut bytes, number)),
        })
    });
    if race.rounds() == 0 {
        return;
    }
    table.row(
        "64 bytes on two threads at once, each, against `jit-allocator` in a `Mutex`",
        nanoseconds(race.median(0)),
        nanoseconds(race.median(1)),
        times_as_fast(race.ratio(1, 0)),
        "> 1 ×",
    );
    table.row(
        "… and against one thread alone",
        nanoseconds(race.median(0)),
        nanoseconds(race.median(2)),
        times_as_fast(race.ratio(2, 0)),
        "",
    );
}
