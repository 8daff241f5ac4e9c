//! Functions of Go's compiler: from its objects, and from programs of its linker.
#![cfg(all(feature = "extract", target_os = "linux", target_arch = "x86_64"))]

mod tools;

use jitney_raw::Assembler;
use jitney_raw::extract::{Extraction, extract};
use tools::{Folder, sealed};

const GO: &str = "package main

import \"os\"

//go:noinline
//go:nosplit
func inc(x int64) int64 { return x + 1 }

//go:noinline
func half(x float64) float64 { return x*0.5 + 3.25 }

//go:noinline
func say(x int64) int64 { println(x); return x }

var counter int64

//go:noinline
func count() int64 { counter++; return counter }

func main() { os.Exit(int(inc(3) + say(4) + count() + int64(half(2)))) }
";

/// Go's linker would not have such a function: it counts how much stack is used at most.
const RECURSION: &str = "package p

//go:nosplit
func fac(x int64) int64 {
	if x < 2 {
		return 1
	}
	return x * fac(x-1)
}

//go:noinline
//go:nosplit
func twice(x int64) int64 { return x + x }

//go:nosplit
func four(x int64) int64 { return twice(twice(x)) }
";

/// A folder with `go.o`, an object, and `program`.
fn built() -> Option<Folder> {
    let found = std::process::Command::new("go").arg("version").output();
    if found.is_err() {
        eprintln!("skipped: there is no go");
        return None;
    }
    let folder = Folder::new();
    folder.write("main.go", GO);
    let cache = folder.path("cache");
    // Without a cache of its own the tool would look for one in a home folder.
    let cache = cache.display();
    folder.run(&format!(
        "env GOCACHE={cache} GO111MODULE=off go build -o program main.go"
    ));
    // Where the standard library comes without its objects, the compiler has to be told of them by a build.
    let compiled = folder.try_run("go tool compile -o go.o main.go");
    if !compiled.status.success() {
        eprintln!("skipped: {}", String::from_utf8_lossy(&compiled.stdout));
        return None;
    }
    Some(folder)
}

#[test]
fn bytes_are_those_that_go_shows() {
    let Some(folder) = built() else { return };
    let object = folder.read("go.o");
    let shown = folder.run("go tool objdump go.o");
    for name in ["inc", "half"] {
        // A line of it: the source's line, the address, the bytes, the instruction.
        let start = shown
            .lines()
            .position(|it| it.starts_with("TEXT") && it.contains(&format!(".{name}(SB)")));
        let lines = shown
            .lines()
            .skip(start.unwrap() + 1)
            .take_while(|it| !it.is_empty());
        let digits: String = lines
            .filter_map(|it| it.split_whitespace().nth(2))
            .collect();
        let with_needed = Extraction::new(&object).with_needed(true);
        let ours = with_needed.function(name).unwrap();
        let theirs = digits
            .as_bytes()
            .chunks(2)
            .map(|it| std::str::from_utf8(it).unwrap());
        let theirs: Vec<_> = theirs
            .map(|it| u8::from_str_radix(it, 16).unwrap())
            .collect();
        assert_eq!(ours[..4], theirs[..4], "{name}");
        assert_eq!(ours[theirs.len() - 1], 0xc3, "{name} returns at its end");
    }
    assert_eq!(extract(&object, "inc").unwrap(), [0x48, 0xff, 0xc0, 0xc3]);
}

#[test]
fn linked_programs_have_the_same_bytes() {
    let Some(folder) = built() else { return };
    let linked = extract(&folder.read("program"), "main.inc").unwrap();
    assert_eq!(extract(&folder.read("go.o"), "inc").unwrap(), linked);
    let told = extract(&folder.read("program"), "main.say").unwrap_err();
    assert!(told.to_string().contains("refers to `runtime."), "{told}");
}

/// Go's convention has the first argument and the result in RAX; a few instructions of ours lead there from C's.
#[test]
fn calls_between_functions_are_filled_in() {
    let Some(folder) = built() else { return };
    folder.write("p.go", RECURSION);
    folder.run("go tool compile -p p -o p.o p.go");
    let object = folder.read("p.o");
    let with_needed = Extraction::new(&object).with_needed(true);
    for (function, argument, result) in [("fac", 10, 3_628_800), ("four", 5, 20)] {
        let mut code = Assembler::new();
        let start = code.label();
        // mov rax, rdi; sub rsp, 8; call start; add rsp, 8; ret
        code.bytes(&[0x48, 0x89, 0xf8, 0x48, 0x83, 0xec, 8, 0xe8])
            .relative32(start);
        code.bytes(&[0x48, 0x83, 0xc4, 8, 0xc3])
            .align(16, 0xcc)
            .bind(start);
        code.bytes(&with_needed.function(function).unwrap());
        let code = sealed(&code.finish().unwrap());
        // SAFETY: this is the code of such a function, and it stays until the end. What Go's functions change of C's
        // registers these ones put back.
        let call: extern "C" fn(i64) -> i64 = unsafe { std::mem::transmute(code.address()) };
        assert_eq!(call(argument), result, "{function}");
    }
    let told = extract(&object, "four").unwrap_err().to_string();
    assert!(
        told.contains("R_CALL at offset") && told.contains("twice`"),
        "{told}"
    );
}

#[test]
fn constants_come_along() {
    let Some(folder) = built() else { return };
    let object = folder.read("go.o");
    let code = Extraction::new(&object)
        .with_needed(true)
        .function("half")
        .unwrap();
    for constant in [0.5_f64, 3.25] {
        let bytes = constant.to_le_bytes();
        let at = code
            .windows(8)
            .position(|it| it == bytes)
            .expect("the constant");
        // The instruction that loads it ends where its distance counts from.
        let reaches = |end: usize| {
            let field = code[end - 4..end].try_into().unwrap();
            end as i64 + i64::from(i32::from_le_bytes(field)) == at as i64
        };
        assert!((4..at).any(reaches), "{constant}");
    }
}

#[test]
fn what_needs_gos_runtime_is_refused() {
    let Some(folder) = built() else { return };
    let object = folder.read("go.o");
    let refused = |name, part: &str| {
        let error = Extraction::new(&object)
            .with_needed(true)
            .function(name)
            .unwrap_err();
        let told = error.to_string();
        assert!(told.contains(part), "{told}");
    };
    refused("say", "R_CALL at offset");
    refused("count", "a variable");
    let told = extract(&object, "half").unwrap_err().to_string();
    assert!(
        told.contains("R_PCREL at offset 0x4 refers to `$f64.3fe0000000000000`"),
        "{told}"
    );
}
