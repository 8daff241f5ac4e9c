//! jitney's linker, from an object's bytes to sealed memory, and away again.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use jitney_link::{Bytes, Image, Input, Linker};

use crate::race::timed;

pub(crate) fn linker() -> &'static Linker {
    static LINKER: OnceLock<&Linker> = OnceLock::new();
    LINKER.get_or_init(|| {
        let output = Command::new("rustc")
            .args(["--print", "target-libdir"])
            .output()
            .unwrap();
        let folder = String::from_utf8(output.stdout).unwrap();
        Linker::of_process(Path::new(folder.trim_end())).unwrap()
    })
}

/// Links a C object, keeping all its symbols.
pub(crate) fn link(object: &Bytes) -> Image {
    let input = Input {
        objects: vec![("object.o".to_owned(), object.clone())],
        ..Input::default()
    };
    // SAFETY: a compiler wrote the object, or `objects.rs` beside this; none has constructors.
    unsafe { linker().link(input, &|_| true) }.unwrap_or_else(|error| panic!("{error}"))
}

/// The time from reading an object to dropping what was linked.
pub(crate) fn time(object: &Bytes) -> Duration {
    timed(|| drop(link(object))).0
}
