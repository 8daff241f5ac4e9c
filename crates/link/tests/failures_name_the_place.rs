//! What stands in the way of a link is told with its place: object, section, offset, symbol, and the
//! member of an archive.

mod support;

use std::process::Command;

use jitney_link::{Bytes, Error, Input, Library};
use support::{compile, function, linker, try_link};

/// Links objects that cannot be linked, and gives the message.
fn message(objects: &[(&str, &[u8])], roots: &[&str]) -> String {
    let error = try_link(objects, roots).expect_err("these cannot be linked");
    error.to_string()
}

fn assert_has(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

#[test]
fn both_places_of_a_definition_that_is_there_twice() {
    let text =
        |before: &str| format!("{before} int twice(void) {{ return 1; }} int other_data = 3;");
    let first = text("int first(void) { return 0; }");
    let second = text("__attribute__((section(\".text.odd\"))) int second(void) { return 0; }");
    let Some(first) = compile::c(&["-O1"], &first) else {
        return;
    };
    let second = compile::c(&["-O1", "-ffunction-sections"], &second).expect("a C compiler");
    let message = message(&[("a.o", &first), ("b.o", &second)], &["first", "second"]);
    assert_has(
        &message,
        &[
            "`twice`",
            "`a.o` (.text+0x6)",
            "`b.o` (.text.twice+0x0)",
            "static",
        ],
    );
}

#[test]
fn all_undefined_symbols_with_the_functions_of_each_object() {
    let first = "int gone(void); extern int lost; int first(void) { return gone() + lost; }
                 static int inner(void) { return gone(); } int (*const pointer)(void) = inner;";
    let second = "int gone(void); int second(void) { return gone(); } int unasked(void);
                  int nobody(void) { return unasked(); }";
    for compiler in compile::c_compilers() {
        let options = ["-O1", "-fPIC", "-ffunction-sections"];
        let [first, second] = [first, second]
            .map(|text| compile::by(compiler, "c", &options, text).expect("it is there"));
        let message = message(
            &[("a.o", &first), ("b.o", &second)],
            &["first", "second", "pointer"],
        );
        let parts = [
            "2 undefined symbols",
            "`gone`",
            "`lost`",
            "`first` in `a.o`",
            "`inner` in `a.o`",
            "`second` in `b.o`",
        ];
        assert_has(&message, &parts);
        assert!(!message.contains("unasked"), "nothing needs it: {message}");
    }
}

#[test]
fn a_distance_that_is_too_far() {
    let text = "
        .globl root, near_and_far
        root: .skip 40000
        jmp2: .byte 0xeb, near_and_far - . - 1
        .section .text.other, \"ax\"
        .skip 40000
        near_and_far: ret
        .section .data.short, \"aw\"
        .short root - .
    ";
    let Some(object) = compile::by("cc", "assembler", &[], text) else {
        return;
    };
    let message = message(&[("far.o", &object)], &["root"]);
    assert_has(
        &message,
        &["far.o", ".text+0x9c41", "near_and_far", "8 bits"],
    );
}

#[test]
fn a_module_that_is_too_large() {
    let options = ["-O1", "-fPIC", "-fdata-sections", "-mcmodel=large"];
    let cases = [
        (
            "char one[5UL << 30]; char *root(void) { return one; }",
            &["section .bss.one has 5368709120 bytes", "`malloc`"][..],
        ),
        (
            "char one[900UL << 20]; char two[901UL << 20]; char *root(int n) { return n ? one : two; }",
            &[
                "1073741824",
                "section .bss.two of `large.o` alone has 944766976",
                "`malloc`",
            ],
        ),
        (
            "static __thread char one[1200UL << 20]; char *root(void) { return one; }",
            &["section .tbss.one of `large.o`"],
        ),
    ];
    for (text, parts) in cases {
        let Some(object) = compile::c(&options, text) else {
            return;
        };
        assert_has(&message(&[("large.o", &object)], &["root"]), parts);
    }
}

#[test]
fn a_damaged_member_of_an_archive_matters_where_it_is_needed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let texts = [
        ("good.o", "int good(void) { return 5; }"),
        ("bad.o", "int bad(void) { return 6; } int worse = 7;"),
        ("last.o", "int last(void) { return 7; }"),
    ];
    let mut objects = Vec::new();
    for (name, text) in texts {
        let Some(object) = compile::c(&["-O1", "-fPIC"], text) else {
            return;
        };
        std::fs::write(folder.path().join(name), &object).expect("the folder takes files");
        objects.push((name, object));
    }
    let path = folder.path().join("libdamaged.a");
    let mut ar = Command::new("ar");
    ar.arg("rcs").arg(&path);
    let status = ar
        .args(texts.map(|(name, _)| folder.path().join(name)))
        .status();
    assert!(status.is_ok_and(|status| status.success()));
    // The symbol table's place in the member becomes one far outside it.
    let mut bytes = std::fs::read(&path).expect("ar wrote it");
    let bad = &objects[1].1;
    let member = bytes
        .windows(bad.len())
        .position(|window| window == bad)
        .expect("it is there");
    bytes[member + 0x28..member + 0x30].copy_from_slice(&(1u64 << 40).to_le_bytes());
    std::fs::write(&path, bytes).expect("the folder takes files");

    let link = |text: &str| {
        let object = compile::c(&["-O1", "-fPIC"], text).expect("a C compiler");
        let archives = Library::archives(std::slice::from_ref(&path))?;
        let input = Input {
            objects: vec![("main.o".into(), Bytes::from(object))],
            archives: Some(&archives),
            ..Input::default()
        };
        // SAFETY: a C compiler made the objects of the texts above.
        unsafe { linker().link(input, &|name| name == b"root") }
    };
    let sum = "int good(void), last(void); int root(void) { return good() * 10 + last(); }";
    let image = link(sum).unwrap_or_else(|error| panic!("{error}"));
    // SAFETY: that is its type, and the image lives to the end.
    let root = unsafe { function::<extern "C" fn() -> i32>(&image, "root") };
    assert_eq!(root(), 57);
    let error = link("int bad(void); int root(void) { return bad(); }").expect_err("it needs it");
    assert!(matches!(error, Error::Damaged { .. }), "{error}");
    assert_has(
        &error.to_string(),
        &["libdamaged.a(bad.o)", "section headers"],
    );
}

#[test]
fn objects_of_seventy_thousand_sections_link() {
    // Each function has a section of its own, and calls the one before the last; their numbers need more than
    // the 16 bits of a symbol's section (SHN_XINDEX).
    let mut text = String::with_capacity(8 << 20);
    text += ".section .t0,\"ax\"\nf0: ret\n";
    for number in 1..70_000 {
        let to = match number {
            69_999 => 65_300,
            65_300 => 65_279,
            65_279 => 3,
            _ => 0,
        };
        text += &format!(".section .t{number},\"ax\"\nf{number}: add ${number},%rax\njmp f{to}\n");
    }
    text += ".globl root\nroot: xor %eax,%eax\njmp f69999\n";
    let Some(object) = compile::by("cc", "assembler", &[], &text) else {
        return;
    };
    let image = support::link(&object, &["root"]);
    // SAFETY: that is its type, and the image lives to the end.
    let root = unsafe { function::<extern "C" fn() -> u64>(&image, "root") };
    assert_eq!(root(), 69_999 + 65_300 + 65_279 + 3);
    assert!(
        image.memory() < 1 << 16,
        "what nothing refers to is left out"
    );
}
