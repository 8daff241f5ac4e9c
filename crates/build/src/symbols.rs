//! What is read from objects that are not rustc's: what they offer, and what they want of the process.
//!
//! They offer the functions and variables that they define for others to use. Objects carry names and sizes but no types,
//! so what is listed here is handed out by unsafe lookups alone.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use object::elf::{
    SHF_EXECINSTR, STB_LOCAL, STT_COMMON, STT_FUNC, STT_GNU_IFUNC, STT_OBJECT, STT_TLS,
    STV_DEFAULT, STV_PROTECTED,
};
use object::read::archive::ArchiveFile;
use object::{
    Object, ObjectSection, ObjectSymbol, SectionFlags, SectionKind, SymbolFlags, SymbolSection,
};

use crate::error::Error;
use crate::exports::{Export, ExportKind, Status};

/// The exports of objects and of all members of archives, in their order, each name once.
pub(crate) fn exports(
    objects: &[(String, Vec<u8>)],
    archives: &[PathBuf],
) -> Result<Vec<Export>, Error> {
    let mut exports = Vec::new();
    let mut known = HashMap::new();
    let mut add = |bytes: &[u8]| {
        // What cannot be read is the linker's to refuse.
        let Ok(file) = object::File::parse(bytes) else {
            return;
        };
        for export in file.symbols().filter_map(|symbol| export(&file, &symbol)) {
            if known.insert(export.name.clone(), ()).is_none() {
                exports.push(export);
            }
        }
    };
    objects.iter().for_each(|(_, bytes)| add(bytes));
    for path in archives {
        members(path, &mut add)?;
    }
    Ok(exports)
}

/// Whether one of the objects has code that runs on the stack, as gcc's nested functions do when their address is taken:
/// compilers say so by the flags of an empty section.
pub(crate) fn run_on_the_stack(objects: &[(String, Vec<u8>)]) -> bool {
    objects.iter().any(|(_, bytes)| {
        let Ok(file) = object::File::parse(bytes.as_slice()) else {
            return false;
        };
        let note = file.section_by_name(".note.GNU-stack");
        note.is_some_and(|note| match note.flags() {
            SectionFlags::Elf { sh_flags, .. } => sh_flags.contains(SHF_EXECINSTR),
            _ => false,
        })
    })
}

/// Whether one of the objects needs the standard library of C++.
pub(crate) fn need_cpp(objects: &[(String, Vec<u8>)]) -> bool {
    // What `std` and the language itself are called: Itanium C++ ABI, "Mangling", and the runtime's own.
    const BEGINNINGS: [&[u8]; 7] = [
        b"_ZSt",
        b"_ZNSt",
        b"_ZNKSt",
        b"_ZTVN10__cxxabiv1",
        b"_Znw",
        b"_Zdl",
        b"__gxx_personality_v0",
    ];
    objects.iter().any(|(_, bytes)| {
        let Ok(file) = object::File::parse(bytes.as_slice()) else {
            return false;
        };
        file.symbols().any(|symbol| {
            symbol.is_undefined()
                && symbol.name_bytes().is_ok_and(|name| {
                    BEGINNINGS
                        .iter()
                        .any(|beginning| name.starts_with(beginning))
                })
        })
    })
}

/// Hands out the objects of an archive. A thin one names them by their paths.
fn members(path: &Path, add: &mut impl FnMut(&[u8])) -> Result<(), Error> {
    let bytes = fs::read(path).map_err(|error| Error::files("read", path, error))?;
    let Ok(archive) = ArchiveFile::parse(bytes.as_slice()) else {
        return Ok(());
    };
    for member in archive.members().flatten() {
        if archive.is_thin() {
            let name = String::from_utf8_lossy(member.name()).into_owned();
            let file = path.parent().unwrap_or(Path::new("")).join(name);
            add(&fs::read(&file).map_err(|error| Error::files("read", &file, error))?);
        } else if let Ok(object) = member.data(bytes.as_slice()) {
            add(object);
        }
    }
    Ok(())
}

fn export<'d>(file: &object::File<'d>, symbol: &impl ObjectSymbol<'d>) -> Option<Export> {
    let SymbolFlags::Elf { st_info, st_other } = symbol.flags() else {
        return None;
    };
    let (binding, kind, visibility) = (st_info.st_bind(), st_info.st_type(), st_other.visibility());
    if binding == STB_LOCAL || ![STV_DEFAULT, STV_PROTECTED].contains(&visibility) {
        return None;
    }
    let is_code = match symbol.section() {
        SymbolSection::Section(index) => {
            file.section_by_index(index).ok()?.kind() == SectionKind::Text
        }
        SymbolSection::Common => false,
        _ => return None,
    };
    let export_kind = match kind {
        // fasm calls every label a function, those of variables too.
        kind if kind == STT_FUNC || kind == STT_GNU_IFUNC => match is_code {
            true => ExportKind::Function,
            false => ExportKind::Global,
        },
        kind if kind == STT_OBJECT || kind == STT_COMMON || kind == STT_TLS => ExportKind::Global,
        // Hand-written assembly often says nothing.
        _ if is_code => ExportKind::Function,
        _ => ExportKind::Global,
    };
    let name = symbol.name().ok().filter(|name| !name.is_empty())?;
    let size = symbol.size();
    let shown_size = match size {
        0 => String::new(),
        1 => ", 1 byte".to_owned(),
        size => format!(", {size} bytes"),
    };
    let (signature, status) = match export_kind {
        ExportKind::Function => (
            format!("foreign function{shown_size}"),
            Status::Foreign { size },
        ),
        _ if kind == STT_TLS => (
            format!("foreign thread-local variable{shown_size}"),
            Status::Refused {
                reason: "each thread has its own; write a function that returns its address"
                    .to_owned(),
            },
        ),
        _ => (
            format!("foreign variable{shown_size}"),
            Status::Foreign { size },
        ),
    };
    Some(Export {
        name: name.to_owned(),
        kind: export_kind,
        signature,
        doc: None,
        status,
    })
}
