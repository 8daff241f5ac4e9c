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
