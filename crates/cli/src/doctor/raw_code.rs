//! What raw machine code needs of the system: `jitney exec` and `jitney asm`.

use jitney_memory::{Heap, Writing};
use jitney_raw::isolate::{Isolate, Limits};

use super::{Finding, on_path};

pub(super) fn examine() -> [Finding; 4] {
    let optional = |what, found, purpose| Finding {
        what,
        found,
        needed: false,
        purpose,
    };
    [
        optional(
            "executable memory with two views",
            heap(),
            "installing many small functions fast: without it each takes some system calls",
        ),
        optional(
            "worker processes",
            workers(),
            "machine code that nobody trusts (exec --isolate)",
        ),
        optional(
            "fasm",
            on_path(&["fasm"]),
            "texts in its syntax; others are for the compiler",
        ),
        optional(
            "nasm",
            on_path(&["nasm"]),
            "texts in its syntax; others are for the compiler",
        ),
    ]
}

fn heap() -> Result<String, String> {
    let heap = Heap::global().map_err(|error| error.to_string())?;
    match heap.writing() {
        Some(Writing::TwoViews) => Ok("one to write to, one to execute".to_owned()),
        _ => Err("the system refuses it; pages are written elsewhere and moved in".to_owned()),
    }
}

fn workers() -> Result<String, String> {
    let isolate = Isolate::new(Limits::default()).map_err(|error| error.to_string())?;
    Ok(format!("behind {}", isolate.protections()))
}
