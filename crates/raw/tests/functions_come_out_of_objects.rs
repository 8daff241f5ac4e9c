//! What is extracted is the function's own bytes, as nm and objcopy find them, in every format.
#![cfg(all(feature = "extract", target_os = "linux", target_arch = "x86_64"))]

mod tools;

use jitney_raw::extract::{Error, Extraction, extract};
use tools::{Folder, has, rustc};

const RUST: &str = "#![no_std]
#[unsafe(no_mangle)] pub extern \"C\" fn inc(x: i64) -> i64 { x.wrapping_add(1) }
#[unsafe(no_mangle)] pub extern \"C\" fn turns(mut x: u64) -> u64 {
    let mut n = 0_u64;
    while x > 1 { x = if x % 2 == 0 { x / 2 } else { x.wrapping_mul(3).wrapping_add(1) }; n = n.wrapping_add(1); }
    n
}
pub mod shapes { #[inline(never)] pub fn area(x: u64) -> u64 { x.wrapping_mul(x) } }
";

const C: &str = "long inc(long x) { return x + 1; }
static __attribute__((used)) long hidden(long x) { return x * 3; }
long turns(long x) { long n = 0; for (; x > 1; n++) x = x % 2 ? 3 * x + 1 : x / 2; return n; }
long last(long x) { return x * x; }
";

#[test]
fn of_rustc() {
    let folder = Folder::new();
    for flags in ["", "-O", "-O -C relocation-model=static"] {
        rustc(&folder, RUST, "inc.o", flags);
        let object = folder.read("inc.o");
        for function in ["inc", "turns"] {
            let (_, len) = folder.symbol("inc.o", function);
            let theirs = folder.section("inc.o", &format!(".text.{function}"));
            let ours = extract(&object, function).unwrap();
            assert_eq!((ours.len(), &ours), (len, &theirs), "{function} {flags}");
        }
    }
}

#[test]
fn by_a_rust_path_or_its_end() {
    let folder = Folder::new();
    for flags in ["-O", "-O -C symbol-mangling-version=v0"] {
        rustc(&folder, RUST, "inc.o", flags);
        let object = folder.read("inc.o");
        let code = [0x48, 0x89, 0xf8, 0x48, 0x0f, 0xaf, 0xc7, 0xc3];
        for name in ["source::shapes::area", "shapes::area", "area"] {
            assert_eq!(extract(&object, name).unwrap(), code, "{name}");
        }
    }
}

#[test]
fn of_c_compilers() {
    for compiler in ["gcc", "clang"] {
        if !has(compiler) {
            continue;
        }
        let folder = Folder::new();
        folder.write("c.c", C);
        for flags in ["-O0", "-O2 -fPIC", "-Os -fcf-protection=full", "-O1 -m32"] {
            folder.run(&format!("{compiler} {flags} -c c.c -o c.o"));
            let object = folder.read("c.o");
            for function in ["inc", "hidden", "turns", "last"] {
                let ours = extract(&object, function);
                if flags.contains("m32") && compiler == "gcc" && ours.is_err() {
                    // Its code may ask where the table of addresses is, without need.
                    continue;
                }
                let theirs = folder.slice("c.o", function);
                assert_eq!(ours.unwrap(), theirs, "{function} {compiler} {flags}");
            }
        }
    }
}

/// Where functions have no sizes: they end where others begin, and padding is no part of them.
#[test]
fn of_mach_o_and_coff() {
    if !has("clang") {
        return;
    }
    let folder = Folder::new();
    folder.write("c.c", C);
    let flags = "-O2 -fomit-frame-pointer -c c.c";
    folder.run(&format!("clang {flags} -o elf.o"));
    folder.run(&format!(
        "clang {flags} --target=x86_64-apple-darwin -o macho.o"
    ));
    folder.run(&format!(
        "clang {flags} --target=arm64-apple-darwin -o arm.o"
    ));
    // The same calling convention as the others, and a long of the same size.
    let c = C.replace("long", "__INT64_TYPE__").replace(
        "__INT64_TYPE__ inc",
        "__attribute__((sysv_abi)) __INT64_TYPE__ inc",
    );
    folder.write("c.c", &c);
    folder.run(&format!(
        "clang {flags} --target=x86_64-pc-windows-gnu -o coff.o"
    ));
    let elf = folder.read("elf.o");
    for function in ["inc", "hidden", "turns", "last"] {
        let theirs = extract(&elf, function).unwrap();
        assert_eq!(
            extract(&folder.read("macho.o"), function).unwrap(),
            theirs,
            "{function}"
        );
        let symbol = format!("_{function}");
        assert_eq!(
            extract(&folder.read("macho.o"), &symbol).unwrap(),
            theirs,
            "{symbol}"
        );
    }
    let theirs = extract(&elf, "inc").unwrap();
    assert_eq!(extract(&folder.read("coff.o"), "inc").unwrap(), theirs);
    let arm = extract(&folder.read("arm.o"), "inc").unwrap();
    let words = [0x9100_0400_u32, 0xd65f_03c0].map(u32::to_le_bytes);
    assert_eq!(arm, words.concat());
}

#[test]
fn of_mingw() {
    if !has("x86_64-w64-mingw32-gcc") {
        return;
    }
    let folder = Folder::new();
    folder.write("c.c", C);
    folder.run("x86_64-w64-mingw32-gcc -O2 -c c.c -o c.o");
    folder.run("x86_64-w64-mingw32-objcopy -O binary -j .text c.o text");
    let text = folder.read("text");
    let object = folder.read("c.o");
    let listed = folder.run("x86_64-w64-mingw32-nm c.o");
    for function in ["inc", "turns", "last"] {
        let ours = extract(&object, function).unwrap();
        let line = listed
            .lines()
            .find(|it| it.ends_with(&format!(" {function}")))
            .unwrap();
        let start = usize::from_str_radix(line.split(' ').next().unwrap(), 16).unwrap();
        assert!(text[start..].starts_with(&ours), "{function}");
        // What is left out up to the next function says nothing.
        assert_eq!(ours.last(), Some(&0xc3), "{function} ends with its return");
    }
}

#[test]
fn of_nasm_with_its_local_labels() {
    if !has("nasm") {
        return;
    }
    let folder = Folder::new();
    folder.write(
        "a.nasm",
        "global f, g\nsection .text\nf: mov ecx, 3\n.again: dec ecx\n jnz .again\n ret\nalign 16\ng: xor eax, eax\n ret\n",
    );
    for format in ["elf64", "win64", "macho64"] {
        folder.run(&format!("nasm -f {format} a.nasm -o a.o"));
        let code = [0xb9, 3, 0, 0, 0, 0xff, 0xc9, 0x75, 0xfc, 0xc3];
        assert_eq!(extract(&folder.read("a.o"), "f").unwrap(), code, "{format}");
        assert_eq!(
            extract(&folder.read("a.o"), "g").unwrap(),
            [0x31, 0xc0, 0xc3],
            "{format}"
        );
    }
}

#[test]
fn of_any_member_of_an_archive() {
    if !has("ar") {
        return;
    }
    let folder = Folder::new();
    rustc(&folder, RUST, "with_a_long_member_name.o", "-O");
    folder.write("c.c", "long other(long x) { return x - 1; }\nstatic long twice(long x) { return 2 * x; }\nlong (*p)(long) = twice;\n");
    folder.run("cc -O1 -c c.c -o c.o");
    folder.write(
        "d.c",
        "static long twice(long x) { return x + x + 1; }\nlong (*q)(long) = twice;\n",
    );
    folder.run("cc -O1 -c d.c -o d.o");
    folder.write("notes.txt", "not an object");
    folder.run("ar rc lib.a notes.txt with_a_long_member_name.o c.o d.o");
    let archive = folder.read("lib.a");
    for (member, function) in [("with_a_long_member_name.o", "inc"), ("c.o", "other")] {
        let of_member = extract(&folder.read(member), function).unwrap();
        assert_eq!(extract(&archive, function).unwrap(), of_member);
    }
    let error = extract(&archive, "twice").unwrap_err();
    assert_eq!(
        error.to_string(),
        "`twice` can be more than one function: `twice of c.o`, `twice of d.o`"
    );
}

#[test]
fn of_linked_programs() {
    if !has("gcc") {
        return;
    }
    let folder = Folder::new();
    folder.write("c.c", &format!("{C}int main(void) {{ return 0; }}\n"));
    for flags in ["-O1 -pie", "-O1 -no-pie", "-O1 -no-pie -Wl,--emit-relocs"] {
        folder.run(&format!("gcc {flags} c.c -o program"));
        folder.run("gcc -O1 -c c.c -o c.o");
        let program = folder.read("program");
        for function in ["inc", "turns", "last"] {
            let ours = extract(&program, function).unwrap();
            assert_eq!(ours, folder.slice("c.o", function), "{function} {flags}");
        }
    }
}

#[test]
fn missing_names_are_answered_with_near_ones() {
    let folder = Folder::new();
    rustc(&folder, RUST, "inc.o", "-O");
    let object = folder.read("inc.o");
    let error = extract(&object, "turn").unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no function `turn`; the nearest are `turns`"
    );
    let error = extract(&object, "aera").unwrap_err().to_string();
    assert!(error.contains("`source::shapes::area`"), "{error}");
    assert!(matches!(
        extract(&object, "qqq").unwrap_err(),
        Error::NoFunction { nearest, .. } if nearest.is_empty()
    ));
    let all = Extraction::new(&object).functions().unwrap();
    assert!(
        all.iter().any(|it| it == "inc") && all.len() == 3,
        "{all:?}"
    );
}
