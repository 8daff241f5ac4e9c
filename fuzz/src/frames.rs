//! Unwind entries: Linux Standard Base, "Exception Frames".

use object::write::{Object, Relocation, Symbol, SymbolSection};
use object::{Architecture, BinaryFormat, Endianness, SectionKind, SymbolFlags, SymbolKind};
use object::{SymbolScope, write::SectionId};

use crate::table::{Field, Table, little};

/// Of a CIE: version, augmentation, alignments, register, augmentation length, encodings.
const CIE: &[Field] = &[
    little(0, 4),
    little(4, 4),
    little(8, 1),
    little(9, 1),
    little(10, 1),
    little(11, 1),
    little(12, 1),
    little(13, 1),
    little(14, 1),
    little(15, 1),
    little(16, 1),
];
/// Of an FDE: length, CIE, address, size, or these in eight bytes each.
const FDE: &[Field] = &[
    little(0, 4),
    little(4, 4),
    little(8, 4),
    little(12, 4),
    little(8, 8),
];
const WORD: &[Field] = &[little(0, 4)];

/// The entries of an `.eh_frame`, each as a table of one record.
pub(crate) fn tables(frames: &[u8]) -> Vec<Table> {
    let mut tables = Vec::new();
    for (at, len) in entries(frames) {
        let (stride, fields) = match (len, word(frames, at + 4)) {
            (20.., Some(0)) => (20, CIE),
            (16.., _) => (16, FDE),
            _ => (4, WORD),
        };
        tables.extend(Table::new(frames.len(), at, stride, stride, fields));
    }
    tables
}

/// Where entries start, and how long they are, as far as they can be followed.
fn entries(frames: &[u8]) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let len = word(frames, at)? as usize + 4;
        let entry = (at, len);
        at = at.checked_add(len)?;
        Some(entry)
    })
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

/// An object with four functions' sections and this `.eh_frame`, each entry of which is for one of
/// the functions: without that, a reader would look no further than its second word.
pub fn object_with_frames(frames: &[u8]) -> Vec<u8> {
    let mut object = Object::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little);
    let code: [_; 4] = std::array::from_fn(|number| code(&mut object, number));
    let section = object.add_section(Vec::new(), b".eh_frame".to_vec(), SectionKind::ReadOnlyData);
    object.set_section_data(section, frames, 8);
    for (at, len) in entries(frames) {
        let is_fde = len >= 12 && word(frames, at + 4).is_some_and(|id| id != 0);
        let Some(distance) = word(frames, at + 8).filter(|_| is_fde) else {
            continue;
        };
        let relocation = Relocation {
            offset: at as u64 + 8,
            symbol: code[at / 8 % 4],
            addend: i64::from(distance as i32),
            flags: object::RelocationFlags::Elf {
                r_type: object::elf::R_X86_64_PC32,
            },
        };
        object
            .add_relocation(section, relocation)
            .expect("an entry is in its section");
    }
    object.write().expect("the object has nothing odd")
}

fn code(object: &mut Object<'_>, number: usize) -> object::write::SymbolId {
    let name = format!(".text.root_{number}").into_bytes();
    let section: SectionId = object.add_section(Vec::new(), name, SectionKind::Text);
    // Longer than the functions of the seeds: `ret`, all of it.
    object.set_section_data(section, vec![0xc3; 8192], 16);
    object.add_symbol(Symbol {
        name: format!("root_{number}").into_bytes(),
        value: 0,
        size: 8192,
        kind: SymbolKind::Text,
        scope: SymbolScope::Dynamic,
        weak: false,
        section: SymbolSection::Section(section),
        flags: SymbolFlags::None,
    })
}
