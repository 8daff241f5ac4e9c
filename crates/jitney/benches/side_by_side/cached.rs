//! A text that was built before, in processes started for it: from the source to the first call, beyond `Jit::new`, out of
//! the cache and without it.

use std::env;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use criterion::Criterion;
use jitney::Jit;

use crate::first_call::FirstCall;
use crate::race::{Race, timed};
use crate::sources::{ADD, JSON, TALLY, Text};
use crate::table::{Table, milliseconds, times_as_fast};

/// The argument that makes a process of the bench such a process.
const CHILD: &str = "cached-load";

pub(crate) fn bench(criterion: &mut Criterion, _: &Jit, table: &mut Table) {
    for text in [ADD, TALLY, JSON] {
        // Builds it, so that it is in the cache.
        load(text.name, true);
        let race = Race::run(
            criterion,
            &format!("cached/{}", text.name),
            ["cached", "compiled"],
            40,
            |round| {
                let first = round % 2 == 0;
                let one = load(text.name, first);
                let other = load(text.name, !first);
                if first { [one, other] } else { [other, one] }
            },
        );
        if race.rounds() > 0 {
            let what = format!(
                "`{}`, built by an earlier process: source to first call, against compiling it again",
                text.name
            );
            table.row(
                &what,
                milliseconds(race.median(0)),
                milliseconds(race.median(1)),
                times_as_fast(race.ratio(1, 0)),
                "≤ 2 ms",
            );
        }
    }
}

/// How long a process of its own takes from the source to the first call.
fn load(name: &str, cache: bool) -> Duration {
    let output = Command::new(env::current_exe().unwrap())
        .args([CHILD, name, &cache.to_string()])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let printed = String::from_utf8(output.stdout).unwrap();
    Duration::from_nanos(printed.trim().parse().unwrap())
}

/// Does a child's work, if this process is one.
pub(crate) fn is_child() -> bool {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [child, name, cache] = &arguments[..] else {
        return false;
    };
    if child != CHILD {
        return false;
    }
    let text: Text = [ADD, TALLY, JSON]
        .into_iter()
        .find(|text| text.name == name)
        .unwrap();
    let jit = Jit::new()
        .unwrap()
        .cache_folder(Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"))
        .cache(cache == "true");
    let (time, module) = timed(|| {
        let module = text.source(&jit).load().unwrap();
        text.call_module(&module);
        module
    });
    drop(module);
    println!("{}", time.as_nanos());
    true
}
