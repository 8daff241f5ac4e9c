//! Writing a symbol file: the symbols of a program that is going to be stripped.

use std::path::Path;

use object::elf::{self, FileHeader64, SectionHeader64, SectionType, Sym64};
use object::endian::{LittleEndian as LE, U16, U32, U64};
use object::pod::bytes_of;

use super::file::File;
use super::symbol_file::{NOTE, proof};
use crate::error::{Error, HostError};

/// The content of a symbol file for a program or shared library, to be kept when that is stripped.
///
/// # Errors
/// [`HostError::SymbolFile`] when the file cannot be read, or has no symbols any more.
pub fn symbol_file(program: &Path) -> Result<Vec<u8>, Error> {
    extract(program).map_err(|reason| {
        Error::Host(HostError::SymbolFile {
            path: program.to_owned(),
            reason,
        })
    })
}

fn extract(program: &Path) -> Result<Vec<u8>, String> {
    let program = File::open(program)?;
    let header = program.header().ok_or("it has no header")?;
    if !matches!(header.e_type.get(LE), elf::ET_EXEC | elf::ET_DYN) || program.headers().is_empty()
    {
        return Err("it is no program and no shared library".to_owned());
    }
    let table = program
        .symbols()?
        .ok_or("it has no symbols: name the file as it was before it was stripped")?;

    let mut strings = vec![0];
    let mut symbols = vec![0; size_of::<Sym64<LE>>()];
    let mut locals = 1;
    for (symbol, name) in table.named() {
        let symbol = Sym64 {
            st_name: U32::new(LE, strings.len() as u32),
            ..*symbol
        };
        symbols.extend(bytes_of(&symbol));
        strings.extend(name);
        strings.push(0);
        locals += u32::from(symbol.st_bind() == elf::STB_LOCAL);
    }
    let note = proof(&program);
    let comment = program.section(".comment").unwrap_or_default();
    let symbols = Part {
        link: STRINGS,
        info: locals,
        entry: size_of::<Sym64<LE>>() as u64,
        ..Part::new(".symtab", elf::SHT_SYMTAB, &symbols)
    };
    Ok(assemble(
        header,
        &[
            Part::new(NOTE, elf::SHT_NOTE, &note),
            Part::new(".comment", elf::SHT_PROGBITS, comment),
            symbols,
            Part::new(".strtab", elf::SHT_STRTAB, &strings),
        ],
    ))
}

/// The number of `.strtab` among the sections; the empty section is number 0.
const STRINGS: u32 = 4;

/// A section of the file that is written.
struct Part<'data> {
    name: &'static str,
    kind: SectionType,
    link: u32,
    info: u32,
    entry: u64,
    data: &'data [u8],
}

impl<'data> Part<'data> {
    fn new(name: &'static str, kind: SectionType, data: &'data [u8]) -> Part<'data> {
        Part {
            name,
            kind,
            link: 0,
            info: 0,
            entry: 0,
            data,
        }
    }
}

/// An ELF file for the same machine as `program`: these sections, after the empty one and before
/// that of their names.
fn assemble(program: &FileHeader64<LE>, parts: &[Part<'_>]) -> Vec<u8> {
    const ALIGN: usize = 8;
    const NAMES: &str = ".shstrtab";
    let mut names = vec![0];
    let mut name_offsets = Vec::new();
    for name in parts.iter().map(|part| part.name).chain([NAMES]) {
        name_offsets.push(names.len() as u32);
        names.extend(name.as_bytes());
        names.push(0);
    }
    let names = Part::new(NAMES, elf::SHT_STRTAB, &names);

    let mut file = vec![0; size_of::<FileHeader64<LE>>()];
    let mut table = vec![0; size_of::<SectionHeader64<LE>>()];
    for (part, name) in parts.iter().chain([&names]).zip(name_offsets) {
        file.resize(file.len().next_multiple_of(ALIGN), 0);
        let header = SectionHeader64 {
            sh_name: U32::new(LE, name),
            sh_type: U32::new(LE, part.kind),
            sh_flags: U64::new(LE, elf::SectionFlags(0)),
            sh_addr: U64::new(LE, 0),
            sh_offset: U64::new(LE, file.len() as u64),
            sh_size: U64::new(LE, part.data.len() as u64),
            sh_link: U32::new(LE, part.link),
            sh_info: U32::new(LE, part.info),
            sh_addralign: U64::new(LE, ALIGN as u64),
            sh_entsize: U64::new(LE, part.entry),
        };
        table.extend(bytes_of(&header));
        file.extend(part.data);
    }
    file.resize(file.len().next_multiple_of(ALIGN), 0);
    let sections = parts.len() as u16 + 2;
    let header = FileHeader64 {
        e_entry: U64::new(LE, 0),
        e_phoff: U64::new(LE, 0),
        e_phnum: U16::new(LE, 0),
        e_shoff: U64::new(LE, file.len() as u64),
        e_shnum: U16::new(LE, sections),
        e_shstrndx: U16::new(LE, elf::SymbolSection(sections - 1)),
        ..*program
    };
    file[..size_of_val(&header)].copy_from_slice(bytes_of(&header));
    file.extend(table);
    file
}
