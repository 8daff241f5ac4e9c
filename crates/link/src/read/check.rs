//! Checking an object's tables against one another, so that the later phases can index without a
//! second look: names, sections, and the symbols that relocations name.

use object::elf;
use object::endian::LittleEndian as LE;

use super::tables::Names;
use super::{Class, Object, SymbolPlace};

impl Object {
    /// Returns the length of each symbol's name.
    ///
    /// # Errors
    /// What does not hold.
    pub(super) fn check(&self) -> Result<Vec<u32>, String> {
        self.check_overlap()?;
        let name_lens = self.check_symbols()?;
        self.check_relocations()?;
        Ok(name_lens)
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

    fn check_symbols(&self) -> Result<Vec<u32>, String> {
        let mut names = Names::new(self.strings(), self.file_len());
        let mut lens = Vec::with_capacity(self.symbols().len());
        for (index, symbol) in self.symbols().iter().enumerate() {
            match symbol.st_name.get(LE) {
                0 => lens.push(0),
                name => lens.push(
                    names
                        .get(name)
                        .ok_or_else(|| {
                            format!("the name of symbol {index} lies outside its string table")
                        })?
                        .len() as u32,
                ),
            }
            let declared = symbol.st_shndx.get(LE);
            // Nearly all symbols: in a section with a number of its own, or nowhere.
            if declared == elf::SHN_UNDEF
                || !declared.is_reserved() && usize::from(declared.0) < self.sections.len()
            {
                continue;
            }
            match self.place(index as u32) {
                SymbolPlace::Section(section) if section as usize >= self.sections.len() => {
                    return Err(format!(
                        "symbol {index} is in section {section}, which it does not have"
                    ));
                }
                SymbolPlace::Undefined if declared != elf::SHN_UNDEF && self.partial.is_none() => {
                    return Err(format!(
                        "symbol {index} has a section index of unknown meaning, {:#x}",
                        declared.0
                    ));
                }
                _ => {}
            }
        }
        Ok(lens)
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
