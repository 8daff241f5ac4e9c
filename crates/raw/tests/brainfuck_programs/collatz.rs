//! The Collatz problem in binary.

use super::{bits::Number, writer::Writer};

/// How many steps each number from 1 to `last` takes to reach 1, as bytes; all of it so many times over.
pub(crate) fn collatz(rounds: u8, last: u8) -> String {
    let mut writer = Writer::default();
    let w = &mut writer;
    let [round, numbers, steps, running, odd, more] = std::array::from_fn(|_| w.cell());
    let [start, number, old] = std::array::from_fn(|_| Number::new(w, 16));
    w.add(round, rounds.into());
    w.times(round, |w| {
        start.clear(w);
        w.add(numbers, last.into());
        w.times(numbers, |w| {
            start.increment(w);
            number.assign(w, start);
            w.set(steps, 255);
            w.add(running, 1);
            w.while_(running, |w| {
                w.add(steps, 1);
                w.copy(number.bit(0), &[odd]);
                w.if_(odd, |w| {
                    // Three times and one more, unless this is 1.
                    w.clear(running);
                    for index in 1..16 {
                        w.copy(number.bit(index), &[more]);
                        w.if_(more, |w| w.set(running, 1));
                    }
                    old.assign(w, number);
                    number.add(w, old);
                    number.add(w, old);
                    number.increment(w);
                    // Which is even: both steps at once.
                    w.copy(running, &[steps]);
                });
                number.halve(w);
            });
            w.go(steps);
            w.raw(".");
        });
    });
    writer.finish()
}
