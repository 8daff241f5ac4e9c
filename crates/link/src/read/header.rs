//! The first bytes of an object: what kind of file it is, and for which machine.

use object::elf;
use object::endian::LittleEndian as LE;

use super::table;
use crate::error::Error;

/// The header of an x86_64 relocatable object.
///
/// # Errors
/// When the file is anything else; the error says what.
pub(super) fn header<'data>(
    name: &str,
    data: &'data [u8],
) -> Result<&'data elf::FileHeader64<LE>, Error> {
    let not_an_object = |found: &str| Error::NotAnObject {
        object: name.to_owned(),
        found: found.to_owned(),
    };
    let wrong_machine = |found: String| Error::WrongMachine {
        object: name.to_owned(),
        found,
    };
    if data.is_empty() {
        return Err(not_an_object("an empty file"));
    }
    if !data.starts_with(&elf::ELFMAG) {
        return Err(not_an_object(match data {
            [b'!', b'<', b'a', b'r', b'c', b'h', b'>', ..] => "an archive",
            [0xcf, 0xfa, 0xed, 0xfe, ..] => "a Mach-O object",
            [b'M', b'Z', ..] | [0x64, 0x86, ..] => "a Windows object",
            [b'B', b'C', 0xc0, 0xde, ..] | [0xde, 0xc0, 0x17, 0x0b, ..] => {
                "LLVM bitcode for link-time optimization; compile it without -flto"
            }
            _ => "something without an ELF header",
        }));
    }
    let class_and_order = (data.get(4).copied(), data.get(5).copied());
    if class_and_order != (Some(elf::ELFCLASS64.0), Some(elf::ELFDATA2LSB.0)) {
        return Err(wrong_machine("a 32-bit or big-endian ELF file".into()));
    }
    let Some([header]) = table::<elf::FileHeader64<LE>>(data, 0, 1) else {
        let reason = "its ELF header is cut off".into();
        return Err(Error::Damaged {
            object: name.to_owned(),
            reason,
        });
    };
    match header.e_machine.get(LE) {
        elf::EM_X86_64 => {}
        elf::EM_AARCH64 => return Err(wrong_machine("aarch64".into())),
        elf::EM_RISCV => return Err(wrong_machine("riscv".into())),
        other => return Err(wrong_machine(format!("ELF machine {}", other.0))),
    }
    match header.e_type.get(LE) {
        elf::ET_REL => Ok(header),
        elf::ET_EXEC | elf::ET_DYN => Err(not_an_object("a linked executable or shared library")),
        _ => Err(not_an_object("an ELF file of another type")),
    }
}
