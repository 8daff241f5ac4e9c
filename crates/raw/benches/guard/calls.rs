//! A call that goes well, with and without a guard.

use std::hint::black_box;
use std::time::Duration;

use criterion::Criterion;
use jitney_raw::Raw;
use jitney_raw::guard::{self, Limits};

use crate::race::{Race, timed};
use crate::table::{Table, nanoseconds};

type Function = extern "sysv64" fn(u64) -> u64;

/// So many that the clock's own time does not count.
const CALLS: u64 = 4096;

/// `lea rax, [rdi + 1]`; `ret`
const INCREMENT: &[u8] = &[0x48, 0x8d, 0x47, 0x01, 0xc3];

/// Each call needs the one before.
#[inline(never)]
fn calls(one: impl Fn(u64) -> u64) -> Duration {
    let (time, _) = timed(|| black_box((0..CALLS).fold(black_box(0), |sum, _| one(sum))));
    time
}

fn guarded(limits: Limits, function: Function, argument: u64) -> u64 {
    guard::call(limits, || function(argument)).unwrap_or(0)
}

fn guarded_from_everything(function: Function, argument: u64) -> u64 {
    // SAFETY: a leaf function.
    unsafe { guard::call_all(Limits::none(), || function(argument)) }.unwrap_or(0)
}

pub(crate) fn bench(criterion: &mut Criterion, table: &mut Table) {
    // SAFETY: such a function.
    let code = unsafe { Raw::<Function>::new(INCREMENT) }.unwrap();
    let function: Function = black_box(*code);
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
                0 => calls(|argument| function(argument)),
                1 => calls(|argument| guarded(Limits::none(), function, argument)),
                2 => calls(|argument| guarded(limit, function, argument)),
                _ => calls(|argument| guarded_from_everything(function, argument)),
            };
        }
        times
    });
    if race.rounds() == 0 {
        return;
    }
    let one = |contender| nanoseconds(race.median(contender) / CALLS as f64);
    let more = |contender| {
        let seconds = race.difference(contender, 0) / CALLS as f64;
        format!("+ {}", nanoseconds(seconds))
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
