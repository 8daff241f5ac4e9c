//! Checking an object's tables against one another, so that the later phases can index without a
//! second look: names, sections, and the symbols that relocations name.

use object::elf;
use object::endian::LittleEndian as LE;

use super::tables::Names;
use super::{Class, Object, SymbolPlace};

impl Object {
    pub(super) fn check(&self) -> Result<(), String> {
        self.check_overlap()?;
        self.check_symbols()?;
        self.check_relocations()
    }

    /// No byte of a file is in more than one section (System V ABI, "Sections"). A file that breaks
    /// this can make a megabyte look like a terabyte to every later phase.
    fn check_overlap(&self) -> Result<(), String> {
        let total = self
            .sections
            .iter()
            .fold(0u64, |sum, s| sum.saturating_add(s.file_size()));
        if total > self.file_len() as u64 {
            return Err(format!(
                "its sections have {total} bytes in all, more than the file"
            ));
        }
        Ok(())
    }

    fn check_symbols(&self) -> Result<(), String> {
        let mut names = Names::new(self.strings(), self.file_len());
        for (index, symbol) in self.symbols().iter().enumerate() {
            if names.get(symbol.st_name.get(LE)).is_none() {
                return Err(format!(
                    "the name of symbol {index} lies outside its string table"
                ));
            }
            let declared = symbol.st_shndx.get(LE);
            match self.place(index as u32) {
                SymbolPlace::Section(section) if section as usize >= self.sections.len() => {
                    return Err(format!(
                        "symbol {index} is in section {section}, which it does not have"
                    ));
                }
                SymbolPlace::Undefined if declared != elf::SHN_UNDEF => {
                    return Err(format!(
                        "symbol {index} has a section index of unknown meaning, {:#x}",
                        declared.0
                    ));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn check_relocations(&self) -> Result<(), String> {
        // Symbol 0 stands for none, and is there even without a table.
        let symbols = self.symbols().len().max(1);
        for (index, section) in (0u32..).zip(&self.sections) {
            if let Some(group) = section.group
                && group as usize >= symbols
            {
                return Err(format!(
                    "a section group names symbol {group}, which it does not have"
                ));
            }
            if section.class == Class::NotLoaded {
                continue;
            }
            for relocation in self.relocations(index) {
                if relocation.r_sym(LE, false) as usize >= symbols {
                    return Err(format!(
                        "a relocation of section {index} names a symbol it does not have"
                    ));
                }
                if relocation.r_offset.get(LE) >= section.size {
                    return Err(format!(
                        "a relocation of section {index} lies past the section's end"
                    ));
                }
            }
        }
        Ok(())
    }
}
