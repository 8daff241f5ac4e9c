//! Reading tables and strings out of untrusted bytes: every access is checked, none copies.

use object::pod::{self, Pod};

/// A part of the data, or `None` when it does not lie within it.
pub(crate) fn part(data: &[u8], (offset, len): (u64, u64)) -> Option<&[u8]> {
    let start = usize::try_from(offset).ok()?;
    data.get(start..start.checked_add(usize::try_from(len).ok()?)?)
}

/// A table of `count` records at `offset`, or `None` when it does not fit the data.
pub(crate) fn table<T: Pod>(data: &[u8], offset: u64, count: usize) -> Option<&[T]> {
    let tail = data.get(usize::try_from(offset).ok()?..)?;
    pod::slice_from_bytes(tail, count)
        .ok()
        .map(|(records, _)| records)
}

/// The bytes of a NUL-terminated string at `offset`, or `None` without a terminator.
pub(crate) fn c_string(table: &[u8], offset: u32) -> Option<&[u8]> {
    let tail = table.get(offset as usize..)?;
    memchr::memchr(0, tail).map(|len| &tail[..len])
}

/// Strings that are read through once each.
///
/// Any number of names may share the bytes of one string table. Compilers let a few share a tail;
/// a made-up file can let every name be as long as the file, and reading them then takes hours.
pub(crate) struct Names<'data> {
    table: &'data [u8],
    allowance: usize,
}

impl<'data> Names<'data> {
    /// Names out of `table`, of a file that is `file_len` bytes long.
    pub(crate) fn new(table: &'data [u8], file_len: usize) -> Names<'data> {
        Names {
            table,
            allowance: file_len.saturating_mul(64),
        }
    }

    /// The next name, or `None` when it lies outside the table or all names together are too long.
    pub(crate) fn get(&mut self, offset: u32) -> Option<&'data [u8]> {
        let name = c_string(self.table, offset)?;
        self.allowance = self.allowance.checked_sub(name.len())?;
        Some(name)
    }
}

#[cfg(test)]
mod tests {
    use object::endian::{LittleEndian as LE, U32};

    use super::{Names, c_string, part, table};

    #[test]
    fn nothing_is_read_outside_the_data() {
        let data = [1u8, 0, 0, 0, 2, 0, 0, 0, 3];
        let words = table::<U32<LE>>(&data, 0, 2).expect("two words fit");
        assert_eq!([words[0].get(LE), words[1].get(LE)], [1, 2]);
        assert!(table::<U32<LE>>(&data, 0, 3).is_none());
        assert!(table::<U32<LE>>(&data, 10, 0).is_none());
        assert!(table::<U32<LE>>(&data, 0, usize::MAX / 2).is_none());
        assert!(table::<U32<LE>>(&data, u64::MAX, 1).is_none());
        assert_eq!(part(&data, (8, 1)), Some(&[3u8][..]));
        assert_eq!(part(&data, (9, 0)), Some(&[][..]));
        assert_eq!(part(&data, (8, u64::MAX)), None);
        assert_eq!(part(&data, (u64::MAX, u64::MAX)), None);
    }

    #[test]
    fn a_string_needs_its_terminator() {
        assert_eq!(c_string(b"ab\0cd", 1), Some(&b"b"[..]));
        assert_eq!(c_string(b"ab\0cd", 3), None);
        assert_eq!(c_string(b"ab\0cd", 99), None);
    }

    #[test]
    fn names_that_overlap_beyond_reason_are_refused() {
        let mut text = vec![b'x'; 1000];
        text.push(0);
        let mut names = Names::new(&text, text.len());
        let read = (0..1000).take_while(|_| names.get(0).is_some()).count();
        assert_eq!(read, 64);
    }
}
