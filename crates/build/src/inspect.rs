//! What the build itself must know of the objects that rustc wrote: which registry entries are in them, whether an
//! allocator is, and how many bytes of thread-locals at fixed offsets.

use std::collections::HashSet;

use object::elf::{R_X86_64_GOTTPOFF, R_X86_64_TPOFF32, R_X86_64_TPOFF64};
use object::{Object, ObjectSection, ObjectSymbol, RelocationFlags, SectionKind};

use crate::exports::{Export, Status};

/// Refuses the exports whose entries are not in the object, and removes those that another of the same path stands for:
/// of several definitions under different `#[cfg]`s, only one is compiled.
pub(crate) fn keep_compiled(objects: &[Vec<u8>], exports: &mut Vec<Export>) {
    // An object that cannot be read is the linker's to refuse.
    let Ok(files) = objects
        .iter()
        .map(|object| object::File::parse(object.as_slice()))
        .collect::<Result<Vec<_>, _>>()
    else {
        return;
    };
    let entries: HashSet<&str> = files
        .iter()
        .flat_map(|file| file.symbols())
        .filter_map(|symbol| marker(symbol.name().ok()?))
        .collect();
    let is_there = |export: &Export| match &export.status {
        Status::Exported { marker } => entries.contains(marker.as_str()),
        _ => false,
    };
    let there: HashSet<String> = exports
        .iter()
        .filter(|export| is_there(export))
        .map(|export| export.name.clone())
        .collect();
    exports.retain_mut(|export| {
        if !matches!(export.status, Status::Exported { .. }) || is_there(export) {
            return true;
        }
        let reason = "it was not compiled: a `#[cfg]` leaves it out, or its file is named by an absolute `#[path]`";
        export.status = Status::Refused { reason: reason.to_owned() };
        !there.contains(&export.name)
    });
}

/// The marker in the name of a registry entry's symbol.
fn marker(symbol: &str) -> Option<&str> {
    const START: &str = "__JITNEY_EXPORT_";
    let at = symbol.find(START)?;
    let digits = symbol[at + START.len()..].find("__")?;
    Some(&symbol[at..at + START.len() + digits + 2])
}

/// How the name of the function ends that every allocation calls, in rustc's mangling: `__rustc::__rust_alloc`. A source
/// without an allocator of its own leaves it undefined.
const ALLOCATE: &[u8] = b"7___rustc12___rust_alloc";

/// Whether a source brought an allocator of its own. `#[global_allocator]` is found in the source and refused with its
/// line; one that a macro wrote is only seen here, and must not be loaded either: what it allocated, the host would free.
pub(crate) fn has_allocator(objects: &[Vec<u8>]) -> bool {
    // An object that cannot be read is the linker's to refuse.
    let files = objects
        .iter()
        .filter_map(|object| object::File::parse(object.as_slice()).ok());
    files.into_iter().any(|file| {
        file.symbols().any(|symbol| {
            symbol.is_definition()
                && symbol
                    .name_bytes()
                    .is_ok_and(|name| name.ends_with(ALLOCATE))
        })
    })
}

/// The largest alignment that a variable at a fixed offset may want, in bytes: no executable's block is aligned to more
/// than its own variables want, and two cache lines is what those of programs do.
const MOST_ALIGNED: u64 = 128;

/// The bytes of thread-locals in objects whose code takes them to lie in the executable's own block, which has its size
/// and place before the process starts (the local-exec and initial-exec models of
/// <https://www.akkadia.org/drepper/tls.pdf>). 0 where no code does.
pub(crate) fn fixed_thread_locals(objects: &[Vec<u8>]) -> u64 {
    let files = || {
        objects
            .iter()
            .filter_map(|object| object::File::parse(object.as_slice()).ok())
    };
    let is_fixed = |flags| match flags {
        RelocationFlags::Elf { r_type } => {
            [R_X86_64_TPOFF32, R_X86_64_TPOFF64, R_X86_64_GOTTPOFF].contains(&r_type)
        }
        _ => false,
    };
    let uses_them = files().any(|file| {
        file.architecture() == object::Architecture::X86_64
            && file.sections().any(|section| {
                section
                    .relocations()
                    .any(|(_, relocation)| is_fixed(relocation.flags()))
            })
    });
    let size_in = |file: object::File<'_>| -> u64 {
        let variables = file.sections().filter(|section| {
            matches!(
                section.kind(),
                SectionKind::Tls | SectionKind::UninitializedTls
            )
        });
        variables
            .map(|section| match section.align() {
                align if align > MOST_ALIGNED => u64::MAX,
                align => section.size().saturating_add(align),
            })
            .fold(0, u64::saturating_add)
    };
    // Variables of std's that the code refers to are somebody else's to place, but take room too.
    if uses_them {
        files().map(size_in).fold(1, u64::saturating_add)
    } else {
        0
    }
}
