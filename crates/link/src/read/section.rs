//! One section of an object: the digest of its header.

use std::ops::Range;

use object::elf;
use object::endian::LittleEndian as LE;

use super::part;
use super::tables::Names;

/// The largest alignment that a section may ask for, in bytes: 16 MiB.
const MAX_ALIGN: u64 = 1 << 24;

/// The largest section that is loaded, in bytes. A zero-filled section costs its file nothing, so
/// its size is no proof of anything and needs a bound; more could not be reached anyway.
const MAX_SIZE: u64 = 1 << 31;

/// What a section becomes in an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Not part of the running program (debug information, comments).
    NotLoaded,
    /// Machine code.
    Code,
    /// Constant once it is relocated: `.rodata`, `.data.rel.ro`, exception tables.
    ReadOnly,
    /// `.data` and `.bss`.
    Writable,
    /// `.tdata` and `.tbss`.
    ThreadLocal,
}

/// Why a section cannot be taken.
pub(super) enum Fault {
    /// The header contradicts itself or the file.
    Damaged(String),
    /// It is larger than what can be loaded.
    TooLarge(String),
}

impl From<String> for Fault {
    fn from(reason: String) -> Fault {
        Fault::Damaged(reason)
    }
}

impl Fault {
    /// The same, said of something by name.
    fn of(self, what: &str) -> Fault {
        match self {
            Fault::Damaged(reason) => Fault::Damaged(format!("{what} {reason}")),
            Fault::TooLarge(reason) => Fault::TooLarge(format!("{what} {reason}")),
        }
    }
}

/// The digest of one section header.
#[derive(Debug)]
pub(crate) struct Section {
    pub(super) name: Range<u32>,
    pub(crate) class: Class,
    /// Occupies no bytes in the file: all zero.
    pub(crate) zeroed: bool,
    pub(crate) kind: elf::SectionType,
    pub(super) offset: u64,
    pub(crate) size: u64,
    /// A power of two.
    pub(crate) align: u64,
    pub(super) relocations: (u64, usize),
    /// Belongs to a COMDAT group with this symbol as its signature.
    pub(crate) group: Option<u32>,
    /// Holds the addresses of constructors or destructors.
    pub(crate) constructors: bool,
    /// Belongs into the program whether anything refers to it or not.
    pub(crate) retained: bool,
}

impl Section {
    /// Digests a header.
    ///
    /// # Errors
    /// What is wrong with it: a part outside the file, an impossible size or alignment.
    pub(super) fn digest(
        header: &elf::SectionHeader64<LE>,
        data: &[u8],
        names: &mut Names<'_>,
    ) -> Result<Section, Fault> {
        let start = header.sh_name.get(LE);
        let name = names
            .get(start)
            .ok_or_else(|| "a section's name lies outside its string table".to_owned())?;
        let kind = header.sh_type.get(LE);
        let flags = header.sh_flags.get(LE);
        let has = |flag: elf::SectionFlags| flags.0 & flag.0 != 0;
        let class = if !has(elf::SHF_ALLOC) || matches!(kind, elf::SHT_NULL | elf::SHT_NOTE) {
            Class::NotLoaded
        } else if has(elf::SHF_TLS) {
            Class::ThreadLocal
        } else if has(elf::SHF_EXECINSTR) {
            Class::Code
        } else if has(elf::SHF_WRITE) && !name.starts_with(b".data.rel.ro") {
            Class::Writable
        } else {
            Class::ReadOnly
        };
        let zeroed = kind == elf::SHT_NOBITS;
        let range = (header.sh_offset.get(LE), header.sh_size.get(LE));
        let display = || String::from_utf8_lossy(name).into_owned();
        if !zeroed && kind != elf::SHT_NULL && part(data, range).is_none() {
            return Err(format!("section {} lies past its end", display()).into());
        }
        let align = header.sh_addralign.get(LE).max(1);
        check_room(class, range.1, align)
            .map_err(|fault| fault.of(&format!("section {}", display())))?;
        if has(elf::SHF_COMPRESSED) && class != Class::NotLoaded {
            return Err(format!(
                "section {} is compressed and loaded, which ELF forbids",
                display()
            )
            .into());
        }
        let end = start + name.len() as u32;
        Ok(Section {
            name: start..end,
            class,
            zeroed,
            kind,
            offset: range.0,
            size: range.1,
            align,
            relocations: (0, 0),
            group: None,
            constructors: class != Class::NotLoaded && holds_constructors(kind, name),
            retained: has(elf::SHF_GNU_RETAIN),
        })
    }

    /// A section for a COMMON symbol: zeroed data that C leaves to the linker to allot.
    ///
    /// # Errors
    /// When its size or alignment is impossible.
    pub(super) fn common(
        symbol: u32,
        class: Class,
        size: u64,
        align: u64,
    ) -> Result<Section, Fault> {
        let align = align.max(1);
        check_room(class, size, align)
            .map_err(|fault| fault.of(&format!("the COMMON symbol {symbol}")))?;
        Ok(Section {
            name: 0..0,
            class,
            zeroed: true,
            kind: elf::SHT_NOBITS,
            offset: 0,
            size,
            align,
            relocations: (0, 0),
            group: None,
            constructors: false,
            retained: false,
        })
    }

    /// How many bytes of the file it takes.
    pub(super) fn file_size(&self) -> u64 {
        if self.zeroed || self.kind == elf::SHT_NULL {
            0
        } else {
            self.size
        }
    }
}

/// Whether a section is a table of constructors or destructors, by its type or, as older compilers say it, its name.
fn holds_constructors(kind: elf::SectionType, name: &[u8]) -> bool {
    const NAMES: [&[u8]; 5] = [
        b".preinit_array",
        b".init_array",
        b".fini_array",
        b".ctors",
        b".dtors",
    ];
    let called = |table: &&[u8]| {
        name.strip_prefix(*table)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(b"."))
    };
    matches!(
        kind,
        elf::SHT_PREINIT_ARRAY | elf::SHT_INIT_ARRAY | elf::SHT_FINI_ARRAY
    ) || NAMES.iter().any(called)
}

fn check_room(class: Class, size: u64, align: u64) -> Result<(), Fault> {
    if class == Class::NotLoaded {
        return Ok(());
    }
    if !align.is_power_of_two() || align > MAX_ALIGN {
        return Err(format!("wants an alignment of {align}").into());
    }
    if size > MAX_SIZE {
        return Err(Fault::TooLarge(format!(
            "has {size} bytes, and {MAX_SIZE} can be loaded: take large buffers from `malloc`"
        )));
    }
    Ok(())
}
