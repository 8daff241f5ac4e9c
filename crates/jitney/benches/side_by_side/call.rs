//! A call through a `Function` against one through the same function's plain pointer, and through a pointer to a function
//! of the bench itself.

use std::hint::black_box;
use std::ops::Deref;
use std::time::Duration;

use criterion::Criterion;
use jitney::Jit;

use crate::race::{Race, timed};
use crate::sources::ADD;
use crate::table::{Table, nanoseconds};

type Add = fn(i32, i32) -> i32;

/// So many that the clock's own time does not count.
const CALLS: i32 = 64 * 256;

/// A plain pointer in the place of a handle, so that the calls compile to the same instructions.
struct Plain(Add);

impl Deref for Plain {
    type Target = Add;

    fn deref(&self) -> &Add {
        &self.0
    }
}

fn native(a: i32, b: i32) -> i32 {
    a + b
}

macro_rules! four_times {
    ($call:expr) => {
        ($call, $call, $call, $call)
    };
}

/// Each call needs the one before. `black_box` stays out of the loop: what it does takes longer than the call. The loop
/// is unrolled, since one call site alone is half as fast again or not by where in a cache line it happens to lie.
#[inline(never)]
fn calls<F: Deref<Target = Add>>(function: &F) -> Duration {
    let (time, _) = timed(|| {
        let function = black_box(function);
        let mut sum = 0;
        for number in 0..CALLS / 64 {
            four_times!(four_times!(four_times!(sum = function(sum, number))));
        }
        black_box(sum)
    });
    time
}

pub(crate) fn bench(criterion: &mut Criterion, jit: &Jit, table: &mut Table) {
    // Optimized as the bench itself is: the call is measured, not the function.
    let module = ADD.source(jit).opt_level(3).load().unwrap();
    let handle = module.function::<Add>("add").unwrap();
    let pointer = Plain(*handle);
    let host = Plain(native);
    let contenders = ["Function", "fn pointer", "host fn pointer"];
    let race = Race::run(criterion, "call", contenders, 30_000, |round| {
        let mut times = [Duration::ZERO; 3];
        for contender in (0..3).map(|index| (index + round) % 3) {
            times[contender] = match contender {
                0 => calls(&handle),
                1 => calls(&pointer),
                _ => calls(&host),
            };
        }
        times
    });
    let one = |contender| nanoseconds(race.median(contender) / f64::from(CALLS));
    let ratio = |other| format!("{:.3}", race.ratio(0, other));
    if race.rounds() > 0 {
        let what = "a call through `Function`, against the same function's plain `fn` pointer";
        table.row(what, one(0), one(1), ratio(1), "1.00 ± 0.02");
        let what = "… and a function of the program itself, through a pointer";
        table.row(what, one(0), one(2), ratio(2), "");
    }
}
