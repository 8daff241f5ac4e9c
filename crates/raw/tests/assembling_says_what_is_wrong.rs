//! Errors of assembling: the assembler's own messages with the user's lines, and what would not stand alone.
#![cfg(all(feature = "assemble", target_os = "linux", target_arch = "x86_64"))]

mod tools;

use jitney_raw::assemble::{Assembly, Error, Syntax, assemble};
use tools::has;

#[track_caller]
fn refusal(text: &str, syntax: Syntax) -> String {
    let outcome = Assembly::new(text).name("mine.asm").syntax(syntax).bytes();
    outcome.expect_err(text).to_string()
}

#[test]
fn rustc_messages_name_the_users_file_and_line() {
    let text = "mov eax, 1\n\tbogus eax\n\n  mov rax, eax\nret\n";
    let error = Assembly::new(text).name("mine.asm").bytes().unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error:?}");
    let told = error.to_string();
    for part in [
        "invalid instruction mnemonic 'bogus'",
        "mine.asm:2:2",
        "2 |     bogus eax",
        "invalid operand for instruction",
        "mine.asm:4:3",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains("<inline asm>"), "{told}");
}

#[test]
fn att_messages_too() {
    let told = refusal("nop\nmovl %rax, %ebx\n", Syntax::Att);
    assert!(told.contains("mine.asm:2:"), "{told}");
}

#[test]
fn nasm_and_fasm_messages_are_whole() {
    if has("nasm") {
        let told = refusal("nop\n bogus eax\n", Syntax::Nasm);
        assert!(told.contains("mine.asm:2: error:"), "{told}");
    }
    if has("fasm") {
        let told = refusal("nop\n bogus eax\n", Syntax::Fasm);
        assert!(told.contains("mine.asm [2]:"), "{told}");
        assert!(told.contains("error: illegal instruction."), "{told}");
    }
}

#[test]
fn what_is_not_in_the_text_is_named() {
    let told = refusal("nop\n call there\n ret\n", Syntax::Intel);
    assert_eq!(
        told,
        "mine.asm: the bytes would not stand alone: R_X86_64_PLT32 at offset 0x2 refers to `there`, which is not in this file"
    );
    let told = refusal("start: mov eax, offset start\n", Syntax::Intel);
    assert!(
        told.contains("R_X86_64_32 at offset 0x1 refers to `.text`"),
        "{told}"
    );
}

#[test]
fn an_address_of_its_own_is_refused() {
    if has("nasm") {
        let told = refusal("nop\nstart: mov eax, start\n", Syntax::Nasm);
        assert!(told.contains("are an address of the code itself"), "{told}");
    }
    if has("fasm") {
        let told = refusal("nop\nstart: mov rax, start\n", Syntax::Fasm);
        assert!(told.contains("are an address of the code itself"), "{told}");
        // A distance between two places is none.
        assert!(assemble("a: nop\nb: mov eax, b - a\n", Syntax::Fasm).is_ok());
    }
}

#[test]
fn variables_are_refused() {
    for section in [".data", ".bss"] {
        let told = refusal(
            &format!("nop\n.section {section}\n .zero 8\n"),
            Syntax::Intel,
        );
        assert!(
            told.contains(&format!("section `{section}` is for variables")),
            "{told}"
        );
    }
}

#[test]
fn nothing_is_no_code() {
    for text in ["", "# only a comment\n", "label:\n"] {
        let told = refusal(text, Syntax::Intel);
        assert_eq!(told, "mine.asm: it holds no instruction and no data");
    }
    if has("nasm") {
        assert!(refusal("; nothing\n", Syntax::Nasm).contains("holds no instruction"));
    }
}

#[test]
fn fasm_may_not_make_an_object() {
    let told = refusal(
        "Format ELF64\nsection '.text' executable\nret\n",
        Syntax::Fasm,
    );
    assert!(told.contains("take out its `format` directive"), "{told}");
}

#[test]
fn a_target_that_is_not_there_is_rustcs_to_explain() {
    let error = Assembly::new("ret")
        .target("no-such-machine")
        .bytes()
        .unwrap_err();
    assert!(error.to_string().contains("no-such-machine"), "{error}");
}

#[test]
fn braces_and_quotes_are_the_assemblers() {
    let code = assemble(".ascii \"{x} \\\"#\\\" {{}}\"", Syntax::Intel).unwrap();
    assert_eq!(code, b"{x} \"#\" {{}}");
}
