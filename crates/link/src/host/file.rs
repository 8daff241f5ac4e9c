//! The ELF file of a host, and what is read from it beside the symbols.

use std::path::Path;
use std::time::SystemTime;

use object::elf::{self, FileHeader64, ProgramHeader64, SectionHeader64};
use object::endian::LittleEndian as LE;

use super::symbols::SymbolTable;
use crate::read::{Bytes, c_string, part, table};

/// An ELF executable, shared library or file of symbols.
#[derive(Debug)]
pub(super) struct File {
    pub(super) bytes: Bytes,
    /// When it was last written to.
    pub(super) modified: Option<SystemTime>,
    headers: (u64, usize),
    sections: (u64, usize),
    section_names: u32,
}

impl File {
    /// Maps a file and finds its tables. The error is the reason why that is not possible.
    pub(super) fn open(path: &Path) -> Result<File, String> {
        let mut file = File::read(Bytes::map(path).map_err(|error| error.to_string())?)?;
        file.modified = path.metadata().and_then(|file| file.modified()).ok();
        Ok(file)
    }

    pub(super) fn read(bytes: Bytes) -> Result<File, String> {
        let header = table::<FileHeader64<LE>>(&bytes, 0, 1)
            .map(|headers| &headers[0])
            .filter(|header| {
                bytes.starts_with(&elf::ELFMAG) && header.e_ident.class == elf::ELFCLASS64
            })
            .ok_or("it is no 64-bit ELF file")?;
        let headers = (header.e_phoff.get(LE), usize::from(header.e_phnum.get(LE)));
        table::<ProgramHeader64<LE>>(&bytes, headers.0, headers.1)
            .ok_or("its program headers are cut off")?;
        let sections = (header.e_shoff.get(LE), usize::from(header.e_shnum.get(LE)));
        let section_names = u32::from(header.e_shstrndx.get(LE).0);
        Ok(File {
            bytes: bytes.clone(),
            modified: None,
            headers,
            sections,
            section_names,
        })
    }

    pub(super) fn header(&self) -> Option<&FileHeader64<LE>> {
        table(&self.bytes, 0, 1).map(|headers| &headers[0])
    }

    #[cfg(any(test, fuzzing))]
    pub(super) fn headers_offset(&self) -> u64 {
        self.headers.0
    }

    pub(super) fn headers(&self) -> &[ProgramHeader64<LE>] {
        table(&self.bytes, self.headers.0, self.headers.1).unwrap_or_default()
    }

    /// The program headers as they stand in the file.
    pub(super) fn header_bytes(&self) -> &[u8] {
        let len = self.headers.1 * size_of::<ProgramHeader64<LE>>();
        part(&self.bytes, (self.headers.0, len as u64)).unwrap_or_default()
    }

    pub(super) fn sections(&self) -> &[SectionHeader64<LE>] {
        table(&self.bytes, self.sections.0, self.sections.1).unwrap_or_default()
    }

    fn content(&self, section: &SectionHeader64<LE>) -> Option<&[u8]> {
        match section.sh_type.get(LE) {
            elf::SHT_NOBITS => None,
            _ => part(
                &self.bytes,
                (section.sh_offset.get(LE), section.sh_size.get(LE)),
            ),
        }
    }

    /// The content of a section.
    pub(super) fn section(&self, name: &str) -> Option<&[u8]> {
        let names = self.content(self.sections().get(self.section_names as usize)?)?;
        self.sections()
            .iter()
            .find(|section| c_string(names, section.sh_name.get(LE)) == Some(name.as_bytes()))
            .and_then(|section| self.content(section))
    }

    /// The executable parts: what stripping leaves as it is.
    pub(super) fn code(&self) -> impl Iterator<Item = (&ProgramHeader64<LE>, &[u8])> {
        self.headers().iter().filter_map(|segment| {
            let is_code = segment.p_type.get(LE) == elf::PT_LOAD
                && segment.p_flags.get(LE).contains(elf::PF_X);
            let range = (segment.p_offset.get(LE), segment.p_filesz.get(LE));
            is_code.then(|| Some((segment, part(&self.bytes, range)?)))?
        })
    }

    /// The symbol table; `None` in a stripped file.
    pub(super) fn symbols(&self) -> Result<Option<SymbolTable>, String> {
        let table = self
            .sections()
            .iter()
            .find(|section| section.sh_type.get(LE) == elf::SHT_SYMTAB);
        let Some(table) = table else {
            return Ok(None);
        };
        let place =
            |section: &SectionHeader64<LE>| (section.sh_offset.get(LE), section.sh_size.get(LE));
        self.sections()
            .get(table.sh_link.get(LE) as usize)
            .and_then(|strings| SymbolTable::new(self.bytes.clone(), place(table), place(strings)))
            .map(Some)
            .ok_or_else(|| "its symbol table is cut off".to_owned())
    }

    /// The compiler's own line in `.comment`, which the linker gathers from all objects. It survives
    /// stripping.
    pub(super) fn compiler(&self) -> Option<String> {
        self.section(".comment")?
            .split(|byte| *byte == 0)
            .filter_map(|line| std::str::from_utf8(line).ok())
            .find_map(|line| line.strip_prefix("rustc version "))
            .map(|version| format!("rustc {version}"))
    }

    /// What the linker computed from all that it wrote (`--build-id`), where it was told to.
    pub(super) fn build_id(&self) -> Option<&[u8]> {
        let note = self.section(".note.gnu.build-id")?;
        // Name length, content length, type; then the name and the content.
        let word = |at: usize| Some(u32::from_le_bytes(note.get(at..at + 4)?.try_into().ok()?));
        let len = word(4)? as usize;
        (word(0)? == 4 && word(8)? == 3 && note.get(12..16)? == b"GNU\0")
            .then(|| note.get(16..16 + len))?
    }

    /// The addresses and sizes of all sections that are loaded.
    pub(super) fn layout(&self) -> Vec<(u64, u64)> {
        self.sections()
            .iter()
            .filter(|section| section.sh_flags.get(LE).contains(elf::SHF_ALLOC))
            .map(|section| (section.sh_addr.get(LE), section.sh_size.get(LE)))
            .collect()
    }

    /// The name of the file that the symbols were moved to (`objcopy --add-gnu-debuglink`).
    pub(super) fn debug_link(&self) -> Option<&[u8]> {
        c_string(self.section(".gnu_debuglink")?, 0)
    }
}
