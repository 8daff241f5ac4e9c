//! What jitney writes into each section is what another linker writes for the same addresses.

mod judge;
mod support;

use judge::{Counts, judged, judges};
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

const RUST: [&[&str]; 5] = [
    &["-Copt-level=0"],
    &["-Copt-level=3"],
    &["-Copt-level=z"],
    &["-Copt-level=2", "-Crelocation-model=pie"],
    &["-Copt-level=2", "-Ccode-model=large"],
];

/// Compares with every other linker that is there, and returns how much.
fn judge_all(case: &str, objects: &[judge::Object]) -> Counts {
    let mut counts = Counts::default();
    for judge in judges() {
        counts = judged(case, objects, judge);
        assert!(counts.relocations > 0, "{case}: {counts:?}");
    }
    counts
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
