//! The comparison of each section, byte by byte, and of what may differ: where a GOT entry or a
//! stub is, since each linker has tables of its own. There what these hold is compared.

use std::collections::BTreeMap;

use object::elf;
use object::read::RelocationFlags;
use object::{Object as _, ObjectSection as _, ObjectSymbol as _, RelocationTarget};

use super::instruction::{self, Form, Operation};
use super::{GOT, Judge, Linked, Placed, copy, memory, output::Output, word_at};
use crate::support;

/// How much was compared, so that a test can tell that it compared something.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) sections: usize,
    pub(crate) relocations: usize,
    /// References through the GOT, compared by what the entry holds.
    pub(crate) entries: usize,
    /// Unwind entries.
    pub(crate) frames: usize,
}

/// A relocation of a section.
struct Site {
    offset: usize,
    kind: elf::RelocationType,
    symbol: String,
    addend: i64,
}

fn sites(object: &copy::File<'_>, section: usize) -> Vec<Site> {
    let section = object
        .section_by_index(object::SectionIndex(section))
        .expect("jitney placed it");
    let name = |target| match target {
        RelocationTarget::Symbol(index) => {
            let symbol = object.symbol_by_index(index).expect("its symbol");
            symbol.name().expect("a name").to_owned()
        }
        _ => String::new(),
    };
    section
        .relocations()
        .map(|(offset, relocation)| {
            let RelocationFlags::Elf { r_type: kind } = relocation.flags() else {
                panic!("an ELF relocation");
            };
            Site {
                offset: offset as usize,
                kind,
                symbol: name(relocation.target()),
                addend: relocation.addend(),
            }
        })
        .collect()
}

fn displacement(bytes: &[u8], offset: usize) -> i64 {
    i64::from(i32::from_le_bytes(
        *bytes[offset..]
            .first_chunk()
            .expect("it lies in the section"),
    ))
}

/// The functions that are too far from their callers, and the stubs that jitney calls for them.
/// Each stub has to jump to the function.
pub(super) fn stubs(linked: &Linked<'_>) -> BTreeMap<String, u64> {
    let mut stubs = BTreeMap::new();
    for placed in &linked.sections {
        for site in sites(&linked.files[placed.object], placed.index) {
            let place = placed.address + site.offset as u64;
            let Some(far) = linked.outside.get(&site.symbol).filter(|address| {
                let distance = address.wrapping_sub(place) as i64;
                **address != 0 && i32::try_from(distance.saturating_add(site.addend)).is_err()
            }) else {
                continue;
            };
            if !matches!(site.kind, elf::R_X86_64_PLT32 | elf::R_X86_64_PC32) {
                continue;
            }
            let stub =
                place.wrapping_add_signed(displacement(placed.bytes(), site.offset) - site.addend);
            assert_eq!(memory(stub, 2), [0xff, 0x25], "a stub for {}", site.symbol);
            let entry = (stub + 6).wrapping_add_signed(displacement(memory(stub, 6), 2));
            assert_eq!(word_at(entry), *far, "the stub for {}", site.symbol);
            let known = *stubs.entry(site.symbol).or_insert(stub);
            assert_eq!(known, stub, "a function has one stub");
        }
    }
    stubs
}

/// What the four bytes at a site refer to, when they are relative to the instruction pointer.
fn target(site: &Site, placed: &Placed, bytes: &[u8]) -> u64 {
    (placed.address + site.offset as u64)
        .wrapping_add_signed(displacement(bytes, site.offset) - site.addend)
}

/// Where a stub of jitney's jumps to.
fn through_stub(stub: u64) -> u64 {
    assert_eq!(memory(stub, 2), [0xff, 0x25], "a stub is at {stub:#x}");
    word_at((stub + 6).wrapping_add_signed(displacement(memory(stub, 6), 2)))
}

/// Compares all sections.
///
/// # Panics
/// When bytes differ.
pub(super) fn sections(case: &str, judge: Judge, linked: &Linked<'_>, output: &Output) -> Counts {
    let mut counts = Counts::default();
    let mut differences = Vec::new();
    for placed in &linked.sections {
        let object = &linked.files[placed.object];
        let label = format!(
            "{case}, {judge:?}: {} of {}",
            String::from_utf8_lossy(
                object
                    .section_by_index(object::SectionIndex(placed.index))
                    .and_then(|section| section.name_bytes())
                    .expect("it has a name")
            ),
            linked.objects[placed.object].0
        );
        let name = copy::section_name(placed.object, placed.index);
        let Some((address, bytes)) = output.section(&name) else {
            // Linkers leave out what is empty.
            assert_eq!(placed.size, 0, "{label} is not in the output");
            continue;
        };
        assert_eq!(address, placed.address, "{label}");
        assert_eq!(bytes.len() as u64, placed.size, "{label}");
        let sites = sites(object, placed.index);
        let mut expected = bytes.to_vec();
        for site in &sites {
            settle(
                site,
                placed,
                judge,
                linked,
                output,
                &mut expected,
                &mut counts,
            );
        }
        counts.sections += 1;
        counts.relocations += sites.len();
        differences.extend(differing(&label, placed, &expected, &sites));
    }
    differences.truncate(10);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    counts
}

/// Where a reference may rightly be written otherwise than by the other linker, makes sure that it
/// means the same, and takes it as what was expected.
fn settle(
    site: &Site,
    placed: &Placed,
    judge: Judge,
    linked: &Linked<'_>,
    output: &Output,
    expected: &mut [u8],
    counts: &mut Counts,
) {
    let ours = placed.bytes();
    let four = site.offset..site.offset + 4;
    let eight = site.offset..site.offset + 8;
    let far = linked
        .outside
        .get(&site.symbol)
        .filter(|address| linked.is_far(**address))
        .copied();
    match site.kind {
        elf::R_X86_64_GOTPCREL | elf::R_X86_64_GOTPCRELX | elf::R_X86_64_REX_GOTPCRELX
            if loads_the_same(site, placed, judge, linked, output, expected) =>
        {
            let instruction = site.offset.saturating_sub(3)..four.end;
            expected[instruction.clone()].copy_from_slice(&ours[instruction]);
            counts.entries += 1;
        }
        // Of the large code model: an entry's distance from the start of the table, or from here.
        elf::R_X86_64_GOT64 | elf::R_X86_64_GOTPCREL64 => {
            let from = match site.kind {
                elf::R_X86_64_GOT64 => linked.outside[GOT],
                _ => placed.address + site.offset as u64,
            };
            let entry = |bytes: &[u8]| {
                let word = bytes[site.offset..].first_chunk().expect("eight bytes");
                from.wrapping_add(u64::from_le_bytes(*word))
                    .wrapping_add_signed(-site.addend)
            };
            if output.entry(entry(expected)) == Some(word_at(entry(ours))) {
                expected[eight.clone()].copy_from_slice(&ours[eight]);
                counts.entries += 1;
            }
        }
        // Entries for a thread-local's module, which is each linker's own affair, and its offset
        // there. Before a descriptor's two words jitney has the function that finds the variable.
        elf::R_X86_64_TLSGD | elf::R_X86_64_TLSLD | elf::R_X86_64_GOTPC32_TLSDESC => {
            let skip = match site.kind {
                elf::R_X86_64_GOTPC32_TLSDESC => 16,
                _ => 8,
            };
            let (entry, theirs) = (target(site, placed, ours), target(site, placed, expected));
            if output.entry(theirs + 8) == Some(word_at(entry + skip)) {
                expected[four.clone()].copy_from_slice(&ours[four]);
                counts.entries += 1;
            }
        }
        // A call of nothing: each linker has a stub of its own for it.
        elf::R_X86_64_PLT32 if linked.outside.get(&site.symbol) == Some(&0) => {
            let called = target(site, placed, ours);
            let null = called == 0 || through_stub(called) == 0;
            assert!(null, "a call of {}", site.symbol);
            expected[four.clone()].copy_from_slice(&ours[four]);
        }
        elf::R_X86_64_PLTOFF64 if linked.outside.get(&site.symbol) == Some(&0) => {
            let null = 0u64.wrapping_sub(linked.outside[GOT]);
            expected[eight].copy_from_slice(&null.wrapping_add_signed(site.addend).to_le_bytes());
        }
        // A function that is far has a stub for calls; its address is its own.
        elf::R_X86_64_64 => {
            if let Some(far) = far {
                let value = far.wrapping_add_signed(site.addend);
                expected[eight].copy_from_slice(&value.to_le_bytes());
            }
        }
        _ => {}
    }
}

/// Whether two instructions with a GOT reference do the same thing with the same address, in forms
/// that may rightly differ:
///
/// - both read a GOT entry, each that of its own linker;
/// - jitney keeps the entry of a weak symbol that is not there, which is null, where others put the
///   null into the instruction; and that of a shared library's symbol, even in an image that was
///   placed near the library;
/// - jitney rewrites no instruction whose relocation does not say that it may be rewritten
///   (`R_X86_64_GOTPCREL`, which rustc writes); GNU ld rewrites loads all the same;
/// - in an image for low addresses GNU ld puts the address into the instruction; jitney and LLVM's
///   linker make it relative there as elsewhere;
/// - GNU ld keeps entries of the sections that the medium code model calls large, and all of them
///   where something is too far (see `script`);
/// - a call of `__tls_get_addr` through the GOT has prefixes after which others put one more: of that
///   AMD's processors make a call by 16 bits, so jitney keeps the entry.
///
/// So LLVM's linker alone is held to the form.
fn loads_the_same(
    site: &Site,
    placed: &Placed,
    judge: Judge,
    linked: &Linked<'_>,
    output: &Output,
    expected: &[u8],
) -> bool {
    let ours = placed.bytes();
    let decode = |bytes| instruction::decode(bytes, site.offset, placed.address);
    let other = || {
        // An instruction of another kind, such as a comparison, can only have an entry.
        let entry = |bytes| (Operation::Jump, Form::Entry(target(site, placed, bytes)));
        let before = site.offset.saturating_sub(3)..site.offset;
        let same = ours[before.clone()] == expected[before];
        same.then(|| (entry(ours), entry(expected)))
    };
    let both = decode(ours).zip(decode(expected)).or_else(other);
    let Some(((our_operation, our_form), (their_operation, their_form))) = both else {
        return false;
    };
    let outside = linked.outside.get(&site.symbol).copied();
    let far = outside.filter(|address| linked.is_far(*address));
    let our_value = match our_form {
        Form::Entry(entry) => word_at(entry),
        Form::Relative(value) | Form::Immediate(value) => value,
    };
    if let Some(far) = far.filter(|far| *far != 0) {
        // Too far for anything but an entry. LLVM's linker, told to go on, writes what does not fit.
        let is_entry = matches!(our_form, Form::Entry(_));
        return is_entry && our_value == far && our_operation == their_operation;
    }
    let their_value = match their_form {
        Form::Entry(entry) => output.entry(entry),
        Form::Relative(value) | Form::Immediate(value) => Some(value),
    };
    let host = support::linker().host().range();
    let is_foreign = outside.is_some_and(|address| !host.contains(&(address as usize)));
    let is_prefixed = ours[..site.offset].ends_with(&[0x66, 0x48, 0xff, 0x15]);
    let may_differ = judge == Judge::Gnu
        || is_prefixed && site.symbol == "__tls_get_addr"
        || is_foreign && matches!(our_form, Form::Entry(_))
        || matches!((our_form, their_form), (Form::Entry(_), Form::Entry(_)));
    our_operation == their_operation && Some(our_value) == their_value && may_differ
}

/// The first differences of a section, each with the relocation that it belongs to.
fn differing(label: &str, placed: &Placed, expected: &[u8], sites: &[Site]) -> Vec<String> {
    let ours = placed.bytes();
    let mut differences = Vec::new();
    let mut at = 0;
    while let Some(next) = (at..ours.len()).find(|at| ours[*at] != expected[*at]) {
        let site = sites
            .iter()
            .filter(|site| site.offset <= next + 3 && next < site.offset + 8)
            .min_by_key(|site| next.abs_diff(site.offset));
        let from = next.saturating_sub(4);
        let end = (next + 12).min(ours.len());
        let about = site.map_or_else(
            || "no relocation".to_owned(),
            |site| {
                format!(
                    "relocation {} at {:#x} against `{}` {:+}",
                    site.kind.0, site.offset, site.symbol, site.addend
                )
            },
        );
        differences.push(format!(
            "{label}+{next:#x}, {about}:\n  jitney {:02x?}\n  judge  {:02x?}",
            &ours[from..end],
            &expected[from..end]
        ));
        if differences.len() == 3 {
            break;
        }
        at = next + 8;
    }
    differences
}
