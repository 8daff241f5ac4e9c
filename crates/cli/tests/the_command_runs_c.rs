//! `jitney run` and `exports` with C, objects and archives: what may be given, and what is said when something is wrong.

#[path = "support/sandbox.rs"]
mod sandbox;

use sandbox::Sandbox;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

const MAIN: &str = "#include <stdio.h>\nint twice(int);\nint main(int argc, char **argv) { (void)argv; printf(\"%d\\n\", twice(argc)); return 0; }\n";
const TWICE: &str = "int twice(int x) { return 2 * x; }\n";

#[test]
fn options_reach_the_compiler_and_the_linker() {
    let sandbox = Sandbox::new(&[(
        "main.c",
        "#include \"own.h\"\n#include <math.h>\n#include <stdio.h>\nint main(void) { printf(\"%d %s %g\\n\", NUMBER + OWN, TEXT, sqrt(X)); return 0; }\n",
    )]);
    fs::create_dir(sandbox.path("include")).unwrap();
    fs::write(sandbox.path("include/own.h"), "#define OWN 5\n").unwrap();
    sandbox
        .run([
            "run",
            "-Iinclude",
            "-DNUMBER=4",
            "-D",
            "TEXT=\"a b\"",
            "-DX",
            "main.c",
            "-lm",
        ])
        .printed("9 a b 1\n");
    sandbox
        .run([
            "run",
            "main.c",
            "-I",
            "include",
            "--c-flag=-DNUMBER=1",
            "--c-flag",
            "-DTEXT=\"x\"",
            "-DX=4.0",
            "--opt-level",
            "2",
        ])
        .printed("6 x 2\n");
}

#[test]
fn sources_may_be_files_objects_and_archives_in_any_order() {
    let sandbox = Sandbox::new(&[("main.c", MAIN), ("twice.c", TWICE)]);
    for command in [
        vec!["cc", "-c", "twice.c", "-o", "twice.o"],
        vec!["cc", "-c", "main.c", "-o", "unnamed"],
        vec!["ar", "rcs", "libtwice.a", "twice.o"],
        vec!["cc", "-shared", "-fPIC", "twice.c", "-o", "libshared.so"],
    ] {
        let done = Command::new(command[0])
            .args(&command[1..])
            .current_dir(sandbox.path(""))
            .status();
        assert!(done.unwrap().success(), "{command:?}");
    }
    for sources in [
        vec!["main.c", "twice.c"],
        vec!["twice.o", "main.c"],
        vec!["libtwice.a", "unnamed"],
        vec!["main.c", "-L.", "-ltwice"],
        vec!["main.c", "-l:libtwice.a", "-L", "."],
        vec!["main.c", "-lshared", "-L."],
        vec!["main.c", "./libshared.so"],
    ] {
        let arguments = ["run"].into_iter().chain(sources).chain(["--", "a", "b"]);
        sandbox.run(arguments).printed("6\n");
    }
    let mixed = "unsafe extern \"C\" { safe fn twice(x: i32) -> i32; }\nfn main() { println!(\"{}\", twice(21)); }\n";
    fs::write(sandbox.path("mixed.rs"), mixed).unwrap();
    sandbox.run(["run", "mixed.rs", "twice.c"]).printed("42\n");
}

#[test]
fn messages_are_the_compilers_and_warnings_stay_out_of_a_pipe() {
    let sandbox = Sandbox::new(&[
        (
            "one.c",
            "int main(void) {\n    int unused;\n    return missing;\n}\n",
        ),
        ("two.c", "int f(void) { return 1 }\n"),
        (
            "warned.c",
            "int main(void) { int *p = 5; return p == 0; }\n",
        ),
    ]);
    let shown = sandbox.run(["run", "one.c", "two.c"]);
    shown.failed(
        1,
        &[
            "one.c: In function ‘main’:",
            "one.c:3:12: error: ‘missing’ undeclared",
            "two.c:1:23: error: expected",
        ],
    );
    let (one, two) = (
        shown.stderr.find("one.c:3").unwrap(),
        shown.stderr.find("two.c:1").unwrap(),
    );
    assert!(
        one < two && !shown.stderr.contains("error: one.c"),
        "{}",
        shown.stderr
    );
    let ordinary = Command::new("cc")
        .args(["-c", "one.c", "-o", "/dev/null"])
        .current_dir(sandbox.path(""))
        .output()
        .unwrap();
    assert!(
        shown
            .stderr
            .starts_with(&*String::from_utf8_lossy(&ordinary.stderr)),
        "{}",
        shown.stderr
    );

    sandbox.run(["run", "warned.c"]).printed("");
    let told = sandbox.run(["run", "--verbose", "warned.c"]);
    assert!(
        told.stderr.contains("warned.c:1:") && told.stderr.contains("-fPIC"),
        "{told:?}"
    );
}

#[test]
fn what_is_missing_is_named() {
    let sandbox = Sandbox::new(&[
        ("main.c", MAIN),
        ("nothing.c", "int f(void) { return 0; }\n"),
        ("empty.c", ""),
        ("again.c", TWICE),
        ("twice.c", TWICE),
        ("text.o", "int x;\n"),
    ]);
    sandbox
        .run(["run", "main.c"])
        .failed(1, &["`twice`", "`main`", "main.c"]);
    sandbox
        .run(["run", "nothing.c"])
        .failed(1, &["`nothing` has no `main` to run"]);
    sandbox
        .run(["run", "empty.c"])
        .failed(1, &["`empty` has no `main` to run"]);
    sandbox
        .run(["run", "main.c", "twice.c", "again.c"])
        .failed(1, &["twice", "again.c"]);
    sandbox
        .run(["run", "main.c", "text.o"])
        .failed(1, &["text.o", "taken for a relocatable object"]);
    sandbox.run(["run", "main.c", "-lnot_there"]).failed(
        1,
        &["`not_there` was not found", "libnot_there.so", "-L DIR"],
    );
    sandbox
        .run(["run", "none.c"])
        .failed(1, &["none.c", "no such file"]);
    for file in ["a.rs", "b.rs"] {
        std::fs::write(sandbox.path(file), "pub fn f() {}").unwrap();
    }
    sandbox
        .run(["run", "main.c", "a.rs", "b.rs"])
        .failed(1, &["none of `a.rs`, `b.rs` is called `main.rs`"]);
    sandbox
        .run(["call", "twice.c", "twice(2)"])
        .failed(1, &["twice.c", "is not Rust", "extern \"C\""]);
    sandbox.run(["run"]).failed(2, &["SOURCE"]);
    let mut command = sandbox.command(["run", "main.c"]);
    sandbox
        .finish(command.env("CC", "/nowhere/cc"))
        .failed(1, &["no C compiler found", "`/nowhere/cc`", "CC"]);
    let mut command = sandbox.command(["run", "main.c"]);
    sandbox
        .finish(command.env("PATH", sandbox.path("")))
        .failed(1, &["no C compiler found", "cc, gcc, clang"]);
    // Root may read everything.
    let unreadable = sandbox.path("twice.c");
    fs::set_permissions(&unreadable, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&unreadable).is_err() {
        sandbox
            .run(["run", "main.c", "twice.c"])
            .failed(1, &["twice.c", "denied"]);
    }
}

#[test]
fn a_compiler_that_takes_too_long_is_ended() {
    let sandbox = Sandbox::new(&[
        ("slow.c", "int main(void) { return 0; }\n"),
        ("cc", "#!/bin/sh\nsleep 100\n"),
    ]);
    fs::set_permissions(sandbox.path("cc"), fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = sandbox.command(["run", "--time-limit", "0.3", "slow.c"]);
    sandbox
        .finish(command.env("CC", sandbox.path("cc")))
        .failed(1, &["cc (compiling `slow.c`)", "time limit"]);
    fs::write(
        sandbox.path("cc"),
        "#!/bin/sh\necho broken >&2\nkill -SEGV $$\n",
    )
    .unwrap();
    let mut command = sandbox.command(["run", "slow.c"]);
    sandbox
        .finish(command.env("CC", sandbox.path("cc")))
        .failed(1, &["failed by itself", "broken"]);
}

#[test]
fn files_made_on_the_way_are_kept_on_request() {
    let sandbox = Sandbox::new(&[("main.c", MAIN), ("twice.c", TWICE)]);
    sandbox
        .run(["run", "--keep", "kept", "main.c", "twice.c"])
        .printed("2\n");
    for name in ["main.o", "twice.o"] {
        assert!(sandbox.path("kept").join(name).is_file(), "{name}");
    }
}

#[test]
fn exports_lists_symbols() {
    let sandbox = Sandbox::new(&[(
        "lib.c",
        "int counter; const char version[] = \"1.0\"; static int hidden(void) { return 1; }\n\
         int visible(void) { return hidden(); }\n__attribute__((visibility(\"hidden\"))) int internal(void) { return 2; }\n",
    )]);
    let shown = sandbox.run(["exports", "lib.c"]);
    assert_eq!(shown.code, Some(0), "{shown:?}");
    for line in [
        "Functions",
        "  visible",
        "Globals",
        "  counter",
        "foreign variable, 4 bytes",
        "  version",
    ] {
        assert!(
            shown.stdout.contains(line),
            "no `{line}` in {}",
            shown.stdout
        );
    }
    assert!(
        !shown.stdout.contains("hidden") && !shown.stdout.contains("internal"),
        "{}",
        shown.stdout
    );
    let json = sandbox.run(["exports", "--json", "lib.c"]);
    assert!(
        json.stdout.contains("\"name\": \"visible\"") && json.stdout.contains("\"exported\": true"),
        "{}",
        json.stdout
    );
}

#[test]
fn libraries_that_a_flag_implies_are_linked() {
    let sandbox = Sandbox::new(&[
        (
            "teams.c",
            "#include <omp.h>\n#include <stdio.h>\nint main(void) { int sum = 0;\n#pragma omp parallel for reduction(+:sum) num_threads(3)\nfor (int i = 0; i < 100; i++) sum += i;\nprintf(\"%d %d\\n\", sum, omp_get_max_threads() > 0); return 0; }\n",
        ),
        (
            "checked.c",
            "#include <stdio.h>\nint main(int argc, char **argv) { (void)argv; printf(\"%d\\n\", (argc + 99) << 2); return 0; }\n",
        ),
    ]);
    for (file, flag, printed) in [
        ("teams.c", "-fopenmp", "4950 1\n"),
        (
            "checked.c",
            "-fsanitize=shift,integer-divide-by-zero",
            "400\n",
        ),
    ] {
        let ordinary = Command::new("cc")
            .args([flag, file, "-o", "ordinary"])
            .current_dir(sandbox.path("."))
            .output()
            .unwrap();
        if !ordinary.status.success() {
            println!("skipped: this compiler has no library for {flag}");
            continue;
        }
        let c_flag = format!("--c-flag={flag}");
        sandbox.run(["run", &c_flag, file]).printed(printed);
    }
}

#[test]
fn what_a_program_inherits_is_as_it_was() {
    let sandbox = Sandbox::new(&[(
        "inherits.c",
        "#include <fcntl.h>\n#include <signal.h>\n#include <stdio.h>\nint main(void) { printf(\"%d %d\\n\", open(\".\", O_RDONLY), signal(SIGPIPE, SIG_DFL) == SIG_IGN); return 0; }\n",
    )]);
    for (shell, expected) in [
        ("trap '' PIPE; exec \"$0\" run inherits.c <&-", "0 1\n"),
        ("exec \"$0\" run inherits.c 2>&-", "2 0\n"),
        ("exec \"$0\" run inherits.c", "3 0\n"),
    ] {
        let output = Command::new("sh")
            .args(["-c", shell, env!("CARGO_BIN_EXE_jitney")])
            .current_dir(sandbox.path("."))
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{shell}");
    }
}
