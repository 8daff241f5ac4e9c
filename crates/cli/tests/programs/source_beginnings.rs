#!/usr/bin/env -S jitney run
//! Documentation of the program, attributes of the whole crate, and crates named by hand.
#![allow(
    dead_code,
    unused_imports,
    reason = "the beginnings of a source are what is looked at"
)]
#![deny(unsafe_op_in_unsafe_fn)]
#![recursion_limit = "200"]

extern crate alloc;
extern crate core;
extern crate std as standard;

use alloc::collections::BTreeMap;
use alloc::{boxed::Box, format as formatted, vec};
use core::fmt::Write as _;
use standard::string::String as Text;

/// Documented, with code in it:
/// ```
/// assert_eq!(1, 2);
/// ```
#[inline(never)]
#[must_use]
#[doc(alias = "another")]
fn documented() -> &'static str {
    //! Inner documentation.
    "documented"
}

#[cfg(test)]
mod tests {
    #[test]
    fn never_built() {
        compile_error!("tests are not built");
    }
}

#[cfg(not(target_os = "linux"))]
compile_error!("for Linux");

#[deprecated(note = "used on purpose")]
fn old() -> u8 {
    7
}

fn unused() {}

fn main() {
    #![allow(deprecated)]
    let mut text = Text::new();
    core::write!(text, "{} {}", documented(), old()).unwrap();
    standard::println!(
        "{text} {:?}",
        BTreeMap::from([(1, formatted!("{}", vec![1].len()))])
    );
    println!("{}", Box::new(line!()));
    println!(
        "\u{61}\x62\
              c r\u{2019}s {}",
        r##"raw "# text"##
    );
    println!(
        "{}",
        /* a comment /* nested */ */ 0b1010_0101u8 as char as u32 + 0o17 + 0xFF + 1_000
    );
    println!("{}", cfg!(target_pointer_width = "64"));
}
