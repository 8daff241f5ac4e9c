//! Binary numbers, a cell a bit, the lowest first; negative ones as two's complements.

use super::writer::{Cell, Writer};

/// Where a number's bits are.
#[derive(Clone, Copy)]
pub(crate) struct Number {
    first: Cell,
    width: usize,
}

impl Number {
    /// A new number, which is 0.
    pub(crate) fn new(writer: &mut Writer, width: usize) -> Number {
        Number {
            first: writer.cells(width),
            width,
        }
    }

    pub(crate) fn bit(self, index: usize) -> Cell {
        assert!(index < self.width);
        self.first + index
    }

    /// The bit that tells whether it is negative.
    pub(crate) fn sign(self) -> Cell {
        self.bit(self.width - 1)
    }

    fn bits(self) -> std::ops::Range<Cell> {
        self.first..self.first + self.width
    }

    pub(crate) fn clear(self, writer: &mut Writer) {
        self.bits().for_each(|bit| writer.clear(bit));
    }

    /// Clears it and gives its cells back.
    pub(crate) fn free(self, writer: &mut Writer) {
        self.clear(writer);
        self.bits().for_each(|bit| writer.free(bit));
    }

    pub(crate) fn set(self, writer: &mut Writer, value: i32) {
        for (index, bit) in self.bits().enumerate() {
            writer.set(bit, value >> index & 1);
        }
    }

    /// Becomes `other`.
    pub(crate) fn assign(self, writer: &mut Writer, other: Number) {
        self.clear(writer);
        for (bit, other) in self.bits().zip(other.bits()) {
            writer.copy(other, &[bit]);
        }
    }

    /// `self += other`, whose bits are kept.
    pub(crate) fn add(self, writer: &mut Writer, other: Number) {
        let (sum, carry) = (writer.cell(), writer.cell());
        for (bit, other) in self.bits().zip(other.bits()) {
            writer.copy(other, &[sum]);
            self.digit(writer, bit, sum, carry);
        }
        writer.clear(carry);
        writer.free(carry);
        writer.free(sum);
    }

    /// `self += 1`
    pub(crate) fn increment(self, writer: &mut Writer) {
        let (sum, carry) = (writer.cell(), writer.cell());
        writer.add(carry, 1);
        for bit in self.bits() {
            self.digit(writer, bit, sum, carry);
        }
        writer.clear(carry);
        writer.free(carry);
        writer.free(sum);
    }

    /// One digit of a sum: `sum + bit + carry`, which is 0 to 3.
    fn digit(self, writer: &mut Writer, bit: Cell, sum: Cell, carry: Cell) {
        writer.pour(bit, &[(sum, 1)]);
        writer.pour(carry, &[(sum, 1)]);
        writer.times(sum, |writer| {
            writer.add(bit, 1);
            writer.times(sum, |writer| {
                writer.add(bit, -1);
                writer.add(carry, 1);
                writer.times(sum, |writer| writer.add(bit, 1));
            });
        });
    }

    pub(crate) fn negate(self, writer: &mut Writer) {
        self.bits().for_each(|bit| writer.not(bit));
        self.increment(writer);
    }

    /// Divides by two and drops the rest; what comes in at the top is 0.
    pub(crate) fn halve(self, writer: &mut Writer) {
        writer.clear(self.first);
        for index in 1..self.width {
            writer.pour(self.bit(index), &[(self.bit(index - 1), 1)]);
        }
    }

    /// Multiplies by two.
    pub(crate) fn double(self, writer: &mut Writer) {
        writer.clear(self.sign());
        for index in (1..self.width).rev() {
            writer.pour(self.bit(index - 1), &[(self.bit(index), 1)]);
        }
    }

    /// Becomes its absolute value. `minus`, which is 0 or 1, is turned over if it was negative.
    fn absolute(self, writer: &mut Writer, minus: Cell) {
        let negative = writer.cell();
        writer.copy(self.sign(), &[negative]);
        writer.if_(negative, |writer| {
            writer.not(minus);
            self.negate(writer);
        });
        writer.free(negative);
    }

    /// `self = left * right`, where so many bits of all three are a fraction.
    pub(crate) fn product(self, writer: &mut Writer, left: Number, right: Number, fraction: usize) {
        let (a, b) = (
            Number::new(writer, self.width),
            Number::new(writer, self.width),
        );
        let (minus, rounds, bit) = (writer.cell(), writer.cell(), writer.cell());
        a.assign(writer, left);
        b.assign(writer, right);
        a.absolute(writer, minus);
        b.absolute(writer, minus);
        self.clear(writer);
        // For the bits of the fraction the sum is halved, for the others what is added is doubled.
        for (count, fraction) in [(fraction, true), (self.width - fraction, false)] {
            writer.add(rounds, count as i32);
            writer.times(rounds, |writer| {
                writer.copy(b.bit(0), &[bit]);
                writer.if_(bit, |writer| self.add(writer, a));
                b.halve(writer);
                match fraction {
                    true => self.halve(writer),
                    false => a.double(writer),
                }
            });
        }
        writer.if_(minus, |writer| self.negate(writer));
        [minus, rounds, bit]
            .into_iter()
            .for_each(|cell| writer.free(cell));
        a.free(writer);
        b.free(writer);
    }
}
