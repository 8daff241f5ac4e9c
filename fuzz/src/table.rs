//! A table of records in a file, and the changes that are made to one.

use crate::numbers::Numbers;

/// A field of a record: its offset and width in bytes, and how it is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    at: usize,
    width: usize,
    form: Form,
}

#[derive(Clone, Copy, Debug)]
enum Form {
    Little,
    /// As in the index of an archive.
    Big,
    /// Decimal digits, padded with spaces, as in the headers of an archive.
    Decimal,
}

/// Records of one kind, one after the other. All of them lie within the file.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) start: usize,
    /// The length of a record.
    pub(crate) stride: usize,
    /// How many there are; not 0.
    pub(crate) count: usize,
    pub(crate) fields: &'static [Field],
}

pub(crate) const fn little(at: usize, width: usize) -> Field {
    let form = Form::Little;
    Field { at, width, form }
}

pub(crate) const fn big(at: usize, width: usize) -> Field {
    let form = Form::Big;
    Field { at, width, form }
}

pub(crate) const fn decimal(at: usize, width: usize) -> Field {
    let form = Form::Decimal;
    Field { at, width, form }
}

impl Table {
    /// A table where it lies within a file of `len` bytes, cut to what does.
    pub(crate) fn new(
        len: usize,
        start: usize,
        bytes: usize,
        stride: usize,
        fields: &'static [Field],
    ) -> Option<Table> {
        let count = bytes.min(len.checked_sub(start)?) / stride;
        (count > 0).then_some(Table {
            start,
            stride,
            count,
            fields,
        })
    }

    fn record(&self, index: usize) -> std::ops::Range<usize> {
        let start = self.start + index * self.stride;
        start..start + self.stride
    }

    /// Makes one change to the table. `all` are the tables of the file.
    pub(crate) fn damage(&self, file: &mut [u8], all: &[Table], numbers: &mut Numbers) {
        let this = numbers.below(self.count);
        let other = numbers.below(self.count);
        match numbers.below(12) {
            0 => file.copy_within(self.record(other), self.record(this).start),
            1 => {
                let copy = file[self.record(this)].to_vec();
                file.copy_within(self.record(other), self.record(this).start);
                file[self.record(other)].copy_from_slice(&copy);
            }
            2 => {
                let at = self.record(this).start + numbers.below(self.stride);
                file[at] ^= 1 << numbers.below(8);
            }
            3 => {
                // A field as another record has it: of the right kind, and wrong.
                let field = numbers.one_of(self.fields);
                let from = self.record(other).start + field.at;
                file.copy_within(from..from + field.width, self.record(this).start + field.at);
            }
            _ => {
                let field = numbers.one_of(self.fields);
                let at = self.record(this).start + field.at;
                let len = file.len() as u64;
                field.change(&mut file[at..at + field.width], len, all, numbers);
            }
        }
    }
}

impl Field {
    fn change(&self, bytes: &mut [u8], file_len: u64, all: &[Table], numbers: &mut Numbers) {
        let old = self.read(bytes);
        let new = value(old, self.width, file_len, all, numbers);
        match self.form {
            Form::Little => bytes.copy_from_slice(&new.to_le_bytes()[..self.width]),
            Form::Big => bytes.copy_from_slice(&new.to_be_bytes()[8 - self.width..]),
            Form::Decimal => {
                let text = format!("{new:<width$}", width = self.width);
                bytes.copy_from_slice(&text.as_bytes()[..self.width]);
            }
        }
    }

    fn read(&self, bytes: &[u8]) -> u64 {
        let join = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
        match self.form {
            Form::Little => bytes.iter().rev().fold(0, join),
            Form::Big => bytes.iter().fold(0, join),
            Form::Decimal => std::str::from_utf8(bytes)
                .ok()
                .and_then(|text| text.trim().parse().ok())
                .unwrap_or(0),
        }
    }
}

/// A value at a border: of the field's width, of the file, of a table, of what the format reserves.
fn value(old: u64, width: usize, file_len: u64, all: &[Table], numbers: &mut Numbers) -> u64 {
    let few = numbers.next() % 64;
    let bits = width.min(8) * 8;
    let top = 1u64 << (bits - 1);
    let max = u64::MAX >> (64 - bits);
    let table = numbers.one_of(all);
    let (count, start) = (table.count as u64, table.start as u64);
    match numbers.below(26) {
        0 => 0,
        1 => 1,
        2..=4 => few,
        5 => max,
        6 => max - few,
        7 => top,
        8 => top - 1,
        9 => top + few,
        10 => old.wrapping_add(1),
        11 => old.wrapping_sub(1),
        12 => old.wrapping_mul(2),
        13 => old.wrapping_add(few * 8),
        14 => old.wrapping_sub(few),
        15 => old ^ 1 << (few % bits as u64),
        16 => file_len,
        17 => file_len.wrapping_sub(old),
        18 => file_len.wrapping_sub(few),
        19 => count,
        20 => count.wrapping_sub(1),
        21 => start,
        // Reserved section indexes; processor-specific section types.
        22 => *numbers.one_of(&[0xff00, 0xfff1, 0xfff2, 0xffff]),
        23 => *numbers.one_of(&[0x7000_0001, 0x6fff_fff6, 0x6fff_fffe, 0x4000_0014]),
        // What a zero-filled section can claim without having a byte in the file.
        24 => 1 << (20 + few % 16),
        _ => numbers.next(),
    }
}
