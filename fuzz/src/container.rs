//! The tables of a container (`crates/build/src/container.rs`): its sections' headers, and the bytes of the section that is
//! decoded. The checksum is put right by the target.

use crate::table::{Field, Table, little};

const HEADER_SIZE: usize = 48;
const ALIGNMENT: usize = 16;

/// Magic number and version: seldom worth a change.
const FILE: &[Field] = &[little(8, 4), little(12, 4)];
/// Sizes of data and name, and what must be zero.
const SECTION: &[Field] = &[
    little(0, 8),
    little(0, 8),
    little(8, 4),
    little(8, 4),
    little(12, 4),
];
const BYTE: &[Field] = &[little(0, 1)];

/// A file as jitney writes it, if there is room.
pub(crate) fn whole(room: usize) -> Option<Vec<u8>> {
    let file = jitney_build::fuzzing::container_of(vec![vec![0x7f; 20], Vec::new()]);
    (file.len() <= room).then_some(file)
}

/// The tables of a container, as far as they can be found.
pub(crate) fn tables(file: &[u8]) -> Vec<Table> {
    let len = file.len();
    let mut tables: Vec<Table> = Table::new(len, 0, HEADER_SIZE, HEADER_SIZE, FILE)
        .into_iter()
        .collect();
    let mut at = HEADER_SIZE;
    while let Some(header) = file.get(at..at.saturating_add(ALIGNMENT)) {
        tables.extend(Table::new(len, at, ALIGNMENT, ALIGNMENT, SECTION));
        let data = u64::from_le_bytes(header[..8].try_into().unwrap()) as usize;
        let name = u32::from_le_bytes(header[8..12].try_into().unwrap()) as usize;
        let start = at + ALIGNMENT;
        let end = start.saturating_add(data).saturating_add(name).min(len);
        tables.extend(Table::new(len, start, end - start, 1, BYTE));
        at = end.next_multiple_of(ALIGNMENT);
    }
    tables
}
