//! What the tests of behaviour share: compiling texts, linking the objects, and calling what came
//! of it.

// Each test program uses a part of this.
#![allow(dead_code, missing_docs)]

pub(crate) mod compile;
pub(crate) mod driver;
pub(crate) mod hosts;

use std::path::PathBuf;
use std::process::Command;

use jitney_link::{Bytes, Error, Image, Input, Library, Linker};

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

/// The C compiler's own runtime, `libgcc.a`.
pub(crate) fn runtime_archive() -> Vec<PathBuf> {
    let output = Command::new("cc").arg("-print-libgcc-file-name").output();
    let path = output
        .ok()
        .and_then(|output| String::from_utf8(output.stdout).ok());
    path.map(|path| PathBuf::from(path.trim_end()))
        .into_iter()
        .filter(|path| path.is_file())
        .collect()
}

/// Links an object, and what it needs of archives.
pub(crate) fn link_with_archives(object: &[u8], archives: &[PathBuf], roots: &[&str]) -> Image {
    let archives = Library::archives(archives).unwrap_or_else(|error| panic!("{error}"));
    let input = Input {
        objects: vec![("test.o".into(), Bytes::from(object.to_vec()))],
        archives: Some(&archives),
        ..Input::default()
    };
    let is_root = |name: &[u8]| roots.iter().any(|root| root.as_bytes() == name);
    // SAFETY: compilers wrote the objects that tests link, out of the texts beside them.
    unsafe { linker().link(input, &is_root) }.unwrap_or_else(|error| panic!("{error}"))
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
    let found = image.symbols().find(|found| found.name == symbol);
    found
        .unwrap_or_else(|| panic!("{symbol} is a root"))
        .address
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
