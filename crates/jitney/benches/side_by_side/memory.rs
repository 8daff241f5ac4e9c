//! What a loaded text keeps of memory, and what thousands of loads and unloads leave behind, in a process of its own.

use std::env;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::process::Command;

use jitney::Jit;

use crate::first_call::FirstCall;
use crate::sources::{ADD, Compiler, SharedLibrary, Text};
use crate::table::{Table, kibibytes};

/// The argument that makes a process of the bench such a process.
const CHILD: &str = "memory-of-a-process";

/// How many times the text is loaded and unloaded.
const ROUNDS: usize = 10_000;

/// A text whose function panics.
const PANICS: Text = Text {
    name: "panics",
    function: "panics",
    text: "pub fn panics(text: &str) -> String { let kept = text.to_owned(); panic!(\"{kept}\") }",
    dependency: None,
};

pub(crate) fn bench(jit: &Jit, table: &mut Table) {
    let filters = || {
        env::args()
            .skip(1)
            .filter(|argument| !argument.starts_with('-'))
    };
    if filters().count() > 0 && !filters().any(|filter| "memory".contains(&filter)) {
        return;
    }
    let library = SharedLibrary::of(
        &ADD,
        &Compiler::of(ADD.source(jit)),
        &["-C", "strip=debuginfo"],
    )
    .build();
    let mut child = Command::new(env::current_exe().unwrap());
    let output = child.arg(CHILD).arg(library.path()).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let printed = String::from_utf8(output.stdout).unwrap();
    let numbers: Vec<i64> = printed
        .split_whitespace()
        .map(|number| number.parse().unwrap())
        .collect();
    let &[module, shared, mapped, resident, mappings] = &numbers[..] else {
        panic!("{printed}")
    };
    let kept = (module + shared) as usize;
    table.row(
        "memory that a loaded `add` keeps, against the mappings of the shared library",
        kibibytes(kept),
        kibibytes(mapped as usize),
        format!("{:.0} × as little", mapped as f64 / kept as f64),
        "< 64 KiB",
    );
    table.row(
        "growth over 10,000 loads, caught panics and unloads: resident memory, mappings",
        format!("{} KiB, {mappings}", resident / 1024),
        "",
        "",
        "0",
    );
}

/// Does the child's work, if this process is it.
pub(crate) fn is_child() -> bool {
    let mut arguments = env::args_os().skip(1);
    if arguments.next().is_none_or(|argument| argument != CHILD) {
        return false;
    }
    let library = arguments.next().unwrap();
    panic::set_hook(Box::new(|_| ()));
    let jit = Jit::new().unwrap().cache(false);
    let [module, shared] = kept_by_add(&jit);
    // SAFETY: it was made from `add`, which has no constructors.
    let opened = unsafe { libloading::Library::new(&library).unwrap() };
    ADD.call_library(&opened);
    let mapped = mapped(&library.to_string_lossy());
    opened.close().unwrap();

    let loadable = PANICS.source(&jit).build().unwrap();
    let round = || {
        let module = loadable.load().unwrap();
        panic::catch_unwind(AssertUnwindSafe(|| PANICS.call_module(&module))).unwrap_err();
        // SAFETY: the panic's message was a `String` of its own and is gone; nothing else is in use.
        unsafe { module.unload() }.unwrap();
    };
    (0..ROUNDS / 50).for_each(|_| round());
    let before = (resident(), mappings());
    (0..ROUNDS).for_each(|_| round());
    let after = (resident(), mappings());
    println!(
        "{module} {shared} {mapped} {} {}",
        after.0 - before.0,
        after.1 - before.1
    );
    true
}

/// The bytes of the module, and those that it added to what modules share.
fn kept_by_add(jit: &Jit) -> [usize; 2] {
    let shared = || {
        let memory = jit.shared_memory();
        memory.pool + memory.literals
    };
    let before = shared();
    let module = ADD.source(jit).load().unwrap();
    ADD.call_module(&module);
    [module.memory().bytes, shared() - before]
}

/// The bytes of a file's mappings.
fn mapped(file: &str) -> usize {
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let of_file = maps.lines().filter(|line| line.ends_with(file));
    let address = |text: &str| usize::from_str_radix(text, 16).unwrap();
    of_file
        .map(|line| {
            let (start, rest) = line.split_once('-').unwrap();
            address(rest.split(' ').next().unwrap()) - address(start)
        })
        .sum()
}

/// The process's resident memory in bytes.
fn resident() -> i64 {
    let rollup = fs::read_to_string("/proc/self/smaps_rollup").unwrap();
    let line = rollup
        .lines()
        .find(|line| line.starts_with("Rss:"))
        .unwrap();
    line.split_whitespace()
        .nth(1)
        .unwrap()
        .parse::<i64>()
        .unwrap()
        * 1024
}

fn mappings() -> i64 {
    fs::read_to_string("/proc/self/maps")
        .unwrap()
        .lines()
        .count() as i64
}
