//! What jitney writes into each section is what another linker writes for the same addresses.

mod judge;
mod support;

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use judge::{Counts, Judge, judged, judges};
use object::read::archive::ArchiveFile;
use support::compile;

/// C, compiled in each way that puts other relocations into the object.
const C: [&[&str]; 12] = [
    &["-O0", "-fPIC"],
    &["-O2", "-fPIC"],
    &["-O3", "-fPIC", "-ffunction-sections", "-fdata-sections"],
    &["-Os", "-fPIC", "-fno-plt"],
    &["-O2", "-fPIC", "-fno-plt", "-fcommon"],
    &["-O2", "-fPIC", "-fvisibility=hidden"],
    &["-O0", "-fPIE"],
    &["-O2", "-fPIE", "-fno-jump-tables"],
    &["-O2", "-fPIC", "-fno-merge-constants", "-fcommon"],
    &["-O2", "-fPIC", "-fno-asynchronous-unwind-tables"],
    &["-O1", "-fPIC", "-g", "-fstack-protector-all"],
    &[
        "-O2",
        "-fPIC",
        "-march=haswell",
        "-fno-semantic-interposition",
    ],
];

/// C for the low 2 GiB, and for a program of any size.
const OTHER_MODELS: [&[&str]; 8] = [
    &["-O0", "-fno-pic"],
    &["-O2", "-fno-pic", "-ffunction-sections"],
    &["-O2", "-fno-pic", "-fno-plt"],
    &["-O1", "-fPIC", "-mcmodel=large"],
    &["-O2", "-fno-pic", "-mcmodel=large"],
    &[
        "-O2",
        "-fPIC",
        "-mcmodel=medium",
        "-mlarge-data-threshold=40",
    ],
    &[
        "-O2",
        "-fno-pic",
        "-mcmodel=medium",
        "-mlarge-data-threshold=40",
    ],
    &[
        "-O1",
        "-fPIC",
        "-mcmodel=medium",
        "-mlarge-data-threshold=40",
        "-fcommon",
    ],
];

const CXX: [&[&str]; 5] = [
    &["-O0", "-fPIC"],
    &["-O2", "-fPIC", "-ffunction-sections", "-fdata-sections"],
    &["-O2", "-fPIC", "-fno-plt", "-fvisibility-inlines-hidden"],
    &["-O1", "-fPIE", "-fno-asynchronous-unwind-tables"],
    &["-O2", "-fPIC", "-mcmodel=large"],
];

/// Those for fixed offsets are left out: which offsets the host has to give is not for a linker to
/// say.
const THREAD_LOCALS: [&[&str]; 7] = [
    &["-O0", "-fPIC"],
    &["-O2", "-fPIC"],
    &["-O2", "-fPIC", "-fno-plt"],
    &["-O2", "-fPIC", "-fvisibility=hidden"],
    &["-O0", "-fPIC", "-mtls-dialect=gnu2"],
    &["-O2", "-fPIC", "-mtls-dialect=gnu2"],
    &["-O1", "-fPIC", "-mcmodel=large"],
];

const RUST: [&[&str]; 5] = [
    &["-Copt-level=0"],
    &["-Copt-level=3"],
    &["-Copt-level=z"],
    &["-Copt-level=2", "-Crelocation-model=pie"],
    &["-Copt-level=2", "-Ccode-model=large"],
];

/// Compares with every other linker that is there, and returns how much.
fn judge_all(case: &str, objects: &[judge::Object]) -> Counts {
    static JUDGES: OnceLock<Vec<Judge>> = OnceLock::new();
    judged(case, objects, JUDGES.get_or_init(judges))
}

fn judge_c(options: &[&str]) {
    let (first, second) = (
        include_str!("fixtures/judge/first.c"),
        include_str!("fixtures/judge/second.c"),
    );
    let (Some(first), Some(second)) = (compile::c(options, first), compile::c(options, second))
    else {
        return;
    };
    let objects = [("first.o".into(), first), ("second.o".into(), second)];
    let case = options.join(" ");
    let counts = judge_all(&case, &objects);
    assert!(counts.sections > 6, "{case}: {counts:?}");
}

#[test]
fn c_that_can_lie_anywhere() {
    for options in C {
        judge_c(options);
    }
}

#[test]
fn c_of_the_other_code_models() {
    for options in OTHER_MODELS {
        judge_c(options);
    }
}

#[test]
fn thread_locals() {
    let (first, second) = (
        include_str!("fixtures/judge/threads.c"),
        include_str!("fixtures/judge/more_threads.c"),
    );
    for options in THREAD_LOCALS {
        let (Some(first), Some(second)) = (compile::c(options, first), compile::c(options, second))
        else {
            return;
        };
        let objects = [("threads.o".into(), first), ("more.o".into(), second)];
        judge_all(&options.join(" "), &objects);
    }
}

#[test]
fn cxx() {
    let (first, second) = (
        include_str!("fixtures/judge/classes.cc"),
        include_str!("fixtures/judge/more.cc"),
    );
    for options in CXX {
        let options = [&["-x", "c++"][..], options].concat();
        let (Some(first), Some(second)) =
            (compile::c(&options, first), compile::c(&options, second))
        else {
            return;
        };
        let objects = [("classes.o".into(), first), ("more.o".into(), second)];
        judge_all(&options.join(" "), &objects);
    }
}

#[test]
fn assembly() {
    let text = include_str!("fixtures/judge/kinds.s");
    if let Some(object) = compile::c(&["-x", "assembler"], text) {
        judge_all("assembly", &[("kinds.o".into(), object)]);
    }
}

#[test]
fn rust() {
    let text = include_str!("fixtures/judge/core.rs");
    for options in RUST {
        let object = compile::rust("judged", options, text);
        judge_all(&options.join(" "), &[("core.o".into(), object)]);
    }
}

/// What the compilers that are installed bring along: 13,000 sections and 50,000 relocations in all.
#[test]
fn the_toolchains_own_archives() {
    const RUST: [&str; 5] = [
        "std-",
        "core-",
        "alloc-",
        "proc_macro-",
        "compiler_builtins-",
    ];
    let folder = std::fs::read_dir(compile::library_folder()).expect("the library folder");
    let is_one = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = name.strip_prefix("lib").unwrap_or_default();
        name.ends_with(".rlib") && RUST.iter().any(|start| name.starts_with(start))
    };
    let paths = folder.map(|entry| entry.expect("an entry").path());
    let mut archives: Vec<PathBuf> = paths.filter(is_one).collect();
    assert_eq!(archives.len(), RUST.len());
    // The C compiler prints the bare name of what it has not.
    for name in ["libgcc.a", "libgcc_eh.a", "libstdc++.a"] {
        let question = format!("-print-file-name={name}");
        let answer = Command::new("cc").arg(question).output();
        let answer = answer.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        let path = PathBuf::from(answer.unwrap_or_default().trim_end());
        match path.is_absolute() {
            true => archives.push(path),
            false => eprintln!("skipped: there is no {name}"),
        }
    }
    for path in archives {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let bytes = std::fs::read(&path).expect("the archive can be read");
        judge_all(&name, &members(&bytes));
    }
}

/// The objects of an archive, each under a name of its own.
fn members(bytes: &[u8]) -> Vec<judge::Object> {
    let archive = ArchiveFile::parse(bytes).expect("an archive");
    let members = archive.members().enumerate().map(|(number, member)| {
        let member = member.expect("a member");
        let data = member.data(bytes).expect("its bytes");
        let name = String::from_utf8_lossy(member.name());
        (format!("{number}-{name}"), data.to_vec())
    });
    members
        .filter(|(_, data)| data.starts_with(b"\x7fELF"))
        .collect()
}
