//! Constructors: the functions that an object wants called before it is used (`.init_array`), and
//! after (`.fini_array`).

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
    pub(crate) end: Vec<usize>,
}

/// Reads an image's constructor tables after it has been relocated.
pub(crate) fn gather<'o>(
    image: &PlacedImage,
    object: impl Fn(ObjectId) -> &'o Object,
) -> Constructors {
    let mut start = Vec::new();
    let mut end = Vec::new();
    for (id, offset) in &image.sections {
        let object = object(id.object);
        let name = object.section_name(id.index);
        let kind = object.sections[id.index as usize].kind;
        if kind == elf::SHT_INIT_ARRAY || name.starts_with(b".init_array") {
            start.push((priority(name), *id, *offset));
        } else if kind == elf::SHT_FINI_ARRAY || name.starts_with(b".fini_array") {
            end.push((priority(name), *id, *offset));
        }
    }
    Constructors {
        start: functions(start, image, &object),
        end: functions(end, image, &object),
    }
}

/// `.init_array.00101` runs before `.init_array`; a lower number first.
fn priority(name: &[u8]) -> u32 {
    name.rsplit(|byte| *byte == b'.')
        .next()
        .and_then(|number| str::from_utf8(number).ok()?.parse().ok())
        .unwrap_or(u32::MAX)
}

fn functions<'o>(
    mut tables: Vec<(u32, SectionId, u64)>,
    image: &PlacedImage,
    object: &impl Fn(ObjectId) -> &'o Object,
) -> Vec<usize> {
    tables.sort_unstable();
    let memory = &image.block.as_slice()[image.base as usize - image.block.address()..];
    let mut functions = Vec::new();
    for (_, id, offset) in tables {
        let size = object(id.object).sections[id.index as usize].size as usize;
        for word in memory[offset as usize..][..size].chunks_exact(8) {
            let address = usize::from_le_bytes(word.try_into().expect("a chunk of eight bytes"));
            // Old compilers mark the ends of the table with 0 and -1.
            if address != 0 && address != usize::MAX {
                functions.push(address);
            }
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
