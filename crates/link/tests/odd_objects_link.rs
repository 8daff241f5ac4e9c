//! Objects that are right and unusual: what compilers write seldom, and assembly writers may.

mod support;

use support::{address, compile, function, link};

/// An object of assembly alone.
fn assembly(crate_name: &str, text: &str) -> Vec<u8> {
    let text = format!("std::arch::global_asm!(r#\"{text}\"#, options(att_syntax));");
    compile::rust(crate_name, &[], &text)
}

#[test]
fn empty_sections_have_an_address() {
    let object = assembly(
        "empty",
        ".section .rodata.nothing,\"a\",@progbits
         .globl nothing
         nothing:
         .section .text.root,\"ax\",@progbits
         .globl root
         root: lea nothing(%rip), %rax
         ret",
    );
    let image = link(&object, &["root", "nothing"]);
    // SAFETY: that is its type, and the image lives to the end.
    let root = unsafe { function::<extern "C" fn() -> usize>(&image, "root") };
    assert_eq!(root(), address(&image, "nothing"));

    let image = link(&object, &["nothing"]);
    assert!(image.range().contains(&address(&image, "nothing")));
}

#[test]
fn functions_of_no_length_are_no_trouble_for_the_unwinder() {
    let object = assembly(
        "short",
        ".section .text.root,\"ax\",@progbits
         .globl root
         root: .cfi_startproc
         .cfi_endproc",
    );
    for _ in 0..3 {
        // Dropping the image takes back what the unwinder was told.
        drop(link(&object, &["root"]));
    }
}

#[test]
fn sections_are_aligned_as_they_ask() {
    let object = assembly(
        "aligned",
        ".section .rodata.large,\"a\",@progbits
         .balign 65536
         .globl large
         large: .quad 5
         .section .bss.larger,\"aw\",@nobits
         .balign 1048576
         .globl larger
         larger: .zero 100000
         .section .text.root,\"ax\",@progbits
         .balign 4096
         .globl root
         root: mov large(%rip), %rax
         add larger+99992(%rip), %rax
         ret",
    );
    let image = link(&object, &["root", "large", "larger"]);
    assert!(address(&image, "large").is_multiple_of(1 << 16));
    assert!(address(&image, "larger").is_multiple_of(1 << 20));
    assert!(address(&image, "root").is_multiple_of(1 << 12));
    // SAFETY: that is its type, and the image lives to the end.
    let root = unsafe { function::<extern "C" fn() -> u64>(&image, "root") };
    assert_eq!(root(), 5);
}

#[test]
fn five_thousand_functions_link() {
    let mut text = String::from("pub static NAMES: &[&str] = &[];\n");
    for number in 0..5000 {
        let next = (number + 1) % 5000;
        text += &format!(
            "#[unsafe(no_mangle)] pub extern \"C\" fn f{number}(n: u32) -> u32 \
             {{ if n == 0 {{ {number} }} else {{ f{next}(n - 1) }} }}\n"
        );
    }
    let image = link(&compile::rust("many", &[], &text), &["f0", "f4999"]);
    // SAFETY: that is its type, and the image lives to the end.
    let [first, last] =
        ["f0", "f4999"].map(|name| unsafe { function::<extern "C" fn(u32) -> u32>(&image, name) });
    assert_eq!(
        [first(0), first(4999), last(0), last(3)],
        [0, 4999, 4999, 2]
    );
}
