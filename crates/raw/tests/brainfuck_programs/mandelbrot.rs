//! The Mandelbrot set in fixed-point numbers of 16 bits, 11 of them a fraction.

use super::{bits::Number, writer::Writer};

const WIDTH: usize = 16;
const FRACTION: usize = 11;

/// Draws the set with so many columns and lines, asking of each point whether it escapes in at most `rounds` rounds.
/// A point that does is drawn as the letter of the round, counted from `A`.
pub(crate) fn mandelbrot(columns: u8, lines: u8, rounds: u8) -> String {
    let mut writer = Writer::default();
    let w = &mut writer;
    let [line, column, left, letter, inside] = std::array::from_fn(|_| w.cell());
    let [cx, cy, x, y, xx, yy, xy, step] = std::array::from_fn(|_| Number::new(w, WIDTH));
    cy.set(w, -(5 << FRACTION) / 4);
    w.add(line, lines.into());
    w.times(line, |w| {
        cx.set(w, -2 << FRACTION);
        w.add(column, columns.into());
        w.times(column, |w| {
            x.clear(w);
            y.clear(w);
            w.add(left, rounds.into());
            w.set(letter, 65);
            w.times(left, |w| {
                xx.product(w, x, x, FRACTION);
                yy.product(w, y, y, FRACTION);
                // 4 or more, or so much that it looks negative: it has escaped.
                step.assign(w, xx);
                step.add(w, yy);
                w.add(inside, 1);
                for bit in FRACTION + 2..WIDTH {
                    w.if_(step.bit(bit), |w| w.clear(inside));
                }
                w.if_zero(inside, |w| w.clear(left));
                w.if_(inside, |w| {
                    w.add(letter, 1);
                    xy.product(w, x, y, FRACTION);
                    y.assign(w, cy);
                    y.add(w, xy);
                    y.add(w, xy);
                    yy.negate(w);
                    x.assign(w, cx);
                    x.add(w, xx);
                    x.add(w, yy);
                    w.if_zero(left, |w| w.set(letter, 32));
                });
            });
            w.go(letter);
            w.raw(".");
            step.set(w, (5 << FRACTION) / 2 / i32::from(columns));
            cx.add(w, step);
        });
        w.print("\n");
        step.set(w, (5 << FRACTION) / 2 / i32::from(lines));
        cy.add(w, step);
    });
    writer.finish()
}
