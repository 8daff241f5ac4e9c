//! The first load of a process, measured in processes started for it: what `Jit::new` and the first link cost once.

use std::env;
use std::process::Command;
use std::time::Duration;

use criterion::Criterion;
use jitney::Jit;

use crate::first_call::FirstCall;
use crate::race::{Race, timed};
use crate::sources::{ADD, Compiler, SYSTEM, Text};
use crate::table::{Table, milliseconds, times_as_long};

/// The argument that makes a process of the bench such a process.
const CHILD: &str = "first-load";

/// What is timed, in the order in which a child prints it.
const TIMED: [&str; 6] = [
    "Jit::new",
    "build",
    "rustc alone",
    "link",
    "Jit::new again",
    "link again",
];

pub(crate) fn bench(criterion: &mut Criterion, jit: &Jit, table: &mut Table) {
    let add = run(criterion, jit, ADD);
    let system = run(criterion, jit, SYSTEM);
    if add.rounds() > 0 {
        let time = |stage| milliseconds(add.median(stage));
        let what = "`Jit::new`, the first of a process, against the second";
        table.row(what, time(0), time(4), times_as_long(add.ratio(0, 4)), "");
        let beyond = add.of_rounds(|[new, build, rustc, link, ..]| new + build + link - rustc);
        let whole = add.of_rounds(|[new, build, _, link, ..]| new + build + link);
        let what = "`add`, the first of a process: `Jit::new` to first call, against rustc alone";
        table.row(
            what,
            milliseconds(whole),
            time(2),
            format!("{:+.2} ms", beyond * 1e3),
            "≤ +6 ms",
        );
    }
    if system.rounds() > 0 {
        let time = |stage| milliseconds(system.median(stage));
        let what = "`system` (a thread, a socket, a folder, printing): link and call, the first of a process, against the second";
        table.row(
            what,
            time(3),
            time(5),
            times_as_long(system.ratio(3, 5)),
            "",
        );
    }
}

fn run(criterion: &mut Criterion, jit: &Jit, text: Text) -> Race<6> {
    let compiler = Compiler::of(text.source(jit));
    let bench = env::current_exe().unwrap();
    Race::run(
        criterion,
        &format!("first/{}", text.name),
        TIMED,
        60,
        |round| {
            let rustc_first = (round % 2).to_string();
            let mut child = Command::new(&bench);
            let output = child
                .args([CHILD, text.name, &rustc_first])
                .args(compiler.words())
                .output()
                .unwrap();
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
            let printed = String::from_utf8(output.stdout).unwrap();
            // The text may have printed lines of its own before.
            let nanoseconds: Vec<u64> = printed
                .lines()
                .last()
                .unwrap()
                .split(' ')
                .map(|number| number.parse().unwrap())
                .collect();
            std::array::from_fn(|index| Duration::from_nanos(nanoseconds[index]))
        },
    )
}

/// Does a child's work, if this process is one.
pub(crate) fn is_child() -> bool {
    let mut arguments = env::args().skip(1);
    if arguments.next().as_deref() != Some(CHILD) {
        return false;
    }
    let name = arguments.next().unwrap();
    let text = [ADD, SYSTEM]
        .into_iter()
        .find(|text| text.name == name)
        .unwrap();
    let rustc_first = arguments.next().unwrap() == "1";
    let compiler = Compiler::from_words(arguments.collect());
    let before = rustc_first.then(|| timed(|| compiler.run()).0);
    let (new, jit) = timed(|| Jit::new().unwrap().cache(false));
    let (build, loadable) = timed(|| text.source(&jit).build().unwrap());
    let link_and_call = || timed(|| text.call_module(&loadable.load().unwrap())).0;
    let (first, second) = (link_and_call(), link_and_call());
    let (again, _) = timed(|| Jit::new().unwrap());
    let rustc = before.unwrap_or_else(|| timed(|| compiler.run()).0);
    let times = [new, build, rustc, first, again, second].map(|time| time.as_nanos().to_string());
    println!("{}", times.join(" "));
    true
}
