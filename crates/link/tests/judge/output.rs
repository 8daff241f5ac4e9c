//! What the other linker wrote.

use std::collections::BTreeMap;
use std::path::Path;

use object::elf;
use object::read::RelocationFlags;
use object::{Object as _, ObjectSection as _};

use super::copy;

/// The loaded sections of a linked file, by name.
pub(super) struct Output {
    sections: BTreeMap<String, (u64, Vec<u8>)>,
}

impl Output {
    pub(super) fn read(path: &Path) -> Output {
        let bytes = std::fs::read(path).expect("the linker wrote it");
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
            output.load(address, &relocation);
        }
        output
    }

    /// Does what the loader would do, for a program that lies where it was linked for.
    fn load(&mut self, address: u64, relocation: &object::Relocation) {
        let RelocationFlags::Elf { r_type: kind } = relocation.flags() else {
            panic!("an ELF relocation");
        };
        if kind == elf::R_X86_64_NONE {
            return;
        }
        assert_eq!(kind, elf::R_X86_64_RELATIVE, "at {address:#x}");
        let word = self.sections.values_mut().find_map(|(start, bytes)| {
            let at = usize::try_from(address.checked_sub(*start)?).ok()?;
            bytes.get_mut(at..)?.first_chunk_mut::<8>()
        });
        *word.expect("a section has it") = relocation.addend().to_le_bytes();
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
