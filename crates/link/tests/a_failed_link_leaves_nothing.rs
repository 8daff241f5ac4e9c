//! A link that fails says what is at fault and leaves the process as it was: no mapping, no shared
//! memory; and the next link works. One test, alone in its process: it looks at all mappings.

mod support;

use std::ops::Range;

use jitney_link::SharedMemory;
use support::{compile, function, link, linker, try_link};

/// The mappings of the region that images are placed in, and what the linker counts.
fn state(inside: &Range<usize>) -> (Vec<String>, SharedMemory) {
    let maps = std::fs::read_to_string("/proc/self/maps").expect("Linux");
    // Anonymous mappings that touch one another, around an address in the region.
    let mut runs: Vec<(Range<usize>, Vec<String>)> = Vec::new();
    for line in maps.lines() {
        let mut words = line.split_whitespace();
        let (start, end) = words
            .next()
            .and_then(|range| range.split_once('-'))
            .expect("a range");
        let parse = |text| usize::from_str_radix(text, 16).expect("a number");
        let range = parse(start)..parse(end);
        let named = words.count() > 4;
        match runs.last_mut() {
            Some((run, lines)) if run.end == range.start && !named => {
                run.end = range.end;
                lines.push(line.to_owned());
            }
            _ => runs.push((range, vec![line.to_owned()])),
        }
    }
    let run = runs
        .into_iter()
        .find(|(run, _)| run.contains(&inside.start));
    (
        run.expect("the region is mapped").1,
        linker().shared_memory(),
    )
}

#[test]
fn mappings_and_shared_memory_are_as_before() {
    let text = r#"#[unsafe(no_mangle)] pub fn add(a: i32, b: i32) -> i32 { a + b }"#;
    let good = compile::rust("good", &[], text);
    let anchor = link(&good, &["add"]);

    let changed = |at: usize, bytes: &[u8]| {
        let mut object = good.clone();
        object[at..at + bytes.len()].copy_from_slice(bytes);
        object
    };
    let undefined = r#"
        unsafe extern "C" { safe fn nobody_has_this(); }
        #[unsafe(no_mangle)] pub fn add() -> &'static str { nobody_has_this(); "a new literal" }
    "#;
    // Needs sections of std, literals and the unwinder's table before it fails.
    let overflow = r#"
        std::arch::global_asm!(".globl low", "low: mov eax, 1", "ret", ".byte low");
        unsafe extern "C" { safe fn low() -> u32; }
        #[unsafe(no_mangle)] pub fn add() -> String {
            let map: std::collections::BTreeMap<u32, String> = (0..low()).map(|n| (n, format!("{n:e} and more"))).collect();
            format!("{map:?}")
        }
    "#;
    let overflow = compile::rust("overflow", &[], overflow);
    let cases: [(&str, Vec<u8>, &[&str]); 11] = [
        (
            "undefined.o",
            compile::rust("undefined", &[], undefined),
            &["nobody_has_this"],
        ),
        ("overflow.o", overflow, &["8 bits", "low"]),
        ("arm.o", changed(18, &[0xb7, 0]), &["aarch64", "x86_64"]),
        ("mips.o", changed(18, &[8, 0]), &["machine 8"]),
        ("narrow.o", changed(4, &[1]), &["32-bit"]),
        ("program.o", changed(16, &[2, 0]), &["executable"]),
        ("archive.o", compile::archive("archive", text), &["archive"]),
        ("empty.o", Vec::new(), &["empty"]),
        (
            "text.o",
            b"fn main() {}\n".to_vec(),
            &["without an ELF header"],
        ),
        (
            "cut.o",
            good[..good.len() / 2].to_vec(),
            &["damaged", "compile it again"],
        ),
        (
            "nothing.o",
            compile::rust("nothing", &[], "pub fn other() {}"),
            &["none of the symbols"],
        ),
    ];
    let before = state(&anchor.range());
    for (name, object, parts) in cases {
        // Beside a good object, which must not stay either.
        let roots = ["add"];
        let error = try_link(&[(name, &object)], &roots).expect_err(name);
        let text = error.to_string();
        for part in parts {
            assert!(text.contains(part), "{name}: `{part}` is not in: {text}");
        }
        assert!(
            name == "nothing.o" || name == "undefined.o" || text.contains(name),
            "{name}: {text}"
        );
        assert_eq!(state(&anchor.range()), before, "{name} left something");

        let error = try_link(&[("good.o", &good), (name, &object)], &roots);
        assert!(error.is_err() || name == "nothing.o", "{name}");
        drop(error);
        assert_eq!(
            state(&anchor.range()),
            before,
            "{name} left something beside good.o"
        );
    }

    let image = link(&good, &["add"]);
    // SAFETY: that is its type, and the image lives to the end.
    let add = unsafe { function::<fn(i32, i32) -> i32>(&image, "add") };
    assert_eq!(add(5, 6), 11);
}
