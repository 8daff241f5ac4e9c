//! Constructors: the functions that an object wants called before it is used, and after.
//!
//! `.init_array` and `.fini_array` (System V ABI, "Initialization and Termination Functions"), and
//! their forerunners `.ctors` and `.dtors`, which run from the last entry to the first and count
//! their priorities downwards.

use std::ffi::{CString, c_char, c_int};
use std::os::unix::ffi::OsStrExt;
use std::sync::OnceLock;

use object::elf;

use crate::place::PlacedImage;
use crate::read::Object;
use crate::target::{ObjectId, SectionId};

/// The functions of an image to be called, in order, by address.
#[derive(Debug, Default)]
pub(crate) struct Constructors {
    pub(crate) start: Vec<usize>,
    /// To be called from the last to the first.
    pub(crate) end: Vec<usize>,
}

/// The tables, in the order in which they are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Table {
    Preinit,
    /// `.init_array` or `.fini_array` with a priority, a lower number first.
    Prioritized(u32),
    Plain,
}

/// What a section is a table of: its place in the order, whether it is for the end, and whether its
/// entries are in reverse.
fn table(object: &Object, section: u32) -> Option<(Table, bool, bool)> {
    if !object.sections[section as usize].constructors {
        return None;
    }
    let name = object.section_name(section);
    let kind = object.sections[section as usize].kind;
    let called = |table: &[u8]| {
        let rest = name.strip_prefix(table)?;
        (rest.is_empty() || rest.starts_with(b".")).then_some(rest)
    };
    // A system linker sorts by the number after the name; a name of another form is a plain one.
    let prioritized = |rest: &[u8], reversed: bool| {
        let number = rest.strip_prefix(b".").and_then(|number| {
            let number: u32 = str::from_utf8(number).ok()?.parse().ok()?;
            Some(if reversed {
                65535u32.saturating_sub(number)
            } else {
                number
            })
        });
        number.map_or(Table::Plain, Table::Prioritized)
    };
    if kind == elf::SHT_PREINIT_ARRAY || called(b".preinit_array").is_some() {
        Some((Table::Preinit, false, false))
    } else if let Some(rest) = called(b".init_array") {
        Some((prioritized(rest, false), false, false))
    } else if let Some(rest) = called(b".fini_array") {
        Some((prioritized(rest, false), true, false))
    } else if let Some(rest) = called(b".ctors") {
        Some((prioritized(rest, true), false, true))
    } else if let Some(rest) = called(b".dtors") {
        Some((prioritized(rest, true), true, true))
    } else if kind == elf::SHT_INIT_ARRAY {
        Some((Table::Plain, false, false))
    } else if kind == elf::SHT_FINI_ARRAY {
        Some((Table::Plain, true, false))
    } else {
        None
    }
}

/// Reads an image's constructor tables after it has been relocated.
pub(crate) fn gather<'o>(
    image: &PlacedImage,
    object: impl Fn(ObjectId) -> &'o Object,
) -> Constructors {
    let mut start = Vec::new();
    let mut end = Vec::new();
    for (id, offset) in &image.sections {
        if let Some((order, at_end, reversed)) = table(object(id.object), id.index) {
            let tables = if at_end { &mut end } else { &mut start };
            tables.push((order, *id, *offset, reversed));
        }
    }
    Constructors {
        start: functions(start, image, &object),
        end: functions(end, image, &object),
    }
}

fn functions<'o>(
    mut tables: Vec<(Table, SectionId, u64, bool)>,
    image: &PlacedImage,
    object: &impl Fn(ObjectId) -> &'o Object,
) -> Vec<usize> {
    tables.sort_unstable();
    let memory = &image.block.as_slice()[image.base as usize - image.block.address()..];
    let mut functions = Vec::new();
    for (_, id, offset, reversed) in tables {
        let size = object(id.object).sections[id.index as usize].size as usize;
        let before = functions.len();
        for word in memory[offset as usize..][..size].chunks_exact(8) {
            let address = usize::from_le_bytes(word.try_into().expect("a chunk of eight bytes"));
            // Old compilers mark the ends of the table with 0 and -1.
            if address != 0 && address != usize::MAX {
                functions.push(address);
            }
        }
        if reversed {
            functions[before..].reverse();
        }
    }
    functions
}

/// Calls constructors with what glibc passes: the program's arguments and environment.
///
/// # Safety
/// The addresses are those of an image's constructors, sealed and registered.
pub(crate) unsafe fn run(constructors: &[usize]) {
    unsafe extern "C" {
        static environ: *const *const c_char;
    }
    if constructors.is_empty() {
        return;
    }
    let arguments = arguments();
    for constructor in constructors {
        type Constructor = extern "C" fn(c_int, *const *const c_char, *const *const c_char);
        // SAFETY: the caller's promise. A function that takes fewer arguments ignores the rest.
        let constructor = unsafe { std::mem::transmute::<usize, Constructor>(*constructor) };
        // SAFETY: the C library's variable; read as any C program would.
        let environment = unsafe { environ };
        constructor(
            arguments.len() as c_int - 1,
            arguments.as_ptr().cast(),
            environment,
        );
    }
}

/// The program's arguments as C strings, NULL-terminated, made once.
fn arguments() -> &'static [usize] {
    static ARGUMENTS: OnceLock<Vec<usize>> = OnceLock::new();
    ARGUMENTS.get_or_init(|| {
        std::env::args_os()
            .filter_map(|argument| CString::new(argument.as_bytes()).ok())
            .map(|argument| argument.into_raw().addr())
            .chain([0])
            .collect()
    })
}
