//! What a guard costs, beside the call it guards: `cargo bench -p jitney-raw --bench guard`.
//!
//! Prints criterion's figures as it goes, and the table of BENCHMARKS.md at the end.

#[allow(dead_code, reason = "shared with the benches of the crate jitney")]
#[path = "../../jitney/benches/side_by_side/race.rs"]
mod race;
#[allow(dead_code, reason = "shared with the benches of the crate jitney")]
#[path = "../../jitney/benches/side_by_side/table.rs"]
mod table;

use std::hint::black_box;
use std::mem;
use std::time::Duration;

use criterion::Criterion;
use jitney_memory::{Heap, Installed};
use jitney_raw::guard::{self, Limits};

use crate::race::{Race, timed};
use crate::table::{Table, nanoseconds};

type Function = extern "sysv64" fn(u64) -> u64;

/// So many that the clock's own time does not count.
const CALLS: u64 = 4096;

/// `lea rax, [rdi + 1]`; `ret`
const INCREMENT: &[u8] = &[0x48, 0x8d, 0x47, 0x01, 0xc3];

/// `ud2`
const ILLEGAL: &[u8] = &[0x0f, 0x0b];

fn code(bytes: &[u8]) -> Installed {
    Heap::global().unwrap().install(bytes).unwrap()
}

/// Each call needs the one before.
#[inline(never)]
fn calls(count: u64, one: impl Fn(u64) -> u64) -> Duration {
    let (time, _) = timed(|| black_box((0..count).fold(black_box(0), |sum, _| one(sum))));
    time
}

fn guarded(limits: Limits, function: Function, argument: u64) -> u64 {
    guard::call(limits, || function(argument)).unwrap_or(0)
}

fn guarded_from_everything(function: Function, argument: u64) -> u64 {
    // SAFETY: a leaf function.
    unsafe { guard::call_all(Limits::none(), || function(argument)) }.unwrap_or(0)
}

fn entering(criterion: &mut Criterion, table: &mut Table) {
    let code = code(INCREMENT);
    // SAFETY: such a function.
    let function: Function = unsafe { mem::transmute::<usize, Function>(code.address()) };
    let function = black_box(function);
    let limit = Limits::time(Duration::from_millis(100));
    let contenders = [
        "bare",
        "guard",
        "guard with a time limit",
        "guard from everything",
    ];
    let race = Race::run(criterion, "call", contenders, 4_000, |round| {
        let mut times = [Duration::ZERO; 4];
        for contender in (0..4).map(|turn| (turn + round) % 4) {
            times[contender] = match contender {
                0 => calls(CALLS, |argument| function(argument)),
                1 => calls(CALLS, |argument| {
                    guarded(Limits::none(), function, argument)
                }),
                2 => calls(CALLS, |argument| guarded(limit, function, argument)),
                _ => calls(CALLS, |argument| {
                    guarded_from_everything(function, argument)
                }),
            };
        }
        times
    });
    if race.rounds() == 0 {
        return;
    }
    let one = |contender| nanoseconds(race.median(contender) / CALLS as f64);
    let more = |contender| {
        format!(
            "+ {}",
            nanoseconds(race.difference(contender, 0) / CALLS as f64)
        )
    };
    let rows = [
        (
            1,
            "a call of raw code through `guard::call`, against a bare call",
            "≤ 15 ns more",
        ),
        (2, "… with a time limit", "≤ 15 ns more"),
        (3, "… through `guard::call_all`", ""),
    ];
    for (contender, what, target) in rows {
        table.row(what, one(contender), one(0), more(contender), target);
    }
}

fn faulting(criterion: &mut Criterion, table: &mut Table) {
    let code = code(ILLEGAL);
    // SAFETY: it never gets as far as to return.
    let function: Function = unsafe { mem::transmute::<usize, Function>(code.address()) };
    const FAULTS: u64 = 256;
    let race = Race::run(criterion, "fault", ["caught"], 400, |_| {
        [calls(FAULTS, |argument| {
            guarded(Limits::none(), function, argument)
        })]
    });
    if race.rounds() > 0 {
        let one = race.median(0) / FAULTS as f64;
        table.row(
            "an illegal instruction caught",
            nanoseconds(one),
            "",
            "",
            "",
        );
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut table = Table::default();
    entering(&mut criterion, &mut table);
    faulting(&mut criterion, &mut table);
    criterion.final_summary();
    table.print();
}
