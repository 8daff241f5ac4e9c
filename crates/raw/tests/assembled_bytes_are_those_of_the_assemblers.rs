//! What is assembled is what GNU as, nasm and fasm make of the same text.
#![cfg(all(feature = "assemble", target_os = "linux", target_arch = "x86_64"))]

mod tools;

use jitney_raw::assemble::{Assembly, Syntax, assemble};
use tools::{Folder, has};

/// Intel syntax for GNU as and rustc alike.
const INTEL: [&str; 6] = [
    "lea rax, [rdi + 1]\nret\n",
    // Labels in both directions, local ones too, and data after the code.
    "start: lea rsi, [rip + text]\n mov edx, 3\n 1: dec edx\n jnz 1b\n jmp 2f\n .byte 0xcc\n 2: ret\n\
     text: .ascii \"Hello {0}\\n\"\n .quad 0x1122334455667788\n",
    // Floating point and vectors, prefixes, big and small numbers.
    "addsd xmm0, xmm1\n vaddps ymm0, ymm1, [rdi + 4*rcx - 0x80]\n movabs r11, 0x123456789abcdef0\n\
     rep movsb\n lock xadd [rdx], eax\n mov byte ptr [rsp + 8], 7\n cmp word ptr [r13], -1\n ret\n",
    // A jump over more than a byte can say.
    "cmp edi, 5\n je away\n .skip 200, 0x90\n away: xor eax, eax\n call start\n start: ret\n",
    // A loop of its own alignment, a macro, a repetition, a constant.
    "count = 40 + 2\n .macro twice reg\n add \\reg, \\reg\n .endm\n mov eax, count\n .p2align 4, 0xcc\n\
     again: twice rax\n loop again\n .rept 3\n nop\n .endr\n ret\n",
    // The system call by hand.
    "mov eax, 1\n mov edi, 1\n lea rsi, text[rip]\n mov edx, 2\n syscall\n ret\n\
     text: .asciz \"x\"\n end:\n",
];

const ATT: &str =
    "leaq 1(%rdi), %rax\n movl $5, %ecx\n 1: decl %ecx\n jnz 1b\n ret\n .ascii \"{}\"\n";

const NASM: &str = "bits 64\ndefault rel\nstart: lea rsi, [text]\n.again: dec edx\n jnz .again\n mov rax, [number]\n ret\n\
                    text: db \"Hello\", 10\nalign 8, db 0\nnumber: dq 3.5\ntimes 4 nop\n";

const FASM: &str = "use64\nstart: lea rsi, [text]\n@@: dec edx\n jnz @b\n addsd xmm0, [number]\n ret\n\
                    text db 'Hello', 10\nalign 8\nnumber dq 3.5\n";

/// GNU as's bytes. What it pads code with by itself is not what LLVM does: texts say it.
fn by_gnu_as(folder: &Folder, text: &str) -> Vec<u8> {
    folder.write("text.s", text);
    folder.run("as text.s -o text.o");
    folder.section("text.o", ".text")
}

#[test]
fn intel_syntax() {
    if !has("as") {
        return;
    }
    let folder = Folder::new();
    for text in INTEL {
        let theirs = by_gnu_as(&folder, &format!(".intel_syntax noprefix\n{text}"));
        let ours = assemble(text, Syntax::Intel).unwrap_or_else(|error| panic!("{text}{error}"));
        assert_eq!(ours, theirs, "{text}");
    }
}

#[test]
fn att_syntax() {
    if !has("as") {
        return;
    }
    let folder = Folder::new();
    assert_eq!(assemble(ATT, Syntax::Att).unwrap(), by_gnu_as(&folder, ATT));
}

#[test]
fn constants_follow_the_code() {
    let text = "movsd xmm0, [rip + half]\n ret\n.section .rodata\n .p2align 3\nhalf: .double 0.5\n";
    let code = assemble(text, Syntax::Intel).unwrap();
    // The same by hand: the distance is from the end of the instruction to the next multiple of 8.
    let mut by_hand = vec![0xf2, 0x0f, 0x10, 0x05, 8, 0, 0, 0, 0xc3];
    by_hand.resize(16, 0);
    by_hand.extend(0.5_f64.to_le_bytes());
    assert_eq!(code, by_hand);
}

#[test]
fn nasm_syntax() {
    if !has("nasm") {
        return;
    }
    let folder = Folder::new();
    folder.write("text.nasm", NASM);
    folder.run("nasm -f bin text.nasm -o text.bin");
    assert_eq!(
        assemble(NASM, Syntax::Nasm).unwrap(),
        folder.read("text.bin")
    );
    // Width and relative addresses need not be said.
    let bare = NASM.replace("bits 64\ndefault rel\n", "");
    assert_eq!(
        assemble(&bare, Syntax::Nasm).unwrap(),
        folder.read("text.bin")
    );
}

#[test]
fn fasm_syntax() {
    if !has("fasm") {
        return;
    }
    let folder = Folder::new();
    folder.write("text.fasm", FASM);
    folder.run("fasm text.fasm text.bin");
    assert_eq!(
        assemble(FASM, Syntax::Fasm).unwrap(),
        folder.read("text.bin")
    );
    let bare = FASM.replace("use64\n", "");
    assert_eq!(
        assemble(&bare, Syntax::Fasm).unwrap(),
        folder.read("text.bin")
    );
}

#[test]
fn other_machines() {
    let folder = Folder::new();
    if has("as") {
        folder.write(
            "text.s",
            ".intel_syntax noprefix\nmov eax, [esp + 4]\n inc eax\n ret\n",
        );
        folder.run("as --32 text.s -o text.o");
        let text = "mov eax, [esp + 4]\n inc eax\n ret\n";
        let assembly = Assembly::new(text).target("i686-unknown-linux-gnu");
        match assembly.bytes() {
            Ok(code) => assert_eq!(code, folder.section("text.o", ".text")),
            Err(error) => eprintln!("skipped: i686: {error}"),
        }
    }
    let text = "add x0, x0, #1\n cbz x0, 1f\n bl 1f\n 1: ret\n";
    match Assembly::new(text)
        .target("aarch64-unknown-linux-gnu")
        .bytes()
    {
        Ok(code) => {
            let words = [0x9100_0400_u32, 0xb400_0040, 0x9400_0001, 0xd65f_03c0];
            let words: Vec<_> = words.into_iter().flat_map(u32::to_le_bytes).collect();
            assert_eq!(code, words);
        }
        Err(error) => eprintln!("skipped: aarch64: {error}"),
    }
}
