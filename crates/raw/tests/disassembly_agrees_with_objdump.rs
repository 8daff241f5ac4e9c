//! Instructions, their addresses and their bytes are those that objdump shows.
#![cfg(all(
    feature = "disassemble",
    feature = "extract",
    target_os = "linux",
    target_arch = "x86_64"
))]

mod tools;

use jitney_raw::Machine;
use jitney_raw::disassemble::Disassembly;
use tools::{Folder, has};

/// An instruction as objdump shows it: address, bytes, mnemonic.
type Shown = (u64, Vec<u8>, String);

fn objdump(folder: &Folder, file: &str, machine: &str) -> Vec<Shown> {
    let listed = folder.run(&format!(
        "objdump -D -b binary -m {machine} -M intel -w {file}"
    ));
    let lines = listed.lines().filter_map(|line| {
        let (address, rest) = line.split_once(":\t")?;
        let (bytes, text) = rest.split_once('\t')?;
        let address = u64::from_str_radix(address.trim(), 16).ok()?;
        let bytes = bytes
            .split_whitespace()
            .map(|it| u8::from_str_radix(it, 16).unwrap());
        Some((address, bytes.collect(), mnemonic(text)))
    });
    lines.collect()
}

/// The first word that is no prefix, in the one spelling of those that tools differ in.
fn mnemonic(text: &str) -> String {
    const PREFIXES: [&str; 14] = [
        "rep", "repz", "repnz", "repe", "repne", "lock", "bnd", "notrack", "data16", "addr32",
        "cs", "ds", "fs", "gs",
    ];
    let word = text.split_whitespace().find(|word| {
        !PREFIXES.contains(word)
            && !word.starts_with("rex")
            && !matches!(*word, "es" | "ss" | "xacquire" | "xrelease")
    });
    let word = word.unwrap_or_default();
    let same = [
        ("movabs", "mov"),
        ("ret", "ret"),
        ("xchg", "nop"),
        ("pause", "nop"),
        ("sal", "shl"),
        ("fwait", "wait"),
    ];
    let spelling = same.iter().find(|(theirs, _)| *theirs == word);
    spelling
        .map_or(word, |(_, ours)| ours)
        .trim_end_matches(',')
        .to_owned()
}

/// Compares what both say of code, and gives how many instructions that were.
#[track_caller]
fn compared(folder: &Folder, code: &[u8], machine: Machine) -> usize {
    std::fs::write(folder.path("code.bin"), code).unwrap();
    let name = if machine == Machine::X86 {
        "i386"
    } else {
        "i386:x86-64"
    };
    let theirs = objdump(folder, "code.bin", name);
    let ours = Disassembly::new(code).machine(machine).lines();
    let ours = ours
        .iter()
        .map(|line| (line.address, line.bytes.to_vec(), mnemonic(&line.text)));
    let ours: Vec<_> = ours.collect();
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(ours.len(), theirs.len());
    ours.len()
}

#[test]
fn of_functions_of_the_c_library() {
    if !has("objdump") || !has("cc") {
        return;
    }
    let folder = Folder::new();
    let libc = folder.run("cc -print-file-name=libc.a");
    let Ok(libc) = std::fs::read(libc.trim()) else {
        return eprintln!("skipped: there is no libc.a");
    };
    let extraction = jitney_raw::extract::Extraction::new(&libc);
    let mut code = Vec::new();
    // Each member is an object; a few hundred functions say enough.
    for function in extraction.functions().unwrap().iter().step_by(31) {
        if let Ok(function) = extraction.function(function) {
            code.extend(function);
        }
    }
    let instructions = compared(&folder, &code, Machine::X86_64);
    assert!(
        instructions > 500,
        "{instructions} instructions are too few to say anything"
    );
}

#[test]
fn of_compilers() {
    if !has("objdump") || !has("gcc") {
        return;
    }
    let folder = Folder::new();
    folder.write(
        "c.c",
        "#include <stddef.h>
        float dot(const float *a, const float *b, size_t n) { float s = 0; for (size_t i = 0; i < n; i++) s += a[i] * b[i]; return s; }
        double mix(double a, float b, int c, long d) { return a * b + c / 3 - d % 7 + (unsigned long)a; }
        void copy(char *a, const char *b, size_t n) { while (n--) *a++ = *b++ ^ 0x5a; }
        __int128 wide(__int128 a, __int128 b) { return a * b - (a >> 3); }
        int count(unsigned long x) { int n = 0; while (x) { x &= x - 1; n++; } return n + __builtin_clzl(x | 1); }
        ",
    );
    for (flags, machine) in [
        ("-O0", Machine::X86_64),
        ("-O3 -ffast-math", Machine::X86_64),
        ("-O3 -ffast-math -march=haswell", Machine::X86_64),
        (
            "-O3 -ffast-math -march=skylake-avx512 -mprefer-vector-width=512",
            Machine::X86_64,
        ),
        ("-O2 -m32 -msse2 -fno-pic", Machine::X86),
    ] {
        if machine == Machine::X86 {
            let c = std::fs::read_to_string(folder.path("c.c")).unwrap();
            folder.write(
                "c.c",
                &c.replace("__int128", "long long")
                    .replace("#include <stddef.h>", "typedef unsigned size_t;"),
            );
        }
        folder.run(&format!("gcc {flags} -c c.c -o c.o"));
        let code = folder.section("c.o", ".text");
        assert!(compared(&folder, &code, machine) > 100, "{flags}");
    }
}

#[test]
fn symbols_stand_for_addresses() {
    let code = [
        0xe8, 0xfb, 0x0f, 0, 0, // call 0x2000
        0x48, 0x8d, 0x35, 0x02, 0, 0, 0, // lea rsi, [rip + 2]
        0xeb, 0xf2, // jmp 0x1000
        b'H', b'i',
    ];
    let text = Disassembly::new(&code)
        .machine(Machine::X86_64)
        .address(0x1000)
        .symbol(0x1000, "start")
        .symbol(0x2000, "puts");
    let named = text.clone().symbol(0x100e, "text").to_string();
    let lines: Vec<_> = named.lines().collect();
    assert_eq!(lines[0], "0000000000001000 <start>:");
    assert_eq!(lines[1], "    1000:  e8 fb 0f 00 00        call puts");
    assert_eq!(
        lines[2],
        "    1005:  48 8d 35 02 00 00 00  lea rsi,[rip+text]"
    );
    assert_eq!(lines[3], "    100c:  eb f2                 jmp start");
    assert_eq!(lines[4], "000000000000100e <text>:");
    let unnamed = text.lines();
    assert_eq!(unnamed[1].text, "lea rsi,[rip+0x2]  # 0x100e");
}

#[test]
fn what_is_no_instruction_is_shown_as_such() {
    // In 64-bit mode 06 is none; the bytes after it are read again.
    let lines = Disassembly::new(&[0x06, 0x90, 0xc3, 0x0f])
        .machine(Machine::X86_64)
        .lines();
    let texts: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(texts, ["(bad)", "nop", "ret", "(bad)"]);
    let words = Disassembly::new(&[0xc0, 0x03, 0x5f, 0xd6, 1])
        .machine(Machine::Aarch64)
        .lines();
    let texts: Vec<_> = words.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(texts, [".word 0xd65f03c0", "(bad)"]);
    assert!(Disassembly::new(&[]).lines().is_empty());
}
