//! From a text to the first call: jitney against rustc alone (what jitney adds), and against the same text as a shared
//! library that is opened with `libloading`. Both make a temporary folder and write the text to it. What follows the
//! call, unloading and clearing up, is not in the times.

use std::hint::black_box;
use std::time::Duration;

use criterion::Criterion;
use jitney::{Jit, Module};

use crate::first_call::FirstCall;
use crate::race::{Race, timed};
use crate::sources::{ADD, Compiler, SharedLibrary, TALLY, Text};
use crate::table::{Table, milliseconds, times_as_fast};

/// How shared libraries are built: with cargo's default for release, which is the fastest of the usual ways (a full
/// symbol table takes the linker longer); as plain rustc does; and linked with a shared std, which a program can only
/// use if it is itself built with one.
const SHARED: [(&str, &[&str]); 3] = [
    ("cdylib, `strip=debuginfo`", &["-C", "strip=debuginfo"]),
    ("cdylib, no flags", &[]),
    (
        "cdylib, `prefer-dynamic`",
        &["-C", "prefer-dynamic", "-C", "rpath"],
    ),
];

pub(crate) fn bench(criterion: &mut Criterion, jit: &Jit, table: &mut Table) {
    one(criterion, jit, table, ADD, 60, "≤ +1 ms", "≥ 2 ×");
    one(criterion, jit, table, TALLY, 50, "≤ +1 ms", "≥ 1 ×");
}

fn one(
    criterion: &mut Criterion,
    jit: &Jit,
    table: &mut Table,
    text: Text,
    rounds: usize,
    beyond_target: &str,
    peer_target: &str,
) {
    let load = || -> Module {
        let module = text.source(jit).load().unwrap();
        black_box(text.call_module(&module));
        module
    };
    let compiler = Compiler::of(text.source(jit));
    let libraries = SHARED.map(|(_, flags)| SharedLibrary::of(&text, &compiler, flags));
    let contenders = [
        "jitney",
        "rustc alone",
        SHARED[0].0,
        SHARED[1].0,
        SHARED[2].0,
    ];
    // What is measured is a load after the first.
    drop(load());
    let race = Race::run(
        criterion,
        &format!("load/{}", text.name),
        contenders,
        rounds,
        |round| {
            let mut times = [Duration::ZERO; 5];
            for contender in (0..5).map(|index| (index + round) % 5) {
                times[contender] = match contender {
                    0 => {
                        let (time, module) = timed(load);
                        // SAFETY: the function's result is gone, and with it all use of the module.
                        unsafe { module.unload() }.unwrap();
                        time
                    }
                    1 => timed(|| compiler.run()).0,
                    other => {
                        let (time, opened) = timed(|| {
                            let built = libraries[other - 2].build();
                            let library = built.open();
                            black_box(text.call_library(&library));
                            (library, built)
                        });
                        drop(opened);
                        time
                    }
                };
            }
            times
        },
    );
    if race.rounds() == 0 {
        return;
    }
    let time = |contender| milliseconds(race.median(contender));
    table.row(
        &format!("`{}`: text to first call, against rustc alone", text.name),
        time(0),
        time(1),
        format!("{:+.2} ms", race.difference(0, 1) * 1e3),
        beyond_target,
    );
    for (index, (library, _)) in SHARED.iter().enumerate() {
        let other = index + 2;
        table.row(
            &format!("… against {library} + `libloading`"),
            time(0),
            time(other),
            times_as_fast(race.ratio(other, 0)),
            if index == 0 { peer_target } else { "" },
        );
    }
}
