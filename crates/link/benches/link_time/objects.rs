//! Objects made to measure: with so many sections and relocations as no compiler writes them.

use object::write::{Object, Relocation, SectionId, Symbol, SymbolId, SymbolSection};
use object::{
    Architecture, BinaryFormat, Endianness, RelocationFlags, SectionKind, SymbolFlags, SymbolKind,
    SymbolScope, elf,
};

/// A call: its opcode and four bytes for the distance.
const CALL: [u8; 5] = [0xe8, 0, 0, 0, 0];
const RETURN: u8 = 0xc3;

/// An object of functions, each in its own section, each calling `calls` of the others or itself.
pub(crate) fn functions(sections: usize, calls: usize) -> Vec<u8> {
    let mut object = empty();
    let made: Vec<(SectionId, SymbolId)> = (0..sections)
        .map(|number| function(&mut object, &format!("function_{number}"), calls))
        .collect();
    // A fixed sequence of targets, in no order that would suit a cache.
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for (section, _) in &made {
        for call in 0..calls {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let (_, symbol) = made[(random >> 33) as usize % sections];
            refer(&mut object, *section, call, symbol);
        }
    }
    object.write().unwrap()
}

/// An object with one function that calls functions of other objects.
pub(crate) fn caller(name: &str, callees: &[String]) -> Vec<u8> {
    let mut object = empty();
    let (section, _) = function(&mut object, name, callees.len());
    for (call, callee) in callees.iter().enumerate() {
        let symbol = object.add_symbol(symbol(
            callee,
            SymbolSection::Undefined,
            SymbolKind::Unknown,
        ));
        refer(&mut object, section, call, symbol);
    }
    object.write().unwrap()
}

fn empty() -> Object<'static> {
    Object::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little)
}

/// A function with room for that many calls.
fn function(object: &mut Object<'_>, name: &str, calls: usize) -> (SectionId, SymbolId) {
    let section = object.add_section(
        Vec::new(),
        format!(".text.{name}").into_bytes(),
        SectionKind::Text,
    );
    let mut code = CALL.repeat(calls);
    code.push(RETURN);
    object.append_section_data(section, &code, 16);
    let symbol = symbol(name, SymbolSection::Section(section), SymbolKind::Text);
    (section, object.add_symbol(symbol))
}

fn symbol(name: &str, section: SymbolSection, kind: SymbolKind) -> Symbol {
    Symbol {
        name: name.as_bytes().to_vec(),
        value: 0,
        size: 0,
        kind,
        scope: SymbolScope::Dynamic,
        weak: false,
        section,
        flags: SymbolFlags::None,
    }
}

/// Makes a function's call number `call` one of `symbol`.
fn refer(object: &mut Object<'_>, section: SectionId, call: usize, symbol: SymbolId) {
    let relocation = Relocation {
        offset: (call * CALL.len() + 1) as u64,
        symbol,
        addend: -4,
        flags: RelocationFlags::Elf {
            r_type: elf::R_X86_64_PLT32,
        },
    };
    object.add_relocation(section, relocation).unwrap();
}
