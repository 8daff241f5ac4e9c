//! What a relocation of ELF, COFF or Mach-O asks for, and its name.

use object::{
    Architecture, BinaryFormat, File, Object, RelocationEncoding, RelocationFlags, RelocationKind,
    elf, macho, pe,
};

use super::parts::Fix;

/// A relocation, but for what it refers to.
pub(super) struct Relocated {
    pub(super) name: String,
    pub(super) fix: Option<Fix>,
    /// What is added to the distance, counted from the field.
    pub(super) addend: i64,
}

pub(super) fn read(
    file: &File<'_>,
    bytes: &[u8],
    offset: u64,
    relocation: &object::Relocation,
) -> Relocated {
    let flags = relocation.flags();
    let fix = fix(file, relocation, flags);
    let mut addend = relocation.addend();
    if let RelocationFlags::MachO { r_length, .. } = flags {
        // The field holds what to add without the bias of the processor, whatever follows: LLVM's
        // X86MachObjectWriter::RecordX86_64Relocation.
        if matches!(fix, Some(Fix::Relative(_) | Fix::Load)) {
            addend = -(1 << r_length);
        }
    }
    if relocation.has_implicit_addend()
        && let Some(Fix::Relative(width)) = fix
    {
        addend = addend.wrapping_add(field(bytes, offset, width));
    }
    Relocated {
        name: name(file, flags),
        fix,
        addend,
    }
}

fn fix(file: &File<'_>, relocation: &object::Relocation, flags: RelocationFlags) -> Option<Fix> {
    use RelocationKind as Kind;
    let x86 = matches!(
        file.architecture(),
        Architecture::I386 | Architecture::X86_64 | Architecture::X86_64_X32
    );
    if let (RelocationFlags::MachO { r_type, .. }, true) = (flags, x86) {
        return match r_type {
            // Those with a constant behind the field are not known to `object`.
            macho::X86_64_RELOC_SIGNED
            | macho::X86_64_RELOC_BRANCH
            | macho::X86_64_RELOC_SIGNED_1
            | macho::X86_64_RELOC_SIGNED_2
            | macho::X86_64_RELOC_SIGNED_4
                if relocation.subtractor().is_none() =>
            {
                Some(Fix::Relative(4))
            }
            macho::X86_64_RELOC_GOT_LOAD => Some(Fix::Load),
            _ => None,
        };
    }
    match (relocation.kind(), relocation.encoding(), relocation.size()) {
        (Kind::None, _, _) => Some(Fix::Nothing),
        (Kind::Relative | Kind::PltRelative, RelocationEncoding::AArch64Call, _) => {
            Some(Fix::Branch26)
        }
        (Kind::Relative | Kind::PltRelative, _, size @ (8 | 16 | 32 | 64)) => {
            Some(Fix::Relative(size / 8))
        }
        (Kind::GotRelative, _, 32) if x86 && file.format() == BinaryFormat::Elf => Some(Fix::Load),
        _ => aarch64_jump(file, flags),
    }
}

/// A branch without link, which `object` does not know.
fn aarch64_jump(file: &File<'_>, flags: RelocationFlags) -> Option<Fix> {
    let jump = RelocationFlags::Elf {
        r_type: elf::R_AARCH64_JUMP26,
    };
    (file.architecture() == Architecture::Aarch64 && flags == jump).then_some(Fix::Branch26)
}

/// The number in a field, with its sign; 0 where the file ends before it.
fn field(bytes: &[u8], offset: u64, width: u8) -> i64 {
    let start = usize::try_from(offset).unwrap_or(usize::MAX);
    let end = start.saturating_add(width.into());
    let mut value = [0; 8];
    match bytes.get(start..end) {
        Some(field) => value[..field.len()].copy_from_slice(field),
        None => return 0,
    }
    let spare = 64 - 8 * u32::from(width);
    i64::from_le_bytes(value) << spare >> spare
}

/// The name in the format's documentation.
fn name(file: &File<'_>, flags: RelocationFlags) -> String {
    let machine = file.architecture();
    let (name, number) = match flags {
        RelocationFlags::Elf { r_type } => {
            let name = match machine {
                Architecture::X86_64 | Architecture::X86_64_X32 => elf::NAMES_R_X86_64.name(r_type),
                Architecture::I386 => elf::NAMES_R_386.name(r_type),
                Architecture::Aarch64 => elf::NAMES_R_AARCH64.name(r_type),
                _ => None,
            };
            (name, r_type.0)
        }
        RelocationFlags::Coff { typ } => {
            let name = match machine {
                Architecture::X86_64 => pe::NAMES_IMAGE_REL_AMD64.name(typ),
                Architecture::I386 => pe::NAMES_IMAGE_REL_I386.name(typ),
                Architecture::Aarch64 => pe::NAMES_IMAGE_REL_ARM64.name(typ),
                _ => None,
            };
            (name, typ.0.into())
        }
        RelocationFlags::MachO { r_type, .. } => {
            let name = match machine {
                Architecture::X86_64 => macho::NAMES_X86_64_RELOC.name(r_type),
                Architecture::I386 => macho::NAMES_GENERIC_RELOC.name(r_type),
                Architecture::Aarch64 => macho::NAMES_ARM64_RELOC.name(r_type),
                _ => None,
            };
            (name, r_type.0.into())
        }
        _ => (None, 0),
    };
    name.map_or_else(|| format!("relocation {number}"), str::to_owned)
}
