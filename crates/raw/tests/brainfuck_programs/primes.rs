//! Primes by trial division.

use super::writer::Writer;

/// Divides the cell by the next one: leaves 0, what was missing for one more, the rest, and the quotient. Two more
/// cells have to be 0. The language's usual way, of which nobody knows who found it.
const DIVIDE: &str = "[->-[>+>>]>[+[-<+>]>+>>]<<<<<]";

/// Counts the primes below 256 by dividing each number by all that are smaller, so many times over. Prints each count
/// as a character: 54 primes are a `6`.
pub(crate) fn primes(rounds: u8) -> String {
    let mut writer = Writer::default();
    let w = &mut writer;
    let dividend = w.cells(6);
    let [divisor, missing, rest, quotient] = [1, 1, 2, 3].map(|at| dividend + at);
    let [round, number, numbers, tried, left, prime, count] = std::array::from_fn(|_| w.cell());
    w.add(round, rounds.into());
    w.times(round, |w| {
        w.set(number, 2);
        w.add(numbers, 254);
        w.times(numbers, |w| {
            w.add(prime, 1);
            w.set(tried, 2);
            w.copy(number, &[left]);
            w.add(left, -2);
            w.times(left, |w| {
                w.copy(number, &[dividend]);
                w.copy(tried, &[divisor]);
                w.go(dividend);
                w.raw(DIVIDE);
                w.if_zero(rest, |w| {
                    w.clear(prime);
                    w.clear(left);
                });
                [missing, rest, quotient]
                    .into_iter()
                    .for_each(|cell| w.clear(cell));
                w.add(tried, 1);
            });
            w.pour(prime, &[(count, 1)]);
            w.add(number, 1);
        });
        w.go(count);
        w.raw(".[-]");
    });
    writer.finish()
}
