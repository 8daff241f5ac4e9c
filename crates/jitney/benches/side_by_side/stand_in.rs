//! A stand-in for rustc, to see jitney's own work alone: rustc's time varies by more than that work takes. It is this
//! bench's executable, started as a compiler; it copies an object that rustc made before.

use std::env;
use std::fmt::Write;
use std::fs;
use std::hint::black_box;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use criterion::Criterion;
use jitney::{Jit, Source, Toolchain};

use crate::first_call::FirstCall;
use crate::race::{Race, timed};
use crate::sources::{ADD, Compiler, TALLY, run};
use crate::table::{Table, milliseconds};

/// The variable that names the object to copy.
const OBJECT: &str = "JITNEY_BENCH_OBJECT";

/// A source that rustc has compiled: the command line, and a copy of the object, which the stand-in copies back.
struct Finished {
    compiler: Compiler,
    object: String,
}

impl Finished {
    fn of(source: Source) -> Finished {
        let compiler = Compiler::of(source);
        let object = format!("{}.finished", compiler.object());
        fs::copy(compiler.object(), &object).unwrap();
        Finished { compiler, object }
    }
}

pub(crate) fn bench(criterion: &mut Criterion, jit: &Jit, table: &mut Table) {
    let stand_in = Jit::with_toolchain(env::current_exe().unwrap())
        .unwrap()
        .cache(false);
    for text in [ADD, TALLY] {
        let compiler = Finished::of(text.source(jit));
        let load = || {
            let module = text
                .source(&stand_in)
                .env(OBJECT, &compiler.object)
                .load()
                .unwrap();
            black_box(text.call_module(&module));
            module
        };
        drop(load());
        let race = race(criterion, text.name, &compiler, 1_000, || {
            let (time, module) = timed(load);
            // SAFETY: the function's result is gone, and with it all use of the module.
            unsafe { module.unload() }.unwrap();
            time
        });
        let what = "text to first call, with a stand-in for rustc, against the stand-in alone";
        row(table, &race, &format!("`{}`: {what}", text.name), "≤ +1 ms");
    }
    many(criterion, jit, &stand_in, table);
}

/// What a very long text costs.
fn many(criterion: &mut Criterion, jit: &Jit, stand_in: &Jit, table: &mut Table) {
    const FUNCTIONS: usize = 5_000;
    let mut text = String::new();
    for number in 0..FUNCTIONS {
        writeln!(text, "pub fn function_{number}(a: i32, b: &str) -> usize {{ b.len() + a as usize + {number} }}").unwrap();
    }
    let source = |jit: &Jit| -> Source { jit.text(text.as_str()).name("many") };
    let compiler = Finished::of(source(jit));
    let build = || {
        source(stand_in)
            .env(OBJECT, &compiler.object)
            .build()
            .unwrap()
    };
    let loadable = build();
    let race = race(criterion, "many", &compiler, 40, || timed(build).0);
    row(
        table,
        &race,
        "5,000 functions: text to object, with a stand-in for rustc, against the stand-in alone",
        "",
    );
    let link = Race::run(criterion, "many", ["load", "unload"], 100, |_| {
        let (load, module) = timed(|| {
            let module = loadable.load().unwrap();
            module
                .function::<fn(i32, &str) -> usize>("function_4999")
                .unwrap()(1, "");
            module
        });
        // SAFETY: nothing of the module is in use any more.
        let (unload, _) = timed(|| unsafe { module.unload() }.unwrap());
        [load, unload]
    });
    if link.rounds() > 0 {
        table.row(
            "5,000 functions: link and first call",
            milliseconds(link.median(0)),
            "",
            "",
            "",
        );
    }
}

fn race(
    criterion: &mut Criterion,
    name: &str,
    compiler: &Finished,
    rounds: usize,
    mut through_jitney: impl FnMut() -> Duration,
) -> Race<2> {
    let bench = env::current_exe().unwrap();
    let alone = || {
        let words = &compiler.compiler.words()[1..];
        timed(|| {
            run(Command::new(&bench)
                .args(words)
                .env(OBJECT, &compiler.object))
        })
        .0
    };
    Race::run(
        criterion,
        &format!("stand-in/{name}"),
        ["jitney", "stand-in alone"],
        rounds,
        |round| {
            if round % 2 == 0 {
                let own = through_jitney();
                [own, alone()]
            } else {
                let alone = alone();
                [through_jitney(), alone]
            }
        },
    )
}

fn row(table: &mut Table, race: &Race<2>, what: &str, target: &str) {
    if race.rounds() > 0 {
        let [own, alone] = [0, 1].map(|contender| milliseconds(race.median(contender)));
        table.row(
            what,
            own,
            alone,
            format!("{:+.2} ms", race.difference(0, 1) * 1e3),
            target,
        );
    }
}

/// Does a compiler's work, if this process was started as one.
pub(crate) fn is_compiler() -> bool {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["--print", "sysroot"] => println!("{}", Toolchain::find().unwrap().sysroot().display()),
        ["-vV"] => drop(
            Command::new(Toolchain::find().unwrap().rustc())
                .arg("-vV")
                .status()
                .unwrap(),
        ),
        ["--crate-name", ..] => {
            let output = words
                .iter()
                .position(|word| *word == "-o")
                .expect("an output is named");
            fs::copy(
                PathBuf::from(env::var_os(OBJECT).unwrap()),
                words[output + 1],
            )
            .unwrap();
        }
        _ => return false,
    }
    true
}
