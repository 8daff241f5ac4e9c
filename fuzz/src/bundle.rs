//! The tables of a bundle: those of a container, and those of the object in it. The parts of libraries are a table of bytes,
//! since all its numbers are short.

use object::write::{Object, Relocation, Symbol, SymbolSection};
use object::{Architecture, BinaryFormat, Endianness, SectionKind, SymbolFlags, SymbolKind};
use object::{RelocationFlags, SymbolScope, elf};

use crate::table::Table;
use crate::{LIBRARY_FOLDER, container};

/// A bundle as jitney writes it, if there is room.
pub(crate) fn whole(room: usize) -> Option<Vec<u8>> {
    let object = object();
    let parts = jitney_link::fuzzing::parts_of(LIBRARY_FOLDER.as_ref(), object.clone())?;
    let file = jitney_build::fuzzing::bundle_of(object, parts);
    (file.len() <= room).then_some(file)
}

pub(crate) fn tables(file: &[u8]) -> Vec<Table> {
    container::tables(file)
}

/// An object that needs a function of the standard library: one without a hash in its name.
fn object() -> Vec<u8> {
    let mut object = Object::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little);
    let text = object.add_section(Vec::new(), b".text.root".to_vec(), SectionKind::Text);
    // call __udivti3; ret
    object.append_section_data(text, &[0xe8, 0, 0, 0, 0, 0xc3], 16);
    let mut symbol = |name: &[u8], section, size| {
        object.add_symbol(Symbol {
            name: name.to_vec(),
            value: 0,
            size,
            kind: SymbolKind::Text,
            scope: SymbolScope::Dynamic,
            weak: false,
            section,
            flags: SymbolFlags::None,
        })
    };
    symbol(b"root", SymbolSection::Section(text), 6);
    let needed = symbol(b"__udivti3", SymbolSection::Undefined, 0);
    let call = Relocation {
        offset: 1,
        symbol: needed,
        addend: -4,
        flags: RelocationFlags::Elf {
            r_type: elf::R_X86_64_PLT32,
        },
    };
    object
        .add_relocation(text, call)
        .expect("the relocation is one of ELF's");
    object.write().expect("the object is well-formed")
}
