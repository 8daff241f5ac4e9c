//! What the other linker wrote.

use std::collections::BTreeMap;
use std::path::Path;

use object::RelocationTarget;
use object::elf;
use object::read::RelocationFlags;
use object::{Object as _, ObjectSection as _, ObjectSymbol as _, ObjectSymbolTable as _};

use super::copy;

/// The loaded sections of a linked file, by name.
pub(super) struct Output {
    sections: BTreeMap<String, (u64, Vec<u8>)>,
}

impl Output {
    pub(super) fn read(path: &Path) -> Output {
        let file = std::fs::File::open(path).expect("the linker wrote it");
        // The file is as long as the distance between its sections, most of it a hole.
        // SAFETY: nobody changes the file: it is in a folder of this test's own.
        let bytes = unsafe { memmap2::Mmap::map(&file) }.expect("it can be mapped");
        let file = copy::parse(&bytes);
        let sections = file
            .sections()
            .filter(|section| section.address() != 0)
            .map(|section| {
                let name = section.name().expect("a name").to_owned();
                let mut data = section.data().expect("its bytes").to_vec();
                data.resize(section.size() as usize, 0);
                (name, (section.address(), data))
            })
            .collect();
        let mut output = Output { sections };
        for (address, relocation) in file.dynamic_relocations().into_iter().flatten() {
            let symbol = match relocation.target() {
                RelocationTarget::Symbol(index) => {
                    let symbols = file.dynamic_symbol_table();
                    let symbol = symbols.and_then(|table| table.symbol_by_index(index).ok());
                    symbol.map_or(0, |symbol| symbol.address())
                }
                _ => 0,
            };
            output.load(address, symbol, &relocation);
        }
        output
    }

    /// Does what the loader would do, for a program that lies where it was linked for.
    fn load(&mut self, address: u64, symbol: u64, relocation: &object::Relocation) {
        let RelocationFlags::Elf { r_type: kind } = relocation.flags() else {
            panic!("an ELF relocation");
        };
        let value = symbol.wrapping_add_signed(relocation.addend());
        let (address, value) = match kind {
            // A thread-local's value is its offset in the library's block.
            elf::R_X86_64_RELATIVE | elf::R_X86_64_DTPOFF64 => (address, value),
            // The second word of a descriptor.
            elf::R_X86_64_TLSDESC => (address + 8, value),
            // The address of what is defined here, or 0.
            elf::R_X86_64_64 | elf::R_X86_64_GLOB_DAT | elf::R_X86_64_JUMP_SLOT => (address, value),
            elf::R_X86_64_NONE | elf::R_X86_64_DTPMOD64 => return,
            other => panic!("a dynamic relocation {other:?} at {address:#x}"),
        };
        let word = self.sections.values_mut().find_map(|(start, bytes)| {
            let at = usize::try_from(address.checked_sub(*start)?).ok()?;
            bytes.get_mut(at..)?.first_chunk_mut::<8>()
        });
        *word.expect("a section has it") = value.to_le_bytes();
    }

    /// A section's address and bytes.
    pub(super) fn section(&self, name: &str) -> Option<(u64, &[u8])> {
        let (address, bytes) = self.sections.get(name)?;
        Some((*address, bytes))
    }

    /// What an entry of the linker's GOT holds; `None` for an address that is not in it.
    pub(super) fn entry(&self, address: u64) -> Option<u64> {
        [".got", ".got.plt"].into_iter().find_map(|name| {
            let (start, bytes) = self.section(name)?;
            let at = usize::try_from(address.checked_sub(start)?).ok()?;
            Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
        })
    }
}
