//! How link time grows with relocations and with sections: it should stay flat for each of them.

use std::time::Duration;

use jitney_link::Bytes;

use crate::elf_loader::ElfLoader;
use crate::objects::functions;
use crate::own;
use crate::table::{Table, milliseconds};

/// How many relocations, or sections, all the rounds of a row have in all; at least one round is run.
const WORK: usize = 2_000_000;

pub(crate) fn bench(table: &mut Table) {
    for relocations in [1_000, 10_000, 100_000, 1_000_000, 10_000_000] {
        let what = format!("{} relocations", grouped(relocations));
        one(
            table,
            &what,
            relocations,
            &functions(relocations / 1_000, 1_000),
        );
    }
    for sections in [1_000, 10_000, 70_000] {
        let what = format!("{} sections of one relocation each", grouped(sections));
        one(table, &what, sections, &functions(sections, 1));
    }
}

fn one(table: &mut Table, what: &str, count: usize, bytes: &[u8]) {
    let shared = Bytes::from(bytes.to_vec());
    let peer = ElfLoader::of(bytes);
    let rounds = (WORK / count).clamp(1, 200);
    let mut own = Vec::new();
    let mut other: Result<Vec<Duration>, String> = Ok(Vec::new());
    for _ in 0..rounds {
        own.push(own::time(&shared));
        other = other.and_then(|mut times| {
            times.push(peer.time(bytes)?);
            Ok(times)
        });
    }
    let figures = |times: Vec<Duration>| {
        let time = median(times).as_secs_f64();
        (
            milliseconds(time),
            format!("{:.1} ns", time / count as f64 * 1e9),
        )
    };
    let (own, own_each) = figures(own);
    let (other, comparison) = match other.map(figures) {
        Ok((other, other_each)) => (other, format!("{own_each} each, against {other_each}")),
        Err(refusal) => (format!("refused: {refusal}"), format!("{own_each} each")),
    };
    table.row(
        &format!("{what}, against `elf_loader`"),
        own,
        other,
        comparison,
        "flat",
    );
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// A number with commas between its thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| str::from_utf8(group).unwrap())
        .collect();
    groups.join(",")
}
