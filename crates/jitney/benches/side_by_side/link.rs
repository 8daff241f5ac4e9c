//! Linking and unloading alone: a `Loadable` that is loaded and unloaded over and over, against opening and closing the
//! same text as a shared library. Opening does less: the static linker has done the rest before.

use std::hint::black_box;
use std::time::Duration;

use criterion::Criterion;
use jitney::Jit;

use crate::first_call::FirstCall;
use crate::race::{Race, timed};
use crate::sources::{ADD, Compiler, JSON, SharedLibrary, TALLY, Text};
use crate::table::{Table, milliseconds, times_as_fast};

pub(crate) fn bench(criterion: &mut Criterion, jit: &Jit, table: &mut Table) {
    one(criterion, jit, table, ADD, "< 0.5 ms");
    one(criterion, jit, table, TALLY, "");
    one(criterion, jit, table, JSON, "");
}

fn one(criterion: &mut Criterion, jit: &Jit, table: &mut Table, text: Text, target: &str) {
    let compiler = Compiler::of(text.source(jit));
    let library = SharedLibrary::of(&text, &compiler, &["-C", "strip=debuginfo"]).build();
    let loadable = text.source(jit).build().unwrap();
    let through_jitney = || {
        let (load, module) = timed(|| loadable.load().unwrap());
        black_box(text.call_module(&module));
        // SAFETY: the function's result is gone, and with it all use of the module.
        let (unload, _) = timed(|| unsafe { module.unload() }.unwrap());
        [load, unload]
    };
    let through_libloading = || {
        let (open, opened) = timed(|| library.open());
        black_box(text.call_library(&opened));
        let (close, _) = timed(|| opened.close().unwrap());
        [open, close]
    };
    let [first, _] = through_jitney();
    through_libloading();
    let contenders = ["load", "unload", "dlopen", "dlclose"];
    let race = Race::run(
        criterion,
        &format!("link/{}", text.name),
        contenders,
        2_000,
        |round| {
            let mut times = [[Duration::ZERO; 2]; 2];
            for side in [round % 2, (round + 1) % 2] {
                times[side] = if side == 0 {
                    through_jitney()
                } else {
                    through_libloading()
                };
            }
            let [[load, unload], [open, close]] = times;
            [load, unload, open, close]
        },
    );
    if race.rounds() == 0 {
        return;
    }
    let time = |contender| milliseconds(race.median(contender));
    let mut row = |what: String, own, peer| {
        table.row(
            &what,
            time(own),
            time(peer),
            times_as_fast(race.ratio(peer, own)),
            target,
        );
    };
    row(format!("`{}`: link, against `dlopen`", text.name), 0, 2);
    row(format!("`{}`: unload, against `dlclose`", text.name), 1, 3);
    if text.dependency.is_some() {
        let what = format!(
            "`{}`: the first link, which brings in the dependency (one measurement)",
            text.name
        );
        table.row(&what, milliseconds(first.as_secs_f64()), "", "", "");
    }
}
