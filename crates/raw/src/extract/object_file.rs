//! ELF, COFF and Mach-O files as [parts](super::parts): their sections.

use object::elf::STT_GNU_IFUNC;
use object::{
    Architecture, File, Object, ObjectKind, ObjectSection, ObjectSymbol, RelocationTarget, Section,
    SectionIndex, SectionKind, Symbol, SymbolFlags, SymbolKind,
};

use super::Error;
use super::parts::{Function, Part, PartKind, Parts, Place, Reference};
use super::relocation::{self, Relocated};
use crate::Machine;

/// What unwinders read, and nothing that code refers to.
const UNWINDING: [&str; 5] = [
    ".eh_frame",
    ".pdata",
    ".xdata",
    "__eh_frame",
    "__compact_unwind",
];

pub(super) struct ObjectFile<'d> {
    file: File<'d>,
}

impl<'d> ObjectFile<'d> {
    pub(super) fn parse(file: &'d [u8]) -> Result<ObjectFile<'d>, Error> {
        Ok(ObjectFile {
            file: File::parse(file)?,
        })
    }

    /// The sections with what an assembled text consists of: code first, and first of it what stands in the section that
    /// text goes to by itself.
    #[cfg(feature = "assemble")]
    pub(super) fn wanted(&self) -> Result<Vec<(usize, std::ops::Range<u64>)>, Error> {
        let mut wanted = Vec::new();
        for section in self.file.sections() {
            let name = name_of(&section);
            if section.size() == 0 || UNWINDING.contains(&name.as_str()) {
                continue;
            }
            let rank = match kind_of(&section) {
                PartKind::Code if matches!(name.as_str(), ".text" | "__text") => 0,
                PartKind::Code => 1,
                PartKind::Constants => 2,
                PartKind::Other(_) if is_variables(section.kind()) => {
                    return Err(Error::Variables { section: name });
                }
                PartKind::Other(_) => continue,
            };
            wanted.push((rank, section.index().0, 0..section.size()));
        }
        wanted.sort_by_key(|&(rank, index, _)| (rank, index));
        Ok(wanted
            .into_iter()
            .map(|(_, index, range)| (index, range))
            .collect())
    }

    fn section(&self, index: usize) -> Result<Section<'d, '_>, Error> {
        Ok(self.file.section_by_index(SectionIndex(index))?)
    }

    /// A relocation of a section, in terms of parts.
    fn reference(
        &self,
        section: &Section<'d, '_>,
        bytes: &[u8],
        offset: u64,
        relocation: &object::Relocation,
    ) -> Result<Reference, Error> {
        let Relocated { name, fix, addend } =
            relocation::read(&self.file, bytes, offset, relocation);
        let mut reference = Reference {
            offset,
            relocation: name,
            fix,
            symbol: String::new(),
            target: None,
            addend,
        };
        match relocation.target() {
            RelocationTarget::Symbol(index) => {
                let symbol = self.file.symbol_by_index(index)?;
                reference.symbol = match symbol.kind() {
                    SymbolKind::Section => self.section_name_of(&symbol),
                    _ => String::from_utf8_lossy(symbol.name_bytes()?).into_owned(),
                };
                reference.target = self.place(&symbol)?;
            }
            RelocationTarget::Section(index) => {
                // Mach-O: the field holds the distance as it is within the file.
                let target = self.section(index.0)?;
                reference.symbol = name_of(&target);
                let width = fix.map_or(0, |fix| fix.bytes() as i64);
                let exact = (section.address().wrapping_add(offset) as i64)
                    .wrapping_add(addend)
                    .wrapping_add(2 * width);
                let inside = exact.wrapping_sub(target.address() as i64);
                reference.target = u64::try_from(inside).ok().map(|offset| Place {
                    part: index.0,
                    offset,
                    is_start: false,
                });
                reference.addend = -width;
            }
            _ => reference.symbol = "an address".to_owned(),
        }
        Ok(reference)
    }

    fn place(&self, symbol: &Symbol<'d, '_>) -> Result<Option<Place>, Error> {
        let Some(index) = symbol.section_index() else {
            return Ok(None);
        };
        let start = self.section(index.0)?.address();
        let offset = symbol.address().checked_sub(start);
        Ok(offset.map(|offset| Place {
            part: index.0,
            offset,
            is_start: symbol.kind() == SymbolKind::Section,
        }))
    }

    fn section_name_of(&self, symbol: &Symbol<'d, '_>) -> String {
        let index = symbol.section_index();
        let section = index.and_then(|index| self.file.section_by_index(index).ok());
        section.map_or_else(|| "a section".to_owned(), |section| name_of(&section))
    }
}

impl Parts for ObjectFile<'_> {
    fn machine(&self) -> Result<Machine, Error> {
        match self.file.architecture() {
            Architecture::X86_64 | Architecture::X86_64_X32 => Ok(Machine::X86_64),
            Architecture::I386 => Ok(Machine::X86),
            Architecture::Aarch64 if self.file.is_little_endian() => Ok(Machine::Aarch64),
            other => Err(Error::Machine {
                machine: format!("{other:?}"),
            }),
        }
    }

    fn functions(&self) -> Result<Vec<Function>, Error> {
        let mut labels = Vec::new();
        for symbol in self.file.symbols() {
            if let Some(label) = self.label(&symbol)? {
                labels.push(label);
            }
        }
        labels.sort_by_key(|label| (label.part, label.start));
        let functions = labels.iter().enumerate().map(|(index, label)| {
            let end = match label.size {
                0 => label.end(&labels[index + 1..]),
                size => label.start.saturating_add(size).min(label.section_size),
            };
            Function {
                name: label.name.clone(),
                part: label.part,
                range: label.start..end.max(label.start),
                padded: label.size == 0,
                global: label.global,
                indirect: label.indirect,
            }
        });
        Ok(functions.collect())
    }

    fn part(&self, index: usize) -> Result<Part<'_>, Error> {
        let section = self.section(index)?;
        let bytes = section.data()?;
        // What a linker has filled in is done.
        let mut references = Vec::new();
        if self.file.kind() == ObjectKind::Relocatable {
            for (offset, relocation) in section.relocations() {
                references.push(self.reference(&section, bytes, offset, &relocation)?);
            }
        }
        Ok(Part {
            name: name_of(&section),
            bytes,
            align: section.align(),
            kind: kind_of(&section),
            references,
        })
    }
}

/// A symbol in a section of code.
struct Label {
    name: String,
    part: usize,
    start: u64,
    /// 0 where the format does not say.
    size: u64,
    section_size: u64,
    global: bool,
    indirect: bool,
    /// Whether a function begins here for sure, and is not only a place in one.
    is_function: bool,
}

impl Label {
    /// Where a function without a size ends, by the labels that follow.
    fn end(&self, following: &[Label]) -> u64 {
        let next = following
            .iter()
            .take_while(|next| next.part == self.part)
            .find(|next| {
                // nasm's local labels have the name of the function before theirs.
                let own = next
                    .name
                    .strip_prefix(&self.name)
                    .is_some_and(|rest| rest.starts_with('.'));
                next.start > self.start && !own && (next.is_function || !self.is_function)
            });
        next.map_or(self.section_size, |next| next.start)
    }
}

impl ObjectFile<'_> {
    fn label(&self, symbol: &Symbol<'_, '_>) -> Result<Option<Label>, Error> {
        let of_none = matches!(
            symbol.kind(),
            SymbolKind::Section | SymbolKind::File | SymbolKind::Tls
        );
        let Some(place) = self.place(symbol)?.filter(|_| !of_none) else {
            return Ok(None);
        };
        let section = self.section(place.part)?;
        let name = String::from_utf8_lossy(symbol.name_bytes()?).into_owned();
        // The assembler's own labels; ARM's marks of code and data.
        let made = name.is_empty() || name.starts_with("ltmp") || name.starts_with('$');
        if section.kind() != SectionKind::Text || place.offset >= section.size() || made {
            return Ok(None);
        }
        let is_function = match self.file.format() {
            // A C compiler says which symbols are functions, an assembler only which are global.
            object::BinaryFormat::Elf => symbol.kind() == SymbolKind::Text || symbol.is_global(),
            _ => symbol.kind() != SymbolKind::Label && !name.starts_with('L'),
        };
        Ok(Some(Label {
            name,
            part: place.part,
            start: place.offset,
            size: symbol.size(),
            section_size: section.size(),
            global: symbol.is_global(),
            indirect: matches!(symbol.flags(), SymbolFlags::Elf { st_info, .. } if st_info.st_type() == STT_GNU_IFUNC),
            is_function,
        }))
    }
}

fn name_of(section: &Section<'_, '_>) -> String {
    let name = section.name_bytes().unwrap_or_default();
    String::from_utf8_lossy(name).into_owned()
}

fn kind_of(section: &Section<'_, '_>) -> PartKind {
    let name = name_of(section);
    let unwinding = UNWINDING.contains(&name.as_str());
    match section.kind() {
        SectionKind::Text => PartKind::Code,
        SectionKind::ReadOnlyData | SectionKind::ReadOnlyString if !unwinding => {
            PartKind::Constants
        }
        _ if name.starts_with(".data.rel.ro") => PartKind::Other("which holds addresses"),
        kind if is_variables(kind) => {
            PartKind::Other("a variable, and code cannot write to its own memory")
        }
        _ => PartKind::Other("which is neither code nor constants"),
    }
}

fn is_variables(kind: SectionKind) -> bool {
    matches!(
        kind,
        SectionKind::Data
            | SectionKind::UninitializedData
            | SectionKind::Tls
            | SectionKind::UninitializedTls
            | SectionKind::TlsVariables
    )
}
