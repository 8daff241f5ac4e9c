//! `jitney exec`: machine code of compilers' and of hands', arguments of every type, and each way in which it can go wrong.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

#[path = "support/sandbox.rs"]
mod sandbox;

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use sandbox::{Sandbox, Shown};

/// addsd xmm0, xmm1; ret
const ADD: &[u8] = &[0xf2, 0x0f, 0x58, 0xc1, 0xc3];
/// rawexec's own: movsd xmm0, [rax]; addsd xmm0, [rax + 8]; movsd [rax + 16], xmm0; ret
const ADD_OF_GO: &[u8] = &[
    0xf2, 0x0f, 0x10, 0x00, 0xf2, 0x0f, 0x58, 0x40, 0x08, 0xf2, 0x0f, 0x11, 0x40, 0x10, 0xc3,
];
/// What the Go compiler makes of `func inc(n int) int { return n + 1 }`.
const INC_OF_GO: &[u8] = &[
    0x55, 0x48, 0x89, 0xe5, 0x48, 0x83, 0xec, 0x08, 0x48, 0x89, 0x44, 0x24, 0x18, 0x48, 0xc7, 0x04,
    0x24, 0, 0, 0, 0, 0x48, 0xff, 0xc0, 0x48, 0x89, 0x04, 0x24, 0x48, 0x83, 0xc4, 0x08, 0x5d, 0xc3,
];
/// mov rax, rdi; ret
const SAME: &[u8] = &[0x48, 0x89, 0xf8, 0xc3];

/// A folder with this code in `code.bin`.
fn with(code: &[u8]) -> Sandbox {
    let sandbox = Sandbox::new(&[]);
    fs::write(sandbox.path("code.bin"), code).unwrap();
    sandbox
}

/// Runs this code with these arguments.
fn exec(code: &[u8], arguments: &[&str]) -> Shown {
    with(code).run(["exec", "code.bin"].iter().chain(arguments))
}

#[test]
fn by_the_c_convention_and_by_gos() {
    let floats = ["--signature", "fn(f64, f64) -> f64", "1000", "2456"];
    exec(ADD, &floats).printed("3456\n");
    exec(
        ADD,
        &["--signature", "fn(f64, f64) -> f64", "-0.5", "-0.001"],
    )
    .printed("-0.501\n");
    let over_a_struct = [
        "--abi",
        "go",
        "--signature",
        "fn(&{f64, f64, f64})",
        "1000",
        "2456",
        "0",
    ];
    exec(ADD_OF_GO, &over_a_struct).printed("{1000, 2456, 3456}\n");
    exec(
        INC_OF_GO,
        &["--abi", "go", "--signature", "fn(i64) -> i64", "13"],
    )
    .printed("14\n");
    // lea rax, [rcx + rdx]; ret
    let windows = [
        "--abi",
        "win64",
        "--signature",
        "fn(i64, i64) -> i64",
        "5",
        "6",
    ];
    exec(&[0x48, 0x8d, 0x04, 0x11, 0xc3], &windows).printed("11\n");
    exec(&[0xc3], &[]).printed("");
}

#[test]
fn of_rustc_and_of_gcc() {
    let sandbox = Sandbox::new(&[
        (
            "r.rs",
            "#[unsafe(no_mangle)] pub extern \"C\" fn inc(n: i64) -> i64 { n + 1 }",
        ),
        ("c.c", "long inc(long n) { return n + 1; }"),
    ]);
    let rustc = [
        "rustc",
        "-O",
        "--crate-type=lib",
        "--emit=obj",
        "r.rs",
        "-o",
        "r.o",
    ];
    let gcc = ["gcc", "-O0", "-c", "c.c", "-o", "c.o"];
    for (compiler, object) in [(&rustc[..], "r.o"), (&gcc[..], "c.o")] {
        let mut compile = Command::new(compiler[0]);
        let compiled = compile
            .args(&compiler[1..])
            .current_dir(sandbox.path(""))
            .status();
        let Ok(compiled) = compiled else {
            println!("skipped: there is no {}", compiler[0]);
            continue;
        };
        assert!(compiled.success());
        sandbox
            .run(["extract", object, "inc", "-o", "inc.bin"])
            .printed("");
        let inc = [
            "exec",
            "inc.bin",
            "--abi",
            "c",
            "--signature",
            "fn(i64) -> i64",
            "13",
        ];
        sandbox.run(inc).printed("14\n");
    }
}

#[test]
fn with_values_of_every_type() {
    for (of, value, shown) in [
        ("i8", "-128", "-128"),
        ("u8", "0xff", "255"),
        ("i16", "-0x8000", "-32768"),
        ("u16", "65_535", "65535"),
        ("i32", "-1", "-1"),
        ("u32", "4294967295", "4294967295"),
        ("i64", "-9223372036854775808", "-9223372036854775808"),
        ("u64", "0xffff_ffff_ffff_ffff", "18446744073709551615"),
        ("isize", "-7", "-7"),
        ("usize", "7", "7"),
        ("bool", "true", "true"),
        ("bool", "false", "false"),
        ("*const c_char", "some text, hä", "some text, hä"),
        ("*const std::ffi::c_char", "", ""),
        ("*mut *const c_void", "0x1000", "0x1000"),
        ("*const u8", "0", "0x0"),
    ] {
        let signature = format!("fn(value: {of}) -> {of}");
        let shown = format!("{shown}\n");
        exec(SAME, &["--signature", &signature, "--", value]).printed(&shown);
    }
    for (of, value, shown) in [
        ("f64", "1e300", &format!("{}", 1e300)),
        ("f64", "-inf", &"-inf".to_owned()),
        ("f64", "nan", &"NaN".to_owned()),
        ("f32", "0.1", &"0.1".to_owned()),
    ] {
        let signature = format!("fn({of}) -> {of}");
        let shown = format!("{shown}\n");
        exec(&[0xc3], &["--signature", &signature, "--", value]).printed(&shown);
    }
}

#[test]
fn over_memory_that_arguments_point_to() {
    // movsx rax, byte [rdi]; mov word [rdi + 2], -2; inc qword [rdi + 16]; ret
    let fields = [
        0x48, 0x0f, 0xbe, 0x07, 0x66, 0xc7, 0x47, 0x02, 0xfe, 0xff, 0x48, 0xff, 0x47, 0x10, 0xc3,
    ];
    let signature = "fn(&mut {i8, i16, f32, bool, u64}) -> i64";
    let shown = exec(
        &fields,
        &["--signature", signature, "-5", "7", "0.5", "true", "41"],
    );
    shown.printed("-5\n{-5, -2, 0.5, true, 42}\n");

    // movsd xmm0, [rdi]; addsd xmm0, [rdi + 8]; movsd [rsi], xmm0; ret
    let sum = [
        0xf2, 0x0f, 0x10, 0x07, 0xf2, 0x0f, 0x58, 0x47, 0x08, 0xf2, 0x0f, 0x11, 0x06, 0xc3,
    ];
    let signature = "fn(&[f64], &mut [f64])";
    exec(&sum, &["--signature", signature, "[1.5, 2]", "[0, -1]"]).printed("[3.5, -1]\n");
    exec(SAME, &["--signature", "fn(&mut [u8], u8)", "[]", "0"]).printed("[]\n");

    // A slice by Go's convention is three words, a string two: lea rax, [rbx + rdi]; lea rax, [rax + rcx]; ret
    let lengths = [0x48, 0x8d, 0x04, 0x3b, 0x48, 0x8d, 0x04, 0x08, 0xc3];
    let signature = "fn(&[u16], usize) -> usize";
    let arguments = ["--abi", "go", "--signature", signature, "[7, 8, 9]", "10"];
    exec(&lengths, &arguments).printed("16\n");
    // mov rax, rbx; ret
    let arguments = ["--abi", "go", "--signature", "fn(&str) -> usize", "hällo"];
    exec(&[0x48, 0x89, 0xd8, 0xc3], &arguments).printed("6\n");
}

#[test]
fn from_standard_input_and_from_an_offset() {
    let sandbox = Sandbox::new(&[]);
    let arguments = [
        "exec",
        "-",
        "--offset",
        "0x2",
        "--signature",
        "fn(u8) -> u8",
        "9",
    ];
    let mut command = sandbox.command(arguments);
    let command = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(&[&[0x0f, 0x0b], SAME].concat())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (output.stdout, output.stderr),
        (b"9\n".to_vec(), Vec::new())
    );
}

#[test]
fn and_its_faults_are_reported() {
    for (code, words) in [
        // nop; mov dword [0x10], 1
        (
            &[0x90, 0xc7, 0x04, 0x25, 0x10, 0, 0, 0, 1, 0, 0, 0][..],
            "error: segmentation fault at offset 0x1 of the code, which touched 0x10\n",
        ),
        (
            &[0x90, 0x90, 0x0f, 0x0b],
            "error: illegal instruction at offset 0x2 of the code\n",
        ),
        (
            &[0x31, 0xc9, 0xf7, 0xf1],
            "error: division by zero or overflow at offset 0x2 of the code\n",
        ),
        (
            &[0xcc, 0xc3],
            "error: breakpoint at offset 0x0 of the code\n",
        ),
    ] {
        let shown = exec(code, &[]);
        assert_eq!((shown.code, shown.stderr.as_str()), (Some(1), words));
    }
    // call itself
    exec(&[0xe8, 0xfb, 0xff, 0xff, 0xff], &[]).failed(1, &["error: stack overflow at offset 0x0"]);
    // jmp itself
    exec(&[0xeb, 0xfe], &["--timeout", "0.05"])
        .failed(1, &["error: time limit of 50ms exceeded at offset 0x0"]);
    exec(
        SAME,
        &["--timeout", "5", "--signature", "fn(u8) -> u8", "3"],
    )
    .printed("3\n");
    exec(
        SAME,
        &["--signature", "fn(usize) -> *const c_char", "0x1000"],
    )
    .failed(1, &["the code gave back 0x1000, where there is no text"]);
}

#[test]
fn in_a_process_of_its_own() {
    let isolated =
        |code: &[u8], arguments: &[&str]| exec(code, &[&["--isolate"], arguments].concat());
    let floats = ["--signature", "fn(f64, f64) -> f64", "1000", "2456"];
    isolated(ADD, &floats).printed("3456\n");
    let fields = [
        "--abi",
        "go",
        "--signature",
        "fn(&{f64, f64, f64})",
        "1000",
        "2456",
        "0",
    ];
    isolated(ADD_OF_GO, &fields).printed("{1000, 2456, 3456}\n");
    isolated(
        INC_OF_GO,
        &["--abi", "go", "--signature", "fn(i64) -> i64", "13"],
    )
    .printed("14\n");
    // A text that it was given is found again, but not one that it would have had to bring along.
    let text = [
        "--signature",
        "fn(*const c_char) -> *const c_char",
        "a text",
    ];
    isolated(SAME, &text).printed("a text\n");
    isolated(
        SAME,
        &["--signature", "fn(usize) -> *const c_char", "0x1000"],
    )
    .failed(
        1,
        &["error: the code gave back 0x1000, which is not in the memory of its arguments"],
    );
    // A file that is there for everybody else: open("/etc/passwd"), as any code may try.
    let open = [0xb8, 2, 0, 0, 0, 0x31, 0xf6, 0x0f, 0x05, 0xc3];
    isolated(
        &open,
        &["--signature", "fn(*const c_char) -> i64", "/etc/passwd"],
    )
    .failed(
        1,
        &["error: the code wanted to make system call 2, just before offset 0x9 of the code"],
    );
    isolated(&[0x90, 0x0f, 0x0b], &[])
        .failed(1, &["error: illegal instruction at offset 0x1 of the code"]);
    isolated(&[0xeb, 0xfe], &["--timeout", "0.05"])
        .failed(1, &["error: time limit of 50ms exceeded at offset 0x0"]);
    isolated(SAME, &["--offset", "9"]).failed(
        1,
        &["error: code.bin: there is no code at offset 9: it has 4 bytes"],
    );
    isolated(&[], &[]).failed(1, &["error: code.bin: there is no code: 0 bytes"]);
}

#[test]
fn and_what_is_wrong_is_told() {
    let signature = |signature| ["--signature", signature];
    let cases: &[(&[&str], &str)] = &[
        (
            &["--offset", "4"],
            "code.bin: offset 0x4 is outside of the library, which is 0x4 bytes long",
        ),
        (&signature(""), "signature: `fn` is missing at its end"),
        (
            &signature("fn(i64, ) -> i64 x"),
            "signature: column 18: `x` where the end is expected",
        ),
        (
            &signature("fn(i64 i64)"),
            "signature: column 8: `i64` where `,` or `)` is expected",
        ),
        (
            &signature("fn(i65)"),
            "signature: column 4: `i65` is no type here; there are bool, i8,",
        ),
        (
            &signature("fn(a: &i64)"),
            "signature: column 8: `&i64` is no type here",
        ),
        (
            &signature("fn(*i64)"),
            "signature: column 5: `i64` where `const` or `mut` is expected",
        ),
        (
            &signature("fn(*const )"),
            "signature: column 11: `)` where a type is expected",
        ),
        (
            &signature("fn(&{})"),
            "where a struct with at least one field",
        ),
        (
            &signature("fn(&[&[u8]])"),
            "`&` cannot stand before an element",
        ),
        (
            &signature("fn() -> &str"),
            "`&` cannot stand before a result",
        ),
        (
            &signature("fn(u8,u8,u8,u8,u8,u8,u8,u8,u8,u8,u8,u8,u8)"),
            "13 parameters are more than 12",
        ),
        (
            &["--signature", "fn(u8)"],
            "the signature takes 1 value, and 0 were given",
        ),
        (
            &["--signature", "fn(&{u8, u8}, f64)", "1"],
            "takes 3 values, and 1 was given",
        ),
        (
            &["--signature", "fn()", "1"],
            "takes 0 values, and 1 was given",
        ),
        (
            &["--signature", "fn(u8, u8)", "1", "256"],
            "value 2: `256` is no value of type u8: it does not lie between 0 and 255",
        ),
        (
            &["--signature", "fn(u8)", "-1"],
            "it does not lie between 0 and 255",
        ),
        (
            &["--signature", "fn(i8)", "--", "--1"],
            "`--1` is no value of type i8: it is not a whole number",
        ),
        (
            &["--signature", "fn(i32)", "1.5"],
            "`1.5` is no value of type i32: it is not a whole number",
        ),
        (
            &["--signature", "fn(f32)", "x"],
            "`x` is no value of type f32: it is not a number",
        ),
        (&["--signature", "fn(bool)", "1"], "it is true or false"),
        (
            &["--signature", "fn(&[u8])", "1, 2"],
            "it is written as in [1, 2, 3]",
        ),
        (
            &["--signature", "fn(&[u8])", "[1,, 2]"],
            "no value of type &[u8]: it is not a whole number",
        ),
        (
            &["--signature", "fn(&str)", "a"],
            "&str is a type of Go's: for C, `*const c_char` is a text",
        ),
    ];
    for (arguments, words) in cases {
        exec(SAME, arguments).failed(1, &["error: ", words]);
    }
    exec(&[], &[]).failed(1, &["error: code.bin: there are no bytes to call"]);
    let sandbox = Sandbox::new(&[]);
    sandbox
        .run(["exec", "missing.bin"])
        .failed(1, &["error: missing.bin: No such file"]);
}

#[test]
fn and_wrong_usage_ends_with_two() {
    for (arguments, words) in [
        (&["--abi", "rust"][..], "'rust'"),
        (&["--offset", "-1"], "'-1'"),
        (&["--offset", "x"], "a number such as 64 or 0x40"),
        (&["--timeout", "0"], "above 0"),
        (&["--timeout", "soon"], "above 0"),
        (&["--frob"], "'--frob'"),
    ] {
        exec(SAME, arguments).failed(2, &[words]);
    }
    Sandbox::new(&[]).run(["exec"]).failed(2, &["<CODE>"]);
}
