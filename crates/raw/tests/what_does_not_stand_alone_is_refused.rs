//! Relocations and instructions that lead out of a function are refused by name, or followed where that is asked for; what
//! comes out then runs.
#![cfg(all(feature = "extract", target_os = "linux", target_arch = "x86_64"))]

mod tools;

use jitney_raw::extract::{Error, Extraction, extract};
use tools::{Folder, has, rustc, sealed};

const C: &str = "extern long there(long);
static __attribute__((noinline)) long helper(long x) { return x * 3; }
long calls_there(long x) { return there(x) + 1; }
long calls_helper(long x) { return helper(x) + 1; }
double line(double x) { return x * 3.25 + 1.5; }
long chosen(long x) {
    switch (x) {
    case 0: return 5; case 1: return 77; case 2: return 12; case 3: return 44; case 4: return 8;
    case 5: return 1 << x; case 6: return 1000; default: return x;
    }
}
long variable;
long counts(void) { return ++variable; }
__thread long own;
long mine(void) { return own; }
long (*pointer(void))(long) { return there; }
long factorial(long x) { return x < 2 ? 1 : x * factorial(x - 1); }
";

/// An object of C, by gcc with these flags.
fn compiled(folder: &Folder, flags: &str) -> Option<Vec<u8>> {
    has("gcc").then(|| {
        folder.write("c.c", C);
        folder.run(&format!(
            "gcc -O1 -fno-optimize-sibling-calls {flags} -c c.c -o c.o"
        ));
        folder.read("c.o")
    })
}

#[track_caller]
fn relocation(object: &[u8], function: &str) -> (String, u64, String) {
    match extract(object, function) {
        Err(Error::Relocation {
            kind,
            offset,
            symbol,
            ..
        }) => (kind, offset, symbol),
        other => panic!("{function}: {other:?}"),
    }
}

/// Kind, offset and symbol of a function's first relocation, as objdump shows it.
fn shown(folder: &Folder, function: &str) -> (String, u64, String) {
    let (start, len) = folder.symbol("c.o", function);
    let listed = folder.run("objdump -r -j .text c.o");
    let mut records = listed.lines().filter_map(|line| {
        let mut fields = line.split_whitespace();
        let at = usize::from_str_radix(fields.next()?, 16).ok()?;
        let (kind, symbol) = (fields.next()?, fields.next()?);
        let symbol = symbol
            .rsplit_once(['+', '-'])
            .map_or(symbol, |(symbol, _)| symbol);
        Some((kind.to_owned(), at, symbol.to_owned()))
    });
    let inside = |it: &(String, usize, String)| (start..start + len).contains(&it.1);
    let (kind, at, symbol) = records.find(inside).expect(function);
    (kind, (at - start) as u64, symbol)
}

#[test]
fn relocations_are_named_as_objdump_names_them() {
    let folder = Folder::new();
    for flags in ["-fPIC", "-fno-pic", "-fPIE -fno-plt"] {
        let Some(object) = compiled(&folder, flags) else {
            return;
        };
        for function in ["calls_there", "line", "chosen", "counts", "mine", "pointer"] {
            let ours = relocation(&object, function);
            assert_eq!(ours, shown(&folder, function), "{function} {flags}");
        }
    }
}

#[test]
fn instructions_that_lead_out_are_refused_without_a_relocation() {
    let folder = Folder::new();
    let Some(object) = compiled(&folder, "-fPIC") else {
        return;
    };
    // The assembler knew the distance.
    assert!(!folder.run("objdump -r c.o").contains("helper"));
    let told = extract(&object, "calls_helper").unwrap_err().to_string();
    assert!(
        told.ends_with("refers to `helper`, which is outside of them"),
        "{told}"
    );
}

#[test]
fn a_function_may_call_itself() {
    let folder = Folder::new();
    // -fPIC: through the table of procedures, -fno-plt: through that of addresses.
    for flags in ["-fno-pic", "-fPIC", "-fPIC -fno-plt", "-ffunction-sections"] {
        let Some(object) = compiled(&folder, flags) else {
            return;
        };
        let flags_of_recursion = format!("{flags} -fno-optimize-sibling-calls");
        let code = sealed(&extract(&object, "factorial").expect(&flags_of_recursion));
        // SAFETY: this is the code of such a function, and it stays until the end.
        let factorial: extern "C" fn(i64) -> i64 = unsafe { std::mem::transmute(code.address()) };
        assert_eq!(factorial(10), 3_628_800, "{flags}");
    }
}

#[test]
fn what_is_needed_comes_along() {
    let folder = Folder::new();
    for flags in [
        "-fPIC",
        "-fno-plt -fPIE -ffunction-sections",
        "-fPIC -O2 -fdata-sections",
    ] {
        let Some(object) = compiled(&folder, flags) else {
            return;
        };
        let with_needed = Extraction::new(&object).with_needed(true);
        let code = sealed(&with_needed.function("line").unwrap());
        // SAFETY: this is the code of such a function, and it stays until the end.
        let line: extern "C" fn(f64) -> f64 = unsafe { std::mem::transmute(code.address()) };
        assert_eq!(line(2.0), 8.0, "{flags}");
        let code = sealed(&with_needed.function("chosen").unwrap());
        // SAFETY: as above.
        let chosen: extern "C" fn(i64) -> i64 = unsafe { std::mem::transmute(code.address()) };
        let values: Vec<_> = (0..8).map(|x| chosen(x)).collect();
        assert_eq!(values, [5, 77, 12, 44, 8, 32, 1000, 7], "{flags}");
        for (function, reason) in [
            ("calls_there", "not in this file"),
            ("counts", "a variable"),
        ] {
            let told = with_needed.function(function).unwrap_err().to_string();
            assert!(told.contains(reason), "{told}");
        }
    }
}

#[test]
fn functions_of_rust_come_along_with_those_they_call() {
    let folder = Folder::new();
    let text = "#![no_std]
        #[inline(never)] fn twice(x: f64) -> f64 { x * 2.0 }
        #[unsafe(no_mangle)] pub extern \"C\" fn rise(x: f64) -> f64 { twice(x) * twice(x + 1.0) }
        #[unsafe(no_mangle)] pub extern \"C\" fn shout(x: usize) -> u8 { b\"abc\"[x] }";
    rustc(&folder, text, "r.o", "-O -C panic=abort");
    let object = folder.read("r.o");
    let told = extract(&object, "rise").unwrap_err().to_string();
    assert!(told.contains("which is not part of the function"), "{told}");
    let with_needed = Extraction::new(&object).with_needed(true);
    let code = sealed(&with_needed.function("rise").unwrap());
    // SAFETY: this is the code of such a function, and it stays until the end.
    let rise: extern "C" fn(f64) -> f64 = unsafe { std::mem::transmute(code.address()) };
    assert_eq!(rise(3.0), 48.0);
    // A check of bounds needs std's panics.
    assert!(with_needed.function("shout").is_err());
}

/// Mach-O and COFF, whose distances are counted in other ways; constants behind them in the instruction too.
#[test]
fn needed_constants_of_other_formats_are_reached() {
    if !has("clang") {
        return;
    }
    let folder = Folder::new();
    folder.write(
        "c.c",
        "static const int table[4] = {10, 20, 30, 40};
        __attribute__((sysv_abi)) double line(double x) { return x * 3.25 + 1.5; }
        __attribute__((sysv_abi)) int entry(unsigned x) { return table[x & 3]; }
        static __attribute__((noinline, sysv_abi)) int add(int x) { return entry(x) + 1; }
        __attribute__((sysv_abi)) int through(unsigned x) { return add(x) * 2; }",
    );
    for target in [
        "x86_64-apple-darwin",
        "x86_64-pc-windows-gnu",
        "x86_64-pc-windows-msvc",
        "x86_64-linux-gnu",
    ] {
        let pic = if target.contains("windows") {
            ""
        } else {
            "-fPIC"
        };
        folder.run(&format!("clang --target={target} -O1 {pic} -c c.c -o c.o"));
        let object = folder.read("c.o");
        let with_needed = Extraction::new(&object).with_needed(true);
        let code = sealed(&with_needed.function("line").expect(target));
        // SAFETY: this is the code of such a function, and it stays until the end.
        let line: extern "C" fn(f64) -> f64 = unsafe { std::mem::transmute(code.address()) };
        assert_eq!(line(2.0), 8.0, "{target}");
        let code = match with_needed.function("through") {
            Ok(code) => sealed(&code),
            Err(error) => {
                assert!(target.contains("linux"), "{target}: {error}");
                continue;
            }
        };
        // SAFETY: as above.
        let through: extern "C" fn(u32) -> i32 = unsafe { std::mem::transmute(code.address()) };
        assert_eq!([through(0), through(3)], [22, 82], "{target}");
    }
}

#[test]
fn functions_that_are_chosen_later_are_refused() {
    if !has("gcc") {
        return;
    }
    let folder = Folder::new();
    folder.write("c.c", "static long one(void) { return 1; }\nstatic void *choose(void) { return one; }\nlong f(void) __attribute__((ifunc(\"choose\")));\n");
    folder.run("gcc -O1 -c c.c -o c.o");
    let told = extract(&folder.read("c.o"), "f").unwrap_err();
    assert!(matches!(told, Error::Indirect { .. }), "{told}");
}

#[test]
fn pages_are_refused_on_arm() {
    if !has("clang") {
        return;
    }
    let folder = Folder::new();
    folder.write("c.c", "static const long t[4] = {1, 2, 3, 4};\nlong entry(long x) { return t[x & 3]; }\nlong id(long x) { return x; }\n");
    for target in ["arm64-apple-darwin", "aarch64-linux-gnu"] {
        folder.run(&format!("clang --target={target} -O1 -c c.c -o c.o"));
        let object = folder.read("c.o");
        assert!(extract(&object, "id").is_ok());
        let told = extract(&object, "entry").unwrap_err().to_string();
        assert!(told.contains("whose address has to be known"), "{told}");
    }
}
