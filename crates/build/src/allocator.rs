//! Whether a source brought an allocator of its own. `#[global_allocator]` is found in the source and refused with its line;
//! one that a macro wrote is only seen in the objects, and must not be loaded either: what it allocated, the host would
//! free.

use object::{Object, ObjectSymbol};

/// How the name of the function ends that every allocation calls, in rustc's mangling: `__rustc::__rust_alloc`. A source
/// without an allocator of its own leaves it undefined.
const ALLOCATE: &[u8] = b"7___rustc12___rust_alloc";

pub(crate) fn is_defined_in(objects: &[Vec<u8>]) -> bool {
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
