//! What the tests of behaviour share: compiling texts, linking the objects, and calling what came
//! of it.

// Each test program uses a part of this.
#![allow(dead_code, missing_docs)]

pub(crate) mod compile;

use jitney_link::{Bytes, Error, Image, Input, Linker};

pub(crate) fn linker() -> &'static Linker {
    Linker::of_process(compile::library_folder()).expect("a test program can be linked against")
}

/// Links objects and keeps the symbols that `roots` names.
pub(crate) fn try_link(objects: &[(&str, &[u8])], roots: &[&str]) -> Result<Image, Error> {
    let objects = objects
        .iter()
        .map(|(name, bytes)| (name.to_string(), Bytes::from(bytes.to_vec())));
    let input = Input {
        objects: objects.collect(),
        keep_literals: true,
        ..Input::default()
    };
    let is_root = |name: &[u8]| roots.iter().any(|root| root.as_bytes() == name);
    // SAFETY: compilers wrote the objects that tests link, out of the texts beside them.
    unsafe { linker().link(input, &is_root) }
}

pub(crate) fn link(object: &[u8], roots: &[&str]) -> Image {
    try_link(&[("test.o", object)], roots).unwrap_or_else(|error| panic!("{error}"))
}

/// Compiles a Rust text without optimization and links it.
pub(crate) fn rust(crate_name: &str, roots: &[&str], text: &str) -> Image {
    link(&compile::rust(crate_name, &[], text), roots)
}

/// The address of a root.
pub(crate) fn address(image: &Image, symbol: &str) -> usize {
    let found = image.symbols().iter().find(|(name, _)| name == symbol);
    found.unwrap_or_else(|| panic!("{symbol} is a root")).1
}

/// A root as a function pointer.
///
/// # Safety
/// `F` is the function pointer type of that function, and is not called after the image is gone.
pub(crate) unsafe fn function<F: Copy>(image: &Image, symbol: &str) -> F {
    assert_eq!(size_of::<F>(), size_of::<usize>());
    // SAFETY: the caller's promise.
    unsafe { std::mem::transmute_copy(&address(image, symbol)) }
}
