//! The tables of an archive: its members' headers, its index, and what is in its objects.

use crate::elf;
use crate::table::{Field, Table, big, decimal, little};

/// Name, size and terminator; the date, owner and mode mean nothing.
const HEADER: &[Field] = &[
    little(0, 2),
    decimal(1, 15),
    decimal(48, 10),
    decimal(48, 10),
    little(58, 2),
];
/// The index, in both widths that there are, and the names after it.
const INDEX: &[Field] = &[big(0, 4)];
const LONG_INDEX: &[Field] = &[big(0, 8)];
const BYTE: &[Field] = &[little(0, 1)];

/// The tables of an archive, as far as they can be found.
pub(crate) fn tables(file: &[u8]) -> Vec<Table> {
    let len = file.len();
    let mut tables = Vec::new();
    let mut at = 8;
    while let Some(header) = file.get(at..at + 60) {
        tables.extend(Table::new(len, at, 60, 60, HEADER));
        let size = std::str::from_utf8(&header[48..58])
            .ok()
            .and_then(|text| text.trim().parse::<usize>().ok());
        let Some(size) = size else { break };
        let start = at + 60;
        let end = start.saturating_add(size).min(len);
        match &header[..8] {
            b"/       " => {
                tables.extend(Table::new(len, start, end - start, 4, INDEX));
                tables.extend(Table::new(len, start, 8, 4, INDEX));
            }
            b"/SYM64/ " => tables.extend(Table::new(len, start, end - start, 8, LONG_INDEX)),
            b"//      " => tables.extend(Table::new(len, start, end - start, 1, BYTE)),
            _ => tables.extend(elf::tables(&file[start..end]).into_iter().map(|mut table| {
                table.start += start;
                table
            })),
        }
        at = end + end % 2;
    }
    tables
}
