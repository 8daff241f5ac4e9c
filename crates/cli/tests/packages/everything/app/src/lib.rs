//! The package's own library, which its program uses.

use std::sync::atomic::Ordering;

pub mod inner;
pub use inner::deep;

include!(concat!(env!("OUT_DIR"), "/table.rs"));

extern "C" {
    fn twice(x: i32) -> i32;
}

#[derive(words::Named)]
pub struct Thing;

/// What the manifest, the build script and the files say.
pub fn facts() -> Vec<String> {
    // SAFETY: it is the function of native/twice.c.
    let doubled = unsafe { twice(21) };
    shapes::SEEN.fetch_add(1, Ordering::Relaxed);
    vec![
        format!("{} {} {}", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_AUTHORS")),
        format!("{} {}", env!("MADE_BY"), cfg!(scripted)),
        format!("loud {} quiet {}", cfg!(feature = "loud"), cfg!(feature = "quiet")),
        format!("{TABLE:?} {doubled} {}", shapes::circle(2.0)),
        format!("{} {}", include_str!("../data/words.txt"), include_bytes!("../data/words.txt").len()),
        format!("{} {}", words::count!("a b c d"), Thing.name()),
        format!("{} {}", itoa::Buffer::new().format(17), old(18)),
        format!("{} {}", file!(), module_path!()),
        format!("{}", i32::MAX.wrapping_add(std::hint::black_box(0)) + std::hint::black_box(1)),
        deep().to_owned(),
    ]
}

fn old(number: u32) -> String {
    let mut text = String::new();
    old_itoa::fmt(&mut text, number).unwrap();
    text
}
