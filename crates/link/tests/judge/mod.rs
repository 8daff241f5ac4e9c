//! An independent judge of relocation: another linker puts the same sections at the same addresses.
//!
//! `ld` gets copies of the objects in which each section has a name of its own, so that a script
//! can give each one the address that jitney chose, and in which nothing is marked as mergeable.
//! The contents, symbols and relocations are the compiler's. What `ld` then writes into each
//! section has to be what jitney wrote.

mod compare;
mod copy;
mod frames;
mod instruction;
mod output;
mod script;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use jitney_link::{Bytes, Image, Input};

pub(crate) use compare::Counts;
use copy::File;
use output::Output;

use crate::support::{self, compile};

/// A linker that judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judge {
    /// GNU ld.
    Gnu,
    /// LLVM's, as it comes with rustc.
    Llvm,
}

/// What linkers call the start of their GOT.
const GOT: &str = "_GLOBAL_OFFSET_TABLE_";

/// An object: the name that it is linked by, and its bytes.
pub(crate) type Object = (String, Vec<u8>);

/// A section as jitney placed it.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    /// Of the object, among those of the link.
    object: usize,
    index: usize,
    address: u64,
    size: u64,
}

impl Placed {
    /// What jitney wrote.
    fn bytes(&self) -> &'static [u8] {
        memory(self.address, self.size as usize)
    }
}

/// Memory of an image that the caller holds until the end.
fn memory(address: u64, len: usize) -> &'static [u8] {
    // SAFETY: the address and length are those of a section, GOT entry or unwind entry of an image
    // that `judged` holds; its pages are readable.
    unsafe { std::slice::from_raw_parts(address as *const u8, len) }
}

fn word_at(address: u64) -> u64 {
    u64::from_le_bytes(*memory(address, 8).first_chunk().expect("eight bytes"))
}

/// What jitney made of a link.
struct Linked<'a> {
    objects: &'a [Object],
    files: Vec<File<'a>>,
    image: Image,
    /// By object and number.
    sections: Vec<Placed>,
    /// The sections that have bytes: where each begins and ends.
    ranges: BTreeMap<u64, u64>,
    /// Where each name is that the objects leave undefined.
    outside: BTreeMap<String, u64>,
    commons: BTreeMap<String, u64>,
}

impl Linked<'_> {
    /// Whether jitney placed a section.
    fn is_placed(&self, object: usize, index: usize) -> bool {
        self.placed(object, index).is_some()
    }

    fn placed(&self, object: usize, index: usize) -> Option<&Placed> {
        let key = |placed: &Placed| (placed.object, placed.index);
        let at = self.sections.binary_search_by_key(&(object, index), key);
        Some(&self.sections[at.ok()?])
    }

    /// Whether an address is in a section.
    fn holds(&self, address: u64) -> bool {
        let last = self.ranges.range(..=address).next_back();
        last.is_some_and(|(_, end)| address < *end)
    }

    /// Whether an address is too far from the image for 32 bits.
    fn is_far(&self, address: u64) -> bool {
        i32::try_from(address.wrapping_sub(self.image.range().start as u64) as i64).is_err()
    }
}

/// The linkers that are there; says which are not.
pub(crate) fn judges() -> Vec<Judge> {
    let mut judges = Vec::new();
    for (judge, program) in [(Judge::Gnu, "ld".into()), (Judge::Llvm, script::lld())] {
        match Command::new(&program).arg("--version").output() {
            Ok(output) if output.status.success() => judges.push(judge),
            _ => eprintln!("skipped: there is no {}", Path::new(&program).display()),
        }
    }
    judges
}

/// Links objects with jitney and with each of the other linkers, and compares every byte. Says how
/// much was compared, by one of them.
///
/// # Panics
/// When they differ, with the first differences.
pub(crate) fn judged(case: &str, objects: &[Object], judges: &[Judge]) -> Counts {
    let mut counts = Counts::default();
    if judges.is_empty() {
        return counts;
    }
    let linked = link(case, objects);
    let stubs = compare::stubs(&linked);
    for judge in judges.iter().copied() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let out = script::link(judge, &linked, &stubs, folder.path())
            .unwrap_or_else(|message| panic!("{case}: {judge:?} does not link it:\n{message}"));
        let output = Output::read(&out);
        counts = compare::sections(case, judge, &linked, &output);
        counts.frames = frames::compare(case, &linked, &output);
        assert!(counts.relocations > 0, "{case}: {counts:?}");
    }
    counts
}

fn link<'a>(case: &str, objects: &'a [Object]) -> Linked<'a> {
    let files: Vec<File<'a>> = objects
        .iter()
        .map(|(_, bytes)| copy::parse(bytes))
        .collect();
    let undefined = copy::undefined(&files);
    let table = address_table(&undefined);
    let mut input: Vec<(String, Bytes)> = objects
        .iter()
        .map(|(name, bytes)| (name.clone(), Bytes::from(bytes.clone())))
        .collect();
    input.push(("addresses.o".into(), Bytes::from(table)));
    let input = Input {
        objects: input,
        shared_libraries: &["stdc++".into(), "m".into()],
        // They would write to what is compared.
        hold_constructors: true,
        map: true,
        ..Input::default()
    };
    // SAFETY: compilers wrote the objects. What they need is there, or the link fails.
    let image = unsafe { support::linker().link(input, &|_| true) }
        .unwrap_or_else(|error| panic!("{case}: {error}"));
    let start = support::address(&image, "judge_addresses") as u64;
    let outside = (0..)
        .zip(&undefined)
        .map(|(number, (name, _))| {
            let place = start + number * 8;
            // Assemblers make this one relative to where it stands.
            let from = if name == GOT { place } else { 0 };
            (name.clone(), word_at(place).wrapping_add(from))
        })
        .collect();
    let mut linked = Linked {
        objects,
        files,
        sections: Vec::new(),
        ranges: BTreeMap::new(),
        outside,
        commons: BTreeMap::new(),
        image,
    };
    copy::locate(&mut linked);
    linked
}

/// An object with a word for each name: the address that jitney finds for it.
fn address_table(names: &BTreeMap<String, bool>) -> Vec<u8> {
    let mut text = String::from(".data\n.balign 8\n.globl judge_addresses\njudge_addresses:\n");
    for (name, weak) in names {
        if *weak {
            text += &format!(".weak \"{name}\"\n");
        }
        text += &format!(".quad \"{name}\"\n");
    }
    text += ".quad 0\n";
    compile::c(&["-x", "assembler"], &text).expect("a C compiler was found")
}
