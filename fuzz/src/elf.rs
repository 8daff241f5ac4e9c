//! The tables of an ELF file: System V ABI, <https://gabi.xinuos.com/>.

use crate::frames;
use crate::table::{Field, Table, little};

const FILE_HEADER: &[Field] = &[
    little(0x10, 2),
    little(0x12, 2),
    little(0x20, 8),
    little(0x28, 8),
    little(0x34, 2),
    little(0x36, 2),
    little(0x38, 2),
    little(0x3a, 2),
    little(0x3c, 2),
    little(0x3e, 2),
];
const PROGRAM_HEADER: &[Field] = &[
    little(0, 4),
    little(4, 4),
    little(8, 8),
    little(16, 8),
    little(24, 8),
    little(32, 8),
    little(40, 8),
    little(48, 8),
];
const SECTION_HEADER: &[Field] = &[
    little(0, 4),
    little(4, 4),
    little(8, 8),
    little(16, 8),
    little(24, 8),
    little(32, 8),
    little(40, 4),
    little(44, 4),
    little(48, 8),
    little(56, 8),
];
const SYMBOL: &[Field] = &[
    little(0, 4),
    little(4, 1),
    little(5, 1),
    little(6, 2),
    little(8, 8),
    little(16, 8),
];
const RELOCATION: &[Field] = &[little(0, 8), little(8, 4), little(12, 4), little(16, 8)];
const WORD: &[Field] = &[little(0, 4)];
const HALF_WORD: &[Field] = &[little(0, 2)];
const PAIR: &[Field] = &[little(0, 8), little(8, 8)];
const BYTE: &[Field] = &[little(0, 1)];

/// The tables of a file, as far as they can be found.
pub(crate) fn tables(file: &[u8]) -> Vec<Table> {
    let len = file.len();
    let mut tables = Vec::new();
    if !file.starts_with(b"\x7fELF") || len < 64 {
        return tables;
    }
    tables.extend(Table::new(len, 0, 64, 64, FILE_HEADER));
    let (programs, program_count) = (field(file, 0x20, 8), field(file, 0x38, 2));
    let program_headers = Table::new(len, programs, program_count * 56, 56, PROGRAM_HEADER);
    tables.extend(program_headers);
    let sections = field(file, 0x28, 8);
    let count = match field(file, 0x3c, 2) {
        0 => field(file, sections.saturating_add(0x20), 8),
        count => count,
    };
    let headers = Table::new(len, sections, count.saturating_mul(64), 64, SECTION_HEADER);
    let Some(headers) = headers else {
        return tables;
    };
    for index in 0..headers.count {
        let header = headers.start + index * 64;
        let (kind, flags) = (field(file, header + 4, 4), field(file, header + 8, 8));
        let (start, size) = (field(file, header + 0x18, 8), field(file, header + 0x20, 8));
        section(file, kind, flags, start, size, &mut tables);
    }
    tables.push(headers);
    tables
}

fn section(
    file: &[u8],
    kind: usize,
    flags: usize,
    start: usize,
    size: usize,
    tables: &mut Vec<Table>,
) {
    const PROGRAM_BITS: usize = 1;
    const ALLOCATED: usize = 2;
    const X86_64_UNWIND: usize = 0x7000_0001;
    let len = file.len();
    let table = match kind {
        // The symbol table, and a shared library's.
        2 | 11 => Table::new(len, start, size, 24, SYMBOL),
        4 => Table::new(len, start, size, 24, RELOCATION),
        3 => Table::new(len, start, size, 1, BYTE),
        // Dynamic section.
        6 => Table::new(len, start, size, 16, PAIR),
        // Hash table, group, extended section indexes, GNU hash, version definitions and needs.
        5 | 17 | 18 | 0x6fff_fff6 | 0x6fff_fffd | 0x6fff_fffe => {
            Table::new(len, start, size, 4, WORD)
        }
        // Versions of symbols.
        0x6fff_ffff => Table::new(len, start, size, 2, HALF_WORD),
        PROGRAM_BITS | X86_64_UNWIND if flags == ALLOCATED => {
            if let Some(bytes) = file.get(start..start.saturating_add(size)) {
                tables.extend(frames::tables(bytes).into_iter().take(40).map(|mut table| {
                    table.start += start;
                    table
                }));
            }
            None
        }
        _ => None,
    };
    tables.extend(table);
}

/// A little-endian number, 0 where the file ends before it.
fn field(file: &[u8], at: usize, width: usize) -> usize {
    let bytes = file.get(at..at.saturating_add(width)).unwrap_or_default();
    bytes
        .iter()
        .rev()
        .fold(0, |value, byte| value << 8 | usize::from(*byte))
}
