//! What a call of raw code costs, beside a call of the same code through a plain pointer:
//! `cargo bench -p jitney-raw --bench call`.
//!
//! Prints criterion's figures as it goes, and the table of BENCHMARKS.md at the end.

#[allow(dead_code, reason = "shared with the benches of the crate jitney")]
#[path = "../../jitney/benches/side_by_side/race.rs"]
mod race;
#[allow(dead_code, reason = "shared with the benches of the crate jitney")]
#[path = "../../jitney/benches/side_by_side/table.rs"]
mod table;

use std::{hint::black_box, ops::Deref, time::Duration};

use criterion::Criterion;
use jitney_raw::{Abi, Raw, abi::go, frame::Frame};

use crate::{
    race::{Race, timed},
    table::{Table, nanoseconds},
};

type Add = extern "C" fn(i32, i32) -> i32;

/// So many that the clock's own time does not count.
const CALLS: i32 = 64 * 64;

/// The sum of two numbers, by C's convention and by Go's.
#[cfg(all(target_arch = "x86_64", not(windows)))]
const ADD: (&[u8], &[u8]) = (&[0x8d, 0x04, 0x37, 0xc3], &[0x8d, 0x04, 0x18, 0xc3]);
#[cfg(all(target_arch = "x86_64", windows))]
const ADD: (&[u8], &[u8]) = (&[0x8d, 0x04, 0x11, 0xc3], &[0x8d, 0x04, 0x18, 0xc3]);
#[cfg(target_arch = "aarch64")]
const ADD: (&[u8], &[u8]) = (
    &[0x00, 0x00, 0x01, 0x0b, 0xc0, 0x03, 0x5f, 0xd6],
    &[0x00, 0x00, 0x01, 0x0b, 0xc0, 0x03, 0x5f, 0xd6],
);
#[cfg(target_arch = "x86")]
const ADD: (&[u8], &[u8]) = (
    &[0x8b, 0x44, 0x24, 0x04, 0x03, 0x44, 0x24, 0x08, 0xc3],
    &[
        0x8b, 0x44, 0x24, 0x04, 0x03, 0x44, 0x24, 0x08, 0x89, 0x44, 0x24, 0x0c, 0xc3,
    ],
);

/// A plain pointer in the place of a handle, so that the calls compile to the same instructions.
struct Plain(Add);

impl Deref for Plain {
    type Target = Add;

    fn deref(&self) -> &Add {
        &self.0
    }
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

/// Calls that are made of more than the instruction: there it does not matter where that lies.
#[inline(never)]
fn long_calls(call: impl Fn(i32, i32) -> i32) -> Duration {
    let (time, _) = timed(|| black_box((0..CALLS).fold(0, call)));
    time
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut table = Table::default();
    // SAFETY: the bytes are a function of this type.
    let handle = unsafe { Raw::<Add>::new(ADD.0) }.unwrap();
    let pointer = Plain(*handle);
    let of_go = go::Function::<(i32, i32), i32>::new(ADD.1).unwrap();
    let contenders = ["Raw", "fn pointer", "go::Function", "Frame"];
    let race = Race::run(&mut criterion, "call", contenders, 30_000, |round| {
        let mut times = [Duration::ZERO; 4];
        for contender in (0..4).map(|index| (index + round) % 4) {
            times[contender] = match contender {
                0 => calls(&handle),
                1 => calls(&pointer),
                // SAFETY: the code is a function of this type.
                2 => long_calls(|a, b| unsafe { of_go.call((a, b)) }),
                _ => long_calls(|a, b| {
                    let mut frame = Frame::new::<_, i32>(Abi::C, (a, b));
                    // SAFETY: as above.
                    unsafe { frame.call(handle.address(), Abi::C) };
                    frame.returned(Abi::C)
                }),
            };
        }
        times
    });
    if race.rounds() > 0 {
        let mut row = |contender, what, target| {
            let one = |contender| nanoseconds(race.median(contender) / f64::from(CALLS));
            let ratio = format!("{:.3}", race.ratio(contender, 1));
            table.row(what, one(contender), one(1), ratio, target);
        };
        row(
            0,
            "a call through `Raw`, against the same code's plain `fn` pointer",
            "≤ 1.05",
        );
        row(2, "… through `abi::go::Function`", "");
        row(3, "… through a `Frame` that is laid out for each call", "");
    }
    criterion.final_summary();
    table.print();
}
