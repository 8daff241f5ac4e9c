//! One relocatable ELF object, checked and digested.
//!
//! The layout is that of the System V ABI, <https://gabi.xinuos.com/>. Section headers are digested
//! into [`Section`]s; symbols and relocations are read in place from the file's bytes.

use std::sync::OnceLock;

use object::elf;
use object::endian::{LittleEndian as LE, U32};
use rustc_hash::FxHashMap;

use super::header::header;
use super::section::Fault;
use super::tables::Names;
use super::{Bytes, Class, FrameTable, Origin, Partial, Section, part, table};
use crate::error::Error;

pub(crate) type Relocation = elf::Rela64<LE>;
pub(crate) type Symbol = elf::Sym64<LE>;

/// COMMON, for a variable that the medium code model calls large (System V ABI, x86-64 supplement,
/// "Special Sections").
const SHN_X86_64_LCOMMON: elf::SymbolSection = elf::SymbolSection(0xff02);

/// Where a symbol is defined, as far as its own object tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SymbolPlace {
    Undefined,
    Absolute,
    Section(u32),
}

/// A relocatable object, ready to be linked.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) name: String,
    pub(crate) origin: Origin,
    pub(super) bytes: Bytes,
    /// Where it is not all of its file: what of that is there.
    pub(super) partial: Option<Partial>,
    pub(super) hash: OnceLock<[u8; 32]>,
    /// Where the section headers are.
    pub(super) headers: (u64, usize),
    pub(crate) sections: Vec<Section>,
    /// Which sections are tables of constructors or destructors.
    pub(crate) constructors: Vec<u32>,
    /// Which sections are thread-local variables.
    pub(crate) thread_locals: Vec<u32>,
    section_names: (u64, u64),
    pub(super) symbols: (u64, usize),
    strings: (u64, u64),
    /// How long each symbol's name is.
    name_lens: Vec<u32>,
    extended_indexes: Option<(u64, usize)>,
    /// The sections made for COMMON symbols: zeroed data that C leaves to the linker to allot.
    commons: FxHashMap<u32, u32>,
    frames: OnceLock<Result<FrameTable, String>>,
    section_owners: OnceLock<Vec<u32>>,
}

impl Object {
    /// Checks and digests an object.
    ///
    /// # Errors
    /// When the bytes are no object for this machine, or any table of it lies outside the file.
    pub(crate) fn parse(name: String, origin: Origin, bytes: Bytes) -> Result<Object, Error> {
        Object::parse_part(name, origin, bytes, None)
    }

    /// As [`Object::parse`], for a file of which `partial` is there and the rest is zero.
    ///
    /// # Errors
    /// The same.
    pub(super) fn parse_part(
        name: String,
        origin: Origin,
        bytes: Bytes,
        partial: Option<Partial>,
    ) -> Result<Object, Error> {
        let unsupported = |what: &str| Error::Unsupported {
            object: name.clone(),
            what: what.into(),
        };
        let damaged = |reason: &str| Error::Damaged {
            object: name.clone(),
            reason: reason.to_owned(),
        };
        let refused = |fault: Fault| match fault {
            Fault::Damaged(reason) => damaged(&reason),
            Fault::TooLarge(what) => unsupported(&what),
        };
        let data: &[u8] = &bytes;
        let header = header(&name, data)?;
        if u32::try_from(data.len()).is_err() {
            return Err(unsupported("it has 4 GiB or more"));
        }
        let table_offset = header.e_shoff.get(LE);
        let first = table::<elf::SectionHeader64<LE>>(data, table_offset, 1)
            .ok_or_else(|| damaged("its section headers lie past its end"))?[0];
        // More than 65,279 sections: the count and the name table's index move to section 0.
        let count = match header.e_shnum.get(LE) {
            0 => first.sh_size.get(LE) as usize,
            n => n as usize,
        };
        let headers = table::<elf::SectionHeader64<LE>>(data, table_offset, count)
            .ok_or_else(|| damaged("its section headers lie past its end"))?;
        let names_index = match header.e_shstrndx.get(LE) {
            elf::SHN_XINDEX => first.sh_link.get(LE) as usize,
            n => n.0 as usize,
        };
        let names = headers
            .get(names_index)
            .ok_or_else(|| damaged("it has no section names"))?;
        let section_names = (names.sh_offset.get(LE), names.sh_size.get(LE));
        let names = part(data, section_names)
            .ok_or_else(|| damaged("its section names lie past its end"))?;

        let mut object = Object {
            partial,
            hash: OnceLock::new(),
            headers: (table_offset, count),
            sections: Vec::with_capacity(count),
            constructors: Vec::new(),
            thread_locals: Vec::new(),
            section_names,
            symbols: (0, 0),
            strings: (0, 0),
            name_lens: Vec::new(),
            extended_indexes: None,
            commons: FxHashMap::default(),
            frames: OnceLock::new(),
            section_owners: OnceLock::new(),
            origin,
            bytes: bytes.clone(),
            name: name.clone(),
        };
        let mut names = Names::new(names, data.len());
        for header in headers {
            let section = Section::digest(header, data, &mut names);
            object.sections.push(section.map_err(refused)?);
        }
        for (index, section) in headers.iter().enumerate() {
            match section.sh_type.get(LE) {
                elf::SHT_SYMTAB if object.symbols.1 > 0 => {
                    return Err(damaged("it has two symbol tables"));
                }
                elf::SHT_SYMTAB => object
                    .set_symbols(headers, section, data)
                    .ok_or_else(|| damaged("its symbol table does not fit the file"))?,
                elf::SHT_SYMTAB_SHNDX => {
                    let range = (
                        section.sh_offset.get(LE),
                        section.sh_size.get(LE) as usize / 4,
                    );
                    table::<U32<LE>>(data, range.0, range.1)
                        .ok_or_else(|| damaged("its extended section indexes lie past its end"))?;
                    object.extended_indexes = Some(range);
                }
                elf::SHT_RELA => object.set_relocations(section, data).map_err(&damaged)?,
                elf::SHT_REL => {
                    return Err(damaged(
                        "it has SHT_REL relocations, which x86_64 does not use",
                    ));
                }
                elf::SHT_CREL => {
                    return Err(unsupported(
                        "its relocations are compact ones (CREL); compile it without -Wa,--crel",
                    ));
                }
                elf::SHT_GROUP => object
                    .set_group(index, section, data)
                    .ok_or_else(|| damaged("a section group does not fit the file"))?,
                _ => {}
            }
        }
        object.allot_commons().map_err(refused)?;
        for (index, section) in (0u32..).zip(&object.sections) {
            if section.constructors {
                object.constructors.push(index);
            }
            if section.class == Class::ThreadLocal {
                object.thread_locals.push(index);
            }
        }
        object.name_lens = object.check().map_err(|reason| damaged(&reason))?;
        if object.is_intermediate() {
            return Err(unsupported(
                "it holds no machine code but gcc's intermediate code for link-time optimization; \
                 compile it with -ffat-lto-objects, or without -flto",
            ));
        }
        Ok(object)
    }

    fn set_symbols(
        &mut self,
        headers: &[elf::SectionHeader64<LE>],
        section: &elf::SectionHeader64<LE>,
        data: &[u8],
    ) -> Option<()> {
        let symbols = (
            section.sh_offset.get(LE),
            section.sh_size.get(LE) as usize / size_of::<Symbol>(),
        );
        table::<Symbol>(data, symbols.0, symbols.1)?;
        let strings = headers.get(section.sh_link.get(LE) as usize)?;
        let strings = (strings.sh_offset.get(LE), strings.sh_size.get(LE));
        part(data, strings)?;
        self.symbols = symbols;
        self.strings = strings;
        Some(())
    }

    fn set_relocations(
        &mut self,
        section: &elf::SectionHeader64<LE>,
        data: &[u8],
    ) -> Result<(), &'static str> {
        const OUTSIDE: &str = "a relocation table does not fit the file";
        let target = self
            .sections
            .get_mut(section.sh_info.get(LE) as usize)
            .ok_or(OUTSIDE)?;
        let count = section.sh_size.get(LE) as usize / size_of::<Relocation>();
        let offset = section.sh_offset.get(LE);
        table::<Relocation>(data, offset, count).ok_or(OUTSIDE)?;
        if target.relocations.1 > 0 {
            return Err("two relocation tables are for one section");
        }
        target.relocations = (offset, count);
        Ok(())
    }

    fn set_group(
        &mut self,
        index: usize,
        section: &elf::SectionHeader64<LE>,
        data: &[u8],
    ) -> Option<()> {
        let words = self.sections[index].size as usize / 4;
        let words = table::<U32<LE>>(data, section.sh_offset.get(LE), words)?;
        let (flags, members) = words.split_first()?;
        if flags.get(LE) & elf::GRP_COMDAT.0 != 0 {
            for member in members {
                self.sections.get_mut(member.get(LE) as usize)?.group =
                    Some(section.sh_info.get(LE));
            }
        }
        Some(())
    }

    fn allot_commons(&mut self) -> Result<(), Fault> {
        let commons: Vec<_> = (0u32..)
            .zip(self.symbols())
            .filter(|(_, symbol)| {
                let section = symbol.st_shndx.get(LE);
                section == elf::SHN_COMMON || section == SHN_X86_64_LCOMMON
            })
            .map(|(index, symbol)| {
                let class = match symbol.st_type() {
                    elf::STT_TLS => Class::ThreadLocal,
                    _ => Class::Writable,
                };
                let (size, align) = (symbol.st_size.get(LE), symbol.st_value.get(LE));
                (index, class, size, align)
            })
            .collect();
        for (symbol, class, size, align) in commons {
            // The value of a COMMON symbol is its alignment.
            let section = Section::common(symbol, class, size, align)?;
            self.commons.insert(symbol, self.sections.len() as u32);
            self.sections.push(section);
        }
        Ok(())
    }

    /// Whether it is for gcc's link-time optimizer alone: `-flto` without `-ffat-lto-objects`. A COMMON
    /// symbol says so (gcc, `lto-streamer-out.cc`).
    fn is_intermediate(&self) -> bool {
        let mut commons = self.commons.keys();
        commons.any(|symbol| self.symbol_name(*symbol) == b"__gnu_lto_slim")
    }

    /// Whether any of its symbols may have a version in its name (`foo@V1`).
    pub(crate) fn has_versions(&self) -> bool {
        memchr::memchr(b'@', self.strings()).is_some()
    }

    /// Whether a symbol is COMMON: a definition that C leaves open to a better one.
    pub(crate) fn is_common(&self, symbol: u32) -> bool {
        self.commons.contains_key(&symbol)
    }

    pub(crate) fn symbols(&self) -> &[Symbol] {
        table(&self.bytes, self.symbols.0, self.symbols.1).unwrap_or_default()
    }

    pub(super) fn strings(&self) -> &[u8] {
        part(&self.bytes, self.strings).unwrap_or_default()
    }

    /// A symbol's own name; empty for section symbols.
    pub(crate) fn symbol_name(&self, symbol: u32) -> &[u8] {
        let (Some(len), Some(record)) = (
            self.name_lens.get(symbol as usize),
            self.symbols().get(symbol as usize),
        ) else {
            return &[];
        };
        let start = record.st_name.get(LE) as usize;
        let name = self.strings().get(start..start + *len as usize);
        name.unwrap_or_default()
    }

    /// The object's file.
    pub(crate) fn file(&self) -> &[u8] {
        &self.bytes
    }

    /// How many bytes the object's file has.
    pub(super) fn file_len(&self) -> usize {
        self.bytes.len()
    }

    /// Where a symbol is defined.
    pub(crate) fn place(&self, symbol: u32) -> SymbolPlace {
        let Some(record) = self.symbols().get(symbol as usize) else {
            return SymbolPlace::Undefined;
        };
        match record.st_shndx.get(LE) {
            elf::SHN_UNDEF => SymbolPlace::Undefined,
            elf::SHN_ABS => SymbolPlace::Absolute,
            elf::SHN_COMMON | SHN_X86_64_LCOMMON => self
                .commons
                .get(&symbol)
                .map_or(SymbolPlace::Undefined, |section| {
                    SymbolPlace::Section(*section)
                }),
            elf::SHN_XINDEX => self
                .extended_indexes
                .and_then(|(offset, count)| table::<U32<LE>>(&self.bytes, offset, count))
                .and_then(|indexes| indexes.get(symbol as usize))
                .map_or(SymbolPlace::Undefined, |index| {
                    self.in_section(index.get(LE))
                }),
            index if index.is_reserved() => SymbolPlace::Undefined,
            index => self.in_section(u32::from(index.0)),
        }
    }

    /// The place of what is in a section: with a section that was left out, what it defined went too.
    fn in_section(&self, section: u32) -> SymbolPlace {
        let left_out = self.partial.is_some()
            && self
                .sections
                .get(section as usize)
                .is_some_and(|section| section.kind == elf::SHT_NULL);
        match left_out {
            true => SymbolPlace::Undefined,
            false => SymbolPlace::Section(section),
        }
    }

    /// The relocations that apply to a section.
    pub(crate) fn relocations(&self, section: u32) -> &[Relocation] {
        let (offset, count) = self.sections[section as usize].relocations;
        table(&self.bytes, offset, count).unwrap_or_default()
    }

    /// A section's bytes; empty for one that is all zero.
    pub(crate) fn data(&self, section: u32) -> &[u8] {
        let section = &self.sections[section as usize];
        if section.zeroed {
            &[]
        } else {
            part(&self.bytes, (section.offset, section.size)).unwrap_or_default()
        }
    }

    pub(crate) fn section_name(&self, section: u32) -> &[u8] {
        let name = &self.sections[section as usize].name;
        part(&self.bytes, self.section_names)
            .and_then(|names| names.get(name.start as usize..name.end as usize))
            .unwrap_or_default()
    }

    /// A section's name for a message.
    pub(crate) fn shown_section_name(&self, section: u32) -> String {
        String::from_utf8_lossy(self.section_name(section)).into_owned()
    }

    /// The object's unwind entries by the section they cover, split on first use.
    ///
    /// # Errors
    /// When `.eh_frame` is malformed.
    pub(crate) fn frames(&self) -> Result<&FrameTable, Error> {
        self.frames
            .get_or_init(|| FrameTable::split(self))
            .as_ref()
            .map_err(|reason| Error::Damaged {
                object: self.name.clone(),
                reason: reason.clone(),
            })
    }

    /// The first named symbol that a section holds, 0 for none.
    ///
    /// LLVM refers to local statics through their section's symbol; binding such a static to the
    /// host needs the name of the variable in it.
    pub(crate) fn section_owner(&self, section: u32) -> u32 {
        let owners = self.section_owners.get_or_init(|| {
            let mut owners = vec![0; self.sections.len()];
            for (index, symbol) in self.symbols().iter().enumerate().skip(1) {
                if matches!(symbol.st_type(), elf::STT_SECTION | elf::STT_FILE)
                    || symbol.st_name.get(LE) == 0
                {
                    continue;
                }
                if let SymbolPlace::Section(section) = self.place(index as u32)
                    && owners[section as usize] == 0
                {
                    owners[section as usize] = index as u32;
                }
            }
            owners
        });
        owners[section as usize]
    }
}
