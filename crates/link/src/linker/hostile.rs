//! Damaged objects: every phase up to registering the unwind table is taken through thousands of
//! them, and each ends in an image or an error. None of their code runs.

#[path = "../../tests/support/compile.rs"]
#[allow(dead_code, reason = "the tests of behaviour use more of it")]
mod compile;

use std::sync::Arc;

use jitney_memory::Statistics;

use super::{Linker, rehearse};
use crate::error::Error;
use crate::read::{Bytes, Library, Object, Origin};

struct Case {
    name: &'static str,
    bytes: Vec<u8>,
}

fn cases() -> Vec<Case> {
    let rust = include_str!("../../tests/fixtures/everything.rs");
    let c = include_str!("../../tests/fixtures/everything.c");
    let mut cases = vec![
        Case {
            name: "Rust, plain",
            bytes: compile::rust("plain", &[], rust),
        },
        Case {
            name: "Rust, optimized",
            bytes: compile::rust("optimized", &["-O"], rust),
        },
    ];
    let c_options: [(_, &[&str]); 2] = [
        ("C, plain", &["-fPIC", "-fcommon"]),
        ("C, optimized", &["-fPIC", "-fcommon", "-O2"]),
    ];
    for (name, options) in c_options {
        cases.extend(compile::c(options, c).map(|bytes| Case { name, bytes }));
    }
    cases
}

fn linker() -> &'static Linker {
    Linker::of_process(compile::library_folder()).expect("a test program can be linked against")
}

/// Links an object without running it, and takes all of it back.
fn link(bytes: Vec<u8>, commit: bool) -> Result<(), Error> {
    let object = Object::parse("damaged.o".into(), Origin::Module, Bytes::from(bytes))?;
    let is_root = |name: &[u8]| name.starts_with(b"root_");
    rehearse(linker(), &[Arc::new(object)], &is_root, commit, None)
}

/// Marsaglia's xorshift: the same numbers in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn one_of<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }
}

/// The parts of a file that say what the rest means: headers, symbols, relocations, unwind entries.
fn structure(bytes: &[u8]) -> Vec<std::ops::Range<usize>> {
    let field = |at: usize, len: usize| {
        bytes[at..at + len]
            .iter()
            .rev()
            .fold(0, |value, byte| value << 8 | usize::from(*byte))
    };
    let (table, count) = (field(0x28, 8), field(0x3c, 2));
    let mut parts = vec![0..64, table..table + count * 64];
    for header in (0..count).map(|index| table + index * 64) {
        const CODE_AND_DATA: usize = 1;
        const ALLOCATED: usize = 2;
        let (kind, flags) = (field(header + 4, 4), field(header + 8, 8));
        let (start, len) = (field(header + 0x18, 8), field(header + 0x20, 8));
        let is_unwind_table = flags == ALLOCATED && kind != CODE_AND_DATA || kind == 0x7000_0001;
        let is_table = flags & ALLOCATED == 0 && kind > CODE_AND_DATA && kind != 8;
        if len > 0 && (is_table || is_unwind_table) {
            parts.push(start..start + len);
        }
    }
    parts
}

fn damage(bytes: &mut [u8], parts: &[std::ops::Range<usize>], numbers: &mut Numbers) {
    let part = match numbers.below(8) {
        0 => 0..bytes.len(),
        _ => numbers.one_of(parts),
    };
    let at = part.start + numbers.below(part.len());
    if numbers.below(3) == 0 {
        bytes[at] ^= 1 << numbers.below(8);
        return;
    }
    let width = numbers.one_of(&[2, 4, 8]);
    let at = at - (at - part.start) % width;
    let Some(field) = bytes.get_mut(at..at + width) else {
        return;
    };
    let mut value = [0; 8];
    value[..width].copy_from_slice(field);
    let old = u64::from_le_bytes(value);
    let top = 1u64 << (width * 8 - 1);
    let few = numbers.next() % 64;
    let new = numbers.one_of(&[
        0,
        1,
        2,
        few,
        u64::MAX,
        u64::MAX - few,
        top,
        top - 1,
        top + few,
        old.wrapping_add(1),
        old.wrapping_sub(1),
        old.wrapping_mul(2),
        old.wrapping_add(few * 8),
        !old,
        0xff00,
        0xfff1,
        0xfff2,
        0xffff,
        u64::from(u32::MAX) + 1,
    ]);
    field.copy_from_slice(&new.to_le_bytes()[..width]);
}

#[test]
fn a_damaged_object_gives_an_image_or_an_error() {
    let cases = cases();
    for case in &cases {
        link(case.bytes.clone(), true).unwrap_or_else(|error| panic!("{}: {error}", case.name));
    }
    let used = || {
        let Statistics { used, blocks, .. } = linker().arena.statistics();
        (linker().shared_memory(), used, blocks)
    };
    let before = used();
    let (mut linked, mut refused) = (0, 0);
    let mut count = |result: Result<(), Error>| match result {
        Ok(()) => linked += 1,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            refused += 1;
        }
    };
    for (number, case) in cases.iter().enumerate() {
        for cut in 0..200 {
            count(link(
                case.bytes[..case.bytes.len() * cut / 200].to_vec(),
                false,
            ));
        }
        let parts = structure(&case.bytes);
        let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15 + number as u64);
        for _ in 0..700 {
            let mut bytes = case.bytes.clone();
            for _ in 0..1 + numbers.below(3) {
                damage(&mut bytes, &parts, &mut numbers);
            }
            count(link(bytes, false));
        }
    }
    // Much of the damage is to what no link looks at, and much is not.
    assert!(
        linked > 300 && refused > 300,
        "{linked} linked, {refused} refused"
    );
    assert_eq!(used(), before);
    for case in &cases {
        link(case.bytes.clone(), false).unwrap_or_else(|error| panic!("{}: {error}", case.name));
    }
}

#[test]
fn a_damaged_archive_gives_objects_or_an_error() {
    let text =
        "pub fn one() -> String { 1.to_string() } #[unsafe(no_mangle)] pub fn two() -> u8 { 2 }";
    let good = compile::archive("damaged", text);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut numbers = Numbers(0x2545_f491_4f6c_dd1d);
    let (mut found, mut refused) = (0, 0);
    for number in 0..600 {
        let mut bytes = good.clone();
        if number % 3 == 0 {
            bytes.truncate(good.len() * number / 600);
        } else {
            // The index of symbols and the first members' headers are at the front.
            let part = 0..good.len().min(600);
            damage(&mut bytes, &[part], &mut numbers);
        }
        let path = folder.path().join(format!("{number}.rlib"));
        std::fs::write(&path, bytes).expect("the folder can be written");
        let definition = Library::dependencies(&[path]).and_then(|library| library.find(b"two"));
        match definition {
            Ok(Some(_)) => found += 1,
            Ok(None) => {}
            Err(error) => {
                assert!(!error.to_string().is_empty());
                refused += 1;
            }
        }
    }
    assert!(
        found > 50 && refused > 50,
        "{found} found, {refused} refused"
    );
}
