//! The contenders and the table.

#[allow(dead_code, reason = "shared with the benches of the crate jitney")]
#[path = "../../../jitney/benches/side_by_side/race.rs"]
mod race;
#[allow(dead_code, reason = "shared with the benches of the crate jitney")]
#[path = "../../../jitney/benches/side_by_side/table.rs"]
mod table;

use std::{hint::black_box, time::Duration};

use criterion::Criterion;
use jitney_raw::{
    Raw,
    isolate::{Isolate, Limits, Renew, Verdict},
};

use race::{Race, timed};
use table::{Table, nanoseconds, times_as_fast, times_as_long};

type Increment = extern "C" fn(i64) -> i64;

/// `lea rax, [rdi + 1]; ret`.
const INCREMENT: [u8; 5] = [0x48, 0x8d, 0x47, 0x01, 0xc3];
/// `ud2`.
const FAULT: [u8; 2] = [0x0f, 0x0b];
const TARGET_CALL: &str = "under 10 µs";
const TARGET_BATCH: &str = "under 1000 ns";

pub(super) fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut table = Table::default();
    // SAFETY: these bytes are such a function.
    let bare = unsafe { Raw::<Increment>::new(&INCREMENT) }.expect("code can be installed");
    calls(&mut criterion, &mut table, *bare);
    batches(&mut criterion, &mut table, *bare);
    criterion.final_summary();
    table.print();
}

fn microseconds(seconds: f64) -> String {
    format!("{:.2} µs", seconds * 1e6)
}

/// One call at a time: an isolate, a process that is asked over pipes, a process for each call.
fn calls(criterion: &mut Criterion, table: &mut Table, bare: Increment) {
    const CALLS: u32 = 200;
    const FORKS: u32 = 10;
    let mut kept = Isolate::new(Limits::default()).expect("this system has isolates");
    let mut fresh =
        Isolate::new(Limits::default().renew(Renew::EachEvaluation)).expect("it still has");
    let pipes = Piped::new(bare);
    let names = ["isolate", "pipes", "new worker", "fork", "new isolate"];
    let race = Race::run(criterion, "one call", names, 100, |_| {
        let (kept, ()) = timed(|| (0..CALLS).for_each(|n| call(&mut kept, n)));
        let (piped, ()) =
            timed(|| (0..CALLS).for_each(|n| assert_eq!(pipes.call(n.into()), i64::from(n) + 1)));
        let (fresh, ()) = timed(|| (0..FORKS).for_each(|n| call(&mut fresh, n)));
        let (forked, ()) =
            timed(|| (0..FORKS).for_each(|n| assert_eq!(forked(bare, n.into()), n as u8 + 1)));
        let (made, isolate) = timed(|| Isolate::new(Limits::default()));
        drop(isolate);
        [
            kept / CALLS,
            piped / CALLS,
            fresh / FORKS,
            forked / FORKS,
            made,
        ]
    });
    if race.rounds() == 0 {
        return;
    }
    table.row(
        "a call in a worker (against a process that is asked over pipes)",
        microseconds(race.median(0)),
        microseconds(race.median(1)),
        times_as_fast(race.ratio(1, 0)),
        TARGET_CALL,
    );
    table.row(
        "a call in a new worker (against `fork`, a call, `waitpid`)",
        microseconds(race.median(2)),
        microseconds(race.median(3)),
        times_as_fast(race.ratio(3, 2)),
        "",
    );
    table.row(
        "making an isolate",
        microseconds(race.median(4)),
        "",
        "",
        "",
    );
}

fn call(isolate: &mut Isolate, n: u32) {
    let verdict = isolate
        .call::<_, i64>(&INCREMENT, (i64::from(n),))
        .expect("a worker is there");
    assert_eq!(verdict, Verdict::Returned(i64::from(n) + 1));
}

/// Small evaluations, many at once.
fn batches(criterion: &mut Criterion, table: &mut Table, bare: Increment) {
    const COUNT: usize = 50_000;
    let mut isolate = Isolate::new(Limits::default()).expect("this system has isolates");
    let arguments: Vec<(i64,)> = (0..COUNT as i64).map(|n| (n,)).collect();
    let codes = vec![INCREMENT.to_vec(); COUNT];
    let mut broken = codes.clone();
    broken
        .iter_mut()
        .step_by(2)
        .for_each(|code| *code = FAULT.to_vec());
    let each = |time: Duration| time / COUNT as u32;
    let names = ["one code", "many codes", "half of them faulting", "bare"];
    let race = Race::run(criterion, "batches", names, 40, |_| {
        let (one, _) = timed(|| black_box(isolate.batch::<_, i64>(&INCREMENT, &arguments)));
        let (many, _) = timed(|| black_box(isolate.batch_codes::<_, _, i64>(&codes, (1i64,))));
        let (faulting, _) = timed(|| black_box(isolate.batch_codes::<_, _, i64>(&broken, (1i64,))));
        let (bare, _) = timed(|| {
            black_box(
                arguments
                    .iter()
                    .map(|(n,)| black_box(bare)(*n))
                    .collect::<Vec<_>>(),
            )
        });
        [one, many, faulting, bare].map(each)
    });
    if race.rounds() == 0 {
        return;
    }
    let rows = [
        "an evaluation in a batch: one code, many arguments (against a bare call)",
        "an evaluation in a batch: many codes (against a bare call)",
        "the same, every second one an illegal instruction",
    ];
    for (index, row) in rows.into_iter().enumerate() {
        let target = if index < 2 { TARGET_BATCH } else { "" };
        table.row(
            row,
            nanoseconds(race.median(index)),
            nanoseconds(race.median(3)),
            times_as_long(race.ratio(index, 3)),
            target,
        );
    }
}

/// A forked copy of this process that calls the function for whoever asks through a pipe.
struct Piped {
    questions: i32,
    answers: i32,
}

impl Piped {
    fn new(function: Increment) -> Piped {
        let (mut questions, mut answers) = ([0; 2], [0; 2]);
        // SAFETY: the copy makes system calls only, and ends with this process or before.
        unsafe {
            assert_eq!(libc::pipe(questions.as_mut_ptr()), 0);
            assert_eq!(libc::pipe(answers.as_mut_ptr()), 0);
            if libc::fork() == 0 {
                libc::close(questions[1]);
                let mut number = 0i64;
                while libc::read(questions[0], (&raw mut number).cast(), 8) == 8 {
                    number = function(number);
                    libc::write(answers[1], (&raw const number).cast(), 8);
                }
                libc::_exit(0);
            }
        }
        Piped {
            questions: questions[1],
            answers: answers[0],
        }
    }

    fn call(&self, number: i64) -> i64 {
        let mut answer = 0i64;
        // SAFETY: both are 8 bytes.
        unsafe {
            libc::write(self.questions, (&raw const number).cast(), 8);
            libc::read(self.answers, (&raw mut answer).cast(), 8);
        }
        answer
    }
}

/// One call in a process of its own; the result's lowest byte.
fn forked(function: Increment, number: i64) -> u8 {
    let mut status = 0;
    // SAFETY: the copy does nothing but the call.
    unsafe {
        let child = libc::fork();
        if child == 0 {
            libc::_exit(function(number) as i32);
        }
        libc::waitpid(child, &mut status, 0);
    }
    libc::WEXITSTATUS(status) as u8
}
