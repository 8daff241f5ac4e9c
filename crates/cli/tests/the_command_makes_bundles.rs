//! `jitney bundle`, and what `call`, `run` and `exports` make of a bundle where no compiler is.

#[path = "support/sandbox.rs"]
mod sandbox;

use std::fs;
use std::process::Command;

use sandbox::{Sandbox, Shown};

const LIBRARY: &str = "\
/// Adds.
pub fn add(a: i32, b: i32) -> i32 { a + b }
pub fn shown(text: &str, n: f64) -> String { format!(\"{text:>4}|{n:.2}\") }
pub fn boom() -> u8 { panic!(\"boom\") }
pub fn prints() { println!(\"printed\") }
pub fn generic<T>(_: T) {}
";

const PROGRAM: &str = "\
use std::io::Read;
thread_local! { static COUNT: std::cell::Cell<u32> = const { std::cell::Cell::new(1) } }
fn main() {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).unwrap();
    let words: Vec<String> = std::env::args().skip(1).collect();
    let thread = std::thread::spawn(|| COUNT.replace(7)).join().unwrap();
    println!(\"{words:?} {text:?} {thread} {}\", COUNT.get());
    std::process::exit(3)
}
";

const C: &str = "\
#include <stdio.h>
#include <string.h>
int twice(int n) { return 2 * n; }
int main(int argc, char **argv) { printf(\"%s %d %d\\n\", strrchr(argv[0], '/') ? \"path\" : argv[0], argc, twice(4)); return 5; }
";

/// A sandbox with bundles of these sources.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new(&[("lib.rs", LIBRARY), ("program.rs", PROGRAM), ("main.c", C)]);
    for (source, bundle) in [
        ("lib.rs", "lib.jitney"),
        ("program.rs", "program.jitney"),
        ("main.c", "c.jitney"),
    ] {
        sandbox.run(["bundle", source, "-o", bundle]).printed("");
    }
    sandbox
}

/// The command as it is where there is no toolchain.
fn alone(sandbox: &Sandbox, arguments: &[&str]) -> Command {
    let mut command = sandbox.command(arguments);
    command.env("PATH", "").env("JITNEY_RUSTC", "/nonexistent");
    command
        .env("HOME", sandbox.path("home"))
        .env_remove("CARGO");
    command
}

fn run(sandbox: &Sandbox, arguments: &[&str]) -> Shown {
    sandbox.finish(&mut alone(sandbox, arguments))
}

#[test]
fn libraries_are_called_and_listed_without_a_compiler() {
    let sandbox = sandbox();
    let printed =
        |call: &str, printed: &str| run(&sandbox, &["call", "lib.jitney", call]).printed(printed);
    printed("add(5, 6)", "11\n");
    printed("add(-5, -6)", "-11\n");
    printed("shown(\"x\", 2.5)", "\"   x|2.50\"\n");
    printed("prints()", "printed\n");
    let shown = run(&sandbox, &["call", "lib.jitney", "boom()"]);
    assert_eq!(shown.code, Some(101), "{shown:?}");
    assert!(
        shown.stderr.contains("lib.rs:4:23") && shown.stderr.contains("boom"),
        "{shown:?}"
    );
    let shown = run(&sandbox, &["call", "lib.jitney", "add(5)"]);
    shown.failed(
        1,
        &[
            "takes 2 arguments, and 1 is given",
            "pub fn add(a: i32, b: i32) -> i32",
        ],
    );
    let shown = run(&sandbox, &["call", "lib.jitney", "add(5, 6) + 1"]);
    shown.failed(1, &["one call with literal arguments"]);
    // The list is the one that the source has.
    for options in [&["exports"][..], &["exports", "--json"]] {
        let of_source = sandbox.run([options, &["lib.rs"]].concat());
        run(&sandbox, &[options, &["lib.jitney"]].concat()).printed(&of_source.stdout);
        assert!(of_source.stdout.contains("Adds.") && of_source.stdout.contains("generic"));
    }
    // A source has to be compiled, and that is said.
    let shown = run(&sandbox, &["call", "lib.rs", "add(5, 6)"]);
    shown.failed(1, &["`/nonexistent` is not a toolchain"]);
}

#[test]
fn programs_run_as_they_do_from_their_source() {
    let sandbox = sandbox();
    fs::write(sandbox.path("input"), "some\ninput").unwrap();
    for (source, bundle, code) in [
        ("program.rs", "program.jitney", 3),
        ("main.c", "c.jitney", 5),
    ] {
        let of = |mut command: Command| {
            command.stdin(fs::File::open(sandbox.path("input")).unwrap());
            sandbox.finish(&mut command)
        };
        let arguments = |source| ["run", source, "--", "a", "b c"];
        let of_source = of(sandbox.command(arguments(source)));
        let of_bundle = of(alone(&sandbox, &arguments(bundle)));
        assert_eq!(of_bundle.code, Some(code), "{of_bundle:?}");
        assert_eq!(of_bundle.stderr, "");
        let own_name = |text: &str| text.replace(source, bundle);
        assert_eq!(of_bundle.stdout, own_name(&of_source.stdout));
    }
    // What both holds is a library, if it is not said otherwise.
    fs::write(
        sandbox.path("both.rs"),
        "pub fn f() -> u8 { 1 } fn main() { println!(\"main\") }",
    )
    .unwrap();
    sandbox
        .run(["bundle", "both.rs", "-o", "library"])
        .printed("");
    run(&sandbox, &["call", "library", "f()"]).printed("1\n");
    sandbox
        .run(["bundle", "--program", "both.rs", "-o", "program"])
        .printed("");
    run(&sandbox, &["run", "program"]).printed("main\n");
    run(&sandbox, &["run", "library"]).failed(1, &["holds a library", "`jitney call`"]);
    run(&sandbox, &["call", "program", "f()"]).failed(1, &["holds a program", "`jitney run`"]);
}

#[test]
fn nothing_is_written_that_is_no_bundle() {
    let sandbox = Sandbox::new(&[
        ("bad.rs", "pub fn f( {}"),
        ("empty.rs", ""),
        ("generic.rs", "pub fn f<T>(_: T) {}"),
        ("lib.rs", LIBRARY),
    ]);
    let names = || {
        let entries = fs::read_dir(sandbox.path("")).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = names();
    let bundle = |source: &str, output: &str| sandbox.run(["bundle", source, "-o", output]);
    bundle("bad.rs", "x.jitney").failed(1, &["bad.rs:1"]);
    bundle("empty.rs", "x.jitney").failed(1, &["nothing to compile"]);
    bundle("generic.rs", "x.jitney").failed(1, &["`generic` offers nothing", "`f`"]);
    bundle("lib.rs", "nowhere/x.jitney").failed(1, &["nowhere/x.jitney"]);
    bundle("lib.rs", ".").failed(1, &["cannot write"]);
    sandbox.run(["bundle", "lib.rs"]).failed(2, &["--output"]);
    assert_eq!(names(), before);
    // What is there already stays until the new one is whole.
    bundle("lib.rs", "x.jitney").printed("");
    let whole = fs::read(sandbox.path("x.jitney")).unwrap();
    bundle("bad.rs", "x.jitney").failed(1, &["bad.rs:1"]);
    assert_eq!(fs::read(sandbox.path("x.jitney")).unwrap(), whole);
    // A bundle is not made of a bundle, is compiled already, and may be damaged.
    bundle("x.jitney", "y.jitney").failed(1, &["copy the file"]);
    let shown = run(
        &sandbox,
        &["call", "--opt-level", "3", "x.jitney", "add(5, 6)"],
    );
    shown.failed(1, &["`opt_level`"]);
    fs::write(sandbox.path("cut.jitney"), &whole[..whole.len() / 2]).unwrap();
    run(&sandbox, &["call", "cut.jitney", "add(5, 6)"]).failed(1, &["cut.jitney", "checksum"]);
    fs::write(sandbox.path("text.jitney"), LIBRARY).unwrap();
    run(&sandbox, &["exports", "text.jitney"]).failed(1, &["not a file that jitney wrote"]);
    run(&sandbox, &["run", "missing.jitney"]).failed(1, &["missing.jitney", "No such file"]);
}

#[test]
fn another_program_loads_what_the_command_made() {
    let sandbox = sandbox();
    let jit = jitney::Jit::without_compiler().unwrap();
    let module = jit.bundle(sandbox.path("lib.jitney")).load().unwrap();
    let add = module.function::<fn(i32, i32) -> i32>("add").unwrap();
    assert_eq!(add(5, 6), 11);
    let shown = module.function::<fn(&str, f64) -> String>("shown").unwrap();
    assert_eq!(shown("x", 2.5), "   x|2.50");
    let boom = module.function::<fn() -> u8>("boom").unwrap();
    let panic = std::panic::catch_unwind(*boom).unwrap_err();
    assert_eq!(*panic.downcast::<&str>().unwrap(), "boom");
}

#[test]
fn the_toolchain_may_be_gone_altogether() {
    let sandbox = sandbox();
    let toolchain = jitney::Toolchain::find().unwrap();
    // In a namespace of its own the process sees an empty folder where the toolchain is.
    let mut command = Command::new("unshare");
    let hidden = "mount -t tmpfs none \"$1\" && [ ! -e \"$1/lib\" ] && exec \"$2\" call lib.jitney 'shown(\"x\", 1.0)'";
    command.args([
        "--user",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        hidden,
        "sh",
    ]);
    command
        .arg(toolchain.sysroot())
        .arg(env!("CARGO_BIN_EXE_jitney"));
    command.current_dir(sandbox.path(""));
    let output = command.output();
    let allowed = output.as_ref().is_ok_and(|output| {
        let said = String::from_utf8_lossy(&output.stderr);
        !said.contains("unshare") && !said.contains("mount")
    });
    if !allowed {
        eprintln!("skipped: no folder can be hidden from a process here: {output:?}");
        return;
    }
    let output = output.unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "\"   x|1.00\"\n",
        "{output:?}"
    );
}
