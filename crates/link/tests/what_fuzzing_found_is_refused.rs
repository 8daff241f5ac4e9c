//! Damaged objects that were once not noticed: findings of fuzzing, made small.

mod support;

use support::{compile, try_link};

/// Links an object of assembly and returns what is said against it.
fn refusal(text: &str) -> Option<String> {
    let object = compile::c(&["-x", "assembler"], text)?;
    let image = try_link(&[("damaged.o", &object)], &["root"]);
    Some(image.expect_err("the object is damaged").to_string())
}

#[test]
fn relocations_of_one_place_that_want_more_entries_than_were_counted() {
    // The first makes the load a `lea`; to the second it does not look like a load any more.
    let text = ".globl root
        root: movq root@GOTPCREL(%rip), %rax
        .reloc root + 3, R_X86_64_REX_GOTPCRELX, root - 4";
    if let Some(refusal) = refusal(text) {
        assert!(refusal.contains("overlap"), "{refusal}");
    }
}

/// The offset of a section's header in an object of 64 bits, by the section's number.
fn header_of(object: &[u8], section: usize) -> usize {
    let table = u64::from_le_bytes(object[0x28..0x30].try_into().expect("eight bytes"));
    table as usize + section * 64
}

#[test]
fn unwind_entries_that_are_not_loaded_are_not_read() {
    let text =
        ".globl root\nroot: .cfi_startproc\n.cfi_personality 0x1b, root\nret\n.cfi_endproc\n";
    let Some(mut object) = compile::c(&["-x", "assembler"], text) else {
        return;
    };
    let word = |object: &[u8], at: usize| {
        u64::from_le_bytes(object[at..at + 8].try_into().expect("eight bytes")) as usize
    };
    let sections = usize::from(u16::from_le_bytes([object[0x3c], object[0x3d]]));
    const SHT_RELA: u8 = 4;
    let relocations = (0..sections)
        .map(|section| header_of(&object, section))
        .find(|header| object[header + 4] == SHT_RELA)
        .expect("the unwind entries refer to the function");
    // The first relocation, for the personality, names a symbol that is not there, and its section is not loaded.
    let first = word(&object, relocations + 24);
    object[first + 12..first + 16].copy_from_slice(&[0xff, 0xff, 0, 0]);
    let unwind = header_of(&object, object[relocations + 44].into());
    object[unwind + 8] = 0;
    let image = try_link(&[("unloaded.o", &object)], &["root"]);
    let image = image.unwrap_or_else(|error| panic!("{error}"));
    assert!(!image.has_unwind_entries());
}
