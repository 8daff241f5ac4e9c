//! Copies of the objects for another linker: each loaded section under a name of its own.

use std::collections::BTreeMap;

use object::elf::{self, FileHeader64};
use object::endian::LittleEndian as LE;
use object::read::RelocationFlags;
use object::read::elf::{FileHeader as _, SectionHeader as _};
use object::{Object as _, ObjectSection as _, ObjectSymbol as _, SectionIndex, SymbolIndex};

use super::{Linked, Placed};
use crate::support;

/// The name of a section in the copies.
pub(super) fn section_name(object: usize, section: usize) -> String {
    format!(".j{object}_{section}")
}

/// The name of an object's unwind entries in the copies.
pub(super) fn frames_name(object: usize) -> String {
    format!(".frames{object}")
}

/// The names that no object defines, and whether all references to each are weak.
pub(super) fn undefined(files: &[File<'_>]) -> BTreeMap<String, bool> {
    let defined: std::collections::BTreeSet<&str> = files
        .iter()
        .flat_map(|file| file.symbols())
        .filter(|symbol| symbol.is_global() && !symbol.is_undefined())
        .map(|symbol| symbol.name().expect("a name"))
        .collect();
    let mut undefined = BTreeMap::new();
    for symbol in files.iter().flat_map(|file| file.symbols()) {
        let name = symbol.name().expect("a name");
        let wanted = symbol.is_undefined()
            && !name.is_empty()
            && !defined.contains(name)
            && symbol.kind() != object::SymbolKind::Tls
            && !is_linkers(name);
        if wanted {
            *undefined.entry(name.to_owned()).or_insert(true) &= symbol.is_weak();
        }
    }
    undefined
}

/// Names that linkers define by what they place.
fn is_linkers(name: &str) -> bool {
    name.starts_with("__start_") || name.starts_with("__stop_")
}

pub(super) type File<'a> = object::read::elf::ElfFile64<'a, LE>;

pub(super) fn parse(bytes: &[u8]) -> File<'_> {
    object::read::elf::ElfFile::parse(bytes).expect("a compiler wrote it")
}

/// Whether a symbol is a variable that the linker allots, be it one of the medium code model's
/// large ones.
fn is_common(symbol: &object::read::elf::ElfSymbol64<'_, '_, LE>) -> bool {
    const LARGE: u16 = 0xff02; // SHN_X86_64_LCOMMON
    symbol.is_common() || symbol.elf_symbol().st_shndx.get(LE).0 == LARGE
}

/// Whether an object has instructions that load an address from the GOT, and can do without.
pub(super) fn loads_addresses(file: &File<'_>) -> bool {
    let is_load = |relocation: object::Relocation| {
        let RelocationFlags::Elf { r_type: kind } = relocation.flags() else {
            return false;
        };
        matches!(kind, elf::R_X86_64_GOTPCRELX | elf::R_X86_64_REX_GOTPCRELX)
    };
    file.sections().any(|section| {
        section
            .relocations()
            .any(|(_, relocation)| is_load(relocation))
    })
}

/// Whether an object defines thread-locals.
pub(super) fn has_thread_locals(file: &File<'_>) -> bool {
    let is_defined = |symbol: object::read::elf::ElfSymbol64<'_, '_, LE>| {
        symbol.kind() == object::SymbolKind::Tls && !symbol.is_undefined()
    };
    file.symbols().any(is_defined)
}

/// Finds what jitney placed, by the number of the object and of the section in its file.
pub(super) fn locate(linked: &mut Linked<'_>) {
    let names: BTreeMap<&str, usize> = (0..)
        .zip(linked.objects)
        .map(|(number, (name, _))| (name.as_str(), number))
        .collect();
    for placed in linked.image.sections() {
        let Some(object) = names.get(placed.object.as_str()).copied() else {
            continue;
        };
        // Sections past those of the file were made for COMMON symbols, which are found by name.
        let (index, address) = (placed.index as usize, placed.address as u64);
        if index >= linked.files[object].elf_section_table().len() {
            continue;
        }
        linked.sections.push(Placed {
            object,
            index,
            address,
            size: placed.size,
        });
        if placed.size > 0 {
            linked.ranges.insert(address, address + placed.size);
        }
    }
    linked
        .sections
        .sort_by_key(|placed| (placed.object, placed.index));
    let commons = linked
        .files
        .iter()
        .flat_map(|file| file.symbols())
        .filter(is_common);
    for symbol in commons {
        let name = symbol.name().expect("a name");
        let address = support::address(&linked.image, name) as u64;
        linked.commons.insert(name.to_owned(), address);
    }
    for (name, (start, stop)) in sets(linked) {
        linked.outside.insert(format!("__start_{name}"), start);
        linked.outside.insert(format!("__stop_{name}"), stop);
    }
}

/// Where the sections of each name that is an identifier begin and end.
fn sets(linked: &Linked<'_>) -> BTreeMap<String, (u64, u64)> {
    let mut sets = BTreeMap::new();
    for placed in &linked.sections {
        let section = linked.files[placed.object].section_by_index(SectionIndex(placed.index));
        let section = section.expect("jitney placed it");
        let name = section.name().unwrap_or_default();
        let is_identifier = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if is_identifier {
            let (from, to) = (placed.address, placed.address + placed.size);
            let (start, stop) = sets.entry(name.to_owned()).or_insert((from, to));
            (*start, *stop) = (from.min(*start), to.max(*stop));
        }
    }
    sets
}

/// A copy of an object in which each section that jitney placed has its own name, and so have the
/// unwind entries, which linkers would otherwise rewrite. Nothing is mergeable.
pub(super) fn renamed(linked: &Linked<'_>, object: usize) -> Vec<u8> {
    let bytes = linked.objects[object].1.as_slice();
    let header = FileHeader64::<LE>::parse(bytes).expect("a compiler wrote it");
    let sections = header.sections(LE, bytes).expect("a section table");
    let names_index = header.shstrndx(LE, bytes).expect("section names") as usize;
    let names = sections
        .section(SectionIndex(names_index))
        .and_then(|section| section.data(LE, bytes))
        .expect("section names");
    let mut names = names.to_vec();
    let mut copy = bytes.to_vec();
    let table = header.e_shoff.get(LE) as usize;
    for at in without_code(linked, object) {
        // No relocation: linkers refuse one for code that they leave out.
        copy[at + 8..at + 16].fill(0);
    }
    let mut put = |section: usize, field: usize, value: &[u8]| {
        let at = table + section * 64 + field;
        copy[at..at + value.len()].copy_from_slice(value);
    };
    for (index, section) in sections.enumerate() {
        let flags = section.sh_flags.get(LE);
        let name = match sections.section_name(LE, section) {
            Ok(b".eh_frame") => {
                put(index.0, 4, &elf::SHT_PROGBITS.0.to_le_bytes());
                frames_name(object)
            }
            _ if linked.is_placed(object, index.0) => section_name(object, index.0),
            _ => continue,
        };
        put(index.0, 0, &(names.len() as u32).to_le_bytes());
        names.extend_from_slice(name.as_bytes());
        names.push(0);
        let unmerged = flags.0 & !(elf::SHF_MERGE.0 | elf::SHF_STRINGS.0);
        put(index.0, 8, &unmerged.to_le_bytes());
    }
    put(names_index, 0x18, &(bytes.len() as u64).to_le_bytes());
    put(names_index, 0x20, &(names.len() as u64).to_le_bytes());
    copy.extend_from_slice(&names);
    copy
}

/// Where the file has relocations of unwind entries for sections that jitney did not place: those
/// of COMDAT groups that another object has.
fn without_code(linked: &Linked<'_>, object: usize) -> Vec<usize> {
    let bytes = linked.objects[object].1.as_slice();
    let file = &linked.files[object];
    let (sections, symbols) = (file.elf_section_table(), file.elf_symbol_table());
    let mut found = Vec::new();
    for section in sections.iter() {
        let info = SectionIndex(section.sh_info.get(LE) as usize);
        let Ok(Some((relocations, _))) = section.rela(LE, bytes) else {
            continue;
        };
        let applies_to = sections.section(info);
        if applies_to.and_then(|to| sections.section_name(LE, to)) != Ok(b".eh_frame") {
            continue;
        }
        for (number, relocation) in relocations.iter().enumerate() {
            let index = SymbolIndex(relocation.r_sym(LE, false) as usize);
            let symbol = symbols.symbol(index).expect("its symbol");
            // A name that others can see is found in the group that counts.
            if symbol.st_bind() != elf::STB_LOCAL {
                continue;
            }
            let home = symbols.symbol_section(LE, symbol, index);
            let home = home.expect("its section");
            if home.is_some_and(|home| !linked.is_placed(object, home.0)) {
                found.push(section.sh_offset.get(LE) as usize + number * 24);
            }
        }
    }
    found
}
