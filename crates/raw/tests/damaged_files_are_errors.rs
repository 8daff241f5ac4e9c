//! Files that are cut off or changed give an error or bytes, never a panic, an endless loop or a huge result.
#![cfg(all(feature = "extract", target_os = "linux", target_arch = "x86_64"))]

mod tools;

use jitney_raw::extract::Extraction;
use tools::{Folder, has};

const C: &str = "static const int t[4] = {1, 2, 3, 4};
static __attribute__((noinline)) int helper(int x) { return t[x & 3]; }
double line(double x) { return x * 3.25 + 1.5; }
int entry(int x) { switch (x) { case 0: return 9; case 1: return 4; case 2: return helper(x); case 3: return 7; case 4: return 8; } return helper(x + 1) + 2; }
";

/// Objects of every format that there is a compiler for.
fn objects(folder: &Folder) -> Vec<(String, Vec<u8>)> {
    let mut commands = Vec::new();
    if has("clang") {
        for target in [
            "x86_64-linux-gnu",
            "i686-linux-gnu",
            "x86_64-apple-darwin",
            "arm64-apple-darwin",
            "x86_64-pc-windows-gnu",
        ] {
            commands.push(format!("clang --target={target} -O1 -c c.c -o c.o"));
        }
    }
    if has("gcc") {
        commands.push("gcc -O1 -c c.c -o c.o".to_owned());
    }
    folder.write("c.c", C);
    folder.write("p.go", "package p\nfunc line(x float64) float64 { return x*3.25 + 1.5 }\nfunc entry(x int) int { return helper(x) + 2 }\nfunc helper(x int) int\n");
    let mut objects = Vec::new();
    for command in commands {
        folder.run(&command);
        objects.push((command, folder.read("c.o")));
    }
    if std::process::Command::new("go")
        .arg("version")
        .output()
        .is_ok()
    {
        // `helper` has no body, which such a file says is in another one.
        folder.write("symabis", "");
        folder.run("go tool compile -p p -symabis symabis -o c.o p.go");
        objects.push(("go".to_owned(), folder.read("c.o")));
    } else {
        eprintln!("skipped: there is no go");
    }
    if has("ar") && !objects.is_empty() {
        let members = objects
            .iter()
            .take(2)
            .enumerate()
            .map(|(index, (_, object))| {
                std::fs::write(folder.path(&format!("{index}.o")), object).unwrap();
                format!("{index}.o")
            });
        let members: Vec<_> = members.collect();
        folder.run(&format!("ar rc lib.a c.c {}", members.join(" ")));
        objects.push(("ar".to_owned(), folder.read("lib.a")));
    }
    objects
}

/// Looks at everything in a file. Whatever it holds, what comes out is not much longer than it is.
fn look_at(file: &[u8]) {
    for with_needed in [false, true] {
        let extraction = Extraction::new(file).with_needed(with_needed);
        let _ = extraction.functions();
        let _ = extraction.machine();
        for name in ["line", "entry", "helper"] {
            if let Ok(code) = extraction.function(name) {
                assert!(
                    code.len() <= 16 * file.len() + 4096,
                    "{} of {}",
                    code.len(),
                    file.len()
                );
            }
        }
    }
}

/// Numbers that are the same at every run (xorshift).
fn numbers(mut state: u64) -> impl FnMut(usize) -> usize {
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    }
}

#[test]
fn files_that_end_early() {
    let folder = Folder::new();
    for (command, object) in objects(&folder) {
        // Code of 32 bits holds addresses.
        let whole = Extraction::new(&object).with_needed(true).function("line");
        assert!(
            whole.is_ok() || (command.contains("i686") || command == "ar"),
            "{command}: {whole:?}"
        );
        let step = (object.len() / 300).max(1);
        for len in (0..object.len()).step_by(step) {
            look_at(&object[..len]);
        }
    }
}

#[test]
fn files_with_changed_bits() {
    let folder = Folder::new();
    for (_, object) in objects(&folder) {
        let mut number = numbers(0x9e37_79b9_7f4a_7c15);
        for _ in 0..600 {
            let mut changed = object.clone();
            for _ in 0..=number(3) {
                let at = number(changed.len());
                match number(3) {
                    0 => changed[at] ^= 1 << number(8),
                    1 => changed[at] = 0xff,
                    _ => {
                        let end = changed.len().min(at + 4);
                        changed[at..end].fill(if number(2) == 0 { 0 } else { 0xff });
                    }
                }
            }
            look_at(&changed);
        }
    }
}

#[test]
fn files_that_are_no_objects() {
    for file in [
        &b""[..],
        b"!<arch>\n",
        b"go object linux amd64 go1.19\n\n!\n\0go118ld",
        b"\x7fELF",
        b"MZ",
        b"just text\n",
    ] {
        let error = Extraction::new(file).function("f").unwrap_err();
        assert!(!error.to_string().is_empty());
        look_at(file);
    }
    let told = Extraction::new(b"go object linux amd64 go9.9\n\n!\n\0go199ld")
        .function("f")
        .unwrap_err();
    assert_eq!(
        told.to_string(),
        "the file is damaged: its version `go199ld` of Go's format is not known"
    );
}
