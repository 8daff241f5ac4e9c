//! SQLite, the whole of it in one object: as the compiler lays it out by default, and with a section for each function.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use criterion::Criterion;
use jitney_link::Bytes;

use crate::elf_loader::ElfLoader;
use crate::jitlink::JitLink;
use crate::race::Race;
use crate::sources::{Compilation, has_compiler, package};
use crate::system::{System, system_rows};
use crate::table::{Table, milliseconds, times_as_fast, times_as_long};
use crate::{floor, own, turns};

const SYMBOL: &str = "sqlite3_libversion";

pub(crate) fn bench(criterion: &mut Criterion, table: &mut Table) {
    if let Some(object) = compile("plain", &[]) {
        one(criterion, table, "SQLite", &object);
    }
    if let Some(object) = compile("sections", &["-ffunction-sections"]) {
        one(
            criterion,
            table,
            "SQLite with a section for each function",
            &object,
        );
    }
}

fn compile(name: &str, more: &[&str]) -> Option<PathBuf> {
    let package = package("libsqlite3-sys").filter(|_| has_compiler("cc"))?;
    // What the option for the assembler is for is said in `elf_loader.rs`.
    let options = ["-O2", "-fPIC", "-Wa,-mrelax-relocations=no"];
    let compilation = Compilation {
        cache: Path::new(env!("CARGO_TARGET_TMPDIR")),
        id: format!("{}-{name}", package.id),
        compiler: "cc",
        options: options.iter().chain(more).map(OsString::from).collect(),
    };
    Some(compilation.object(&package.folder.join("sqlite3/sqlite3.c")))
}

fn one(criterion: &mut Criterion, table: &mut Table, what: &str, path: &Path) {
    let bytes = std::fs::read(path).unwrap();
    let shared = Bytes::from(bytes.clone());
    let peer = ElfLoader::of(&bytes);
    let kept = floor::bytes_of(&own::link(&shared));
    let contenders = ["jitney", "elf_loader", "memcpy"];
    let race = Race::run(
        criterion,
        &format!("sqlite/{what}"),
        contenders,
        600,
        |round| {
            turns(round, |contender| match contender {
                0 => own::time(&shared),
                1 => peer.time(&bytes).unwrap(),
                _ => floor::time(&kept),
            })
        },
    );
    if race.rounds() > 0 {
        let time = |contender| milliseconds(race.median(contender));
        let faster = times_as_fast(race.ratio(1, 0));
        table.row(
            &format!("{what}: link and drop, against `elf_loader`"),
            time(0),
            time(1),
            faster,
            "> 1 ×",
        );
        let longer = times_as_long(race.ratio(0, 2));
        let row = format!("…, against copying the {} bytes that it keeps", kept.len());
        table.row(&row, time(0), time(2), longer, "≤ 3 ×");
    }
    if let Some(system) = against_system(criterion, what, path, &shared) {
        system_rows(table, &system, "…");
        against_jitlink(criterion, table, what, path, &shared);
    }
}

fn against_system(
    criterion: &mut Criterion,
    what: &str,
    path: &Path,
    shared: &Bytes,
) -> Option<Race<3>> {
    let mut system = System::new();
    let name = format!("sqlite/{what}/system");
    let race = Race::run(
        criterion,
        &name,
        ["jitney", "cc -shared", "ld -shared"],
        60,
        |round| {
            turns(round, |contender| match contender {
                0 => own::time(shared),
                1 => system.time("cc", &[path]),
                _ => system.time("ld", &[path]),
            })
        },
    );
    (race.rounds() > 0).then_some(race)
}

fn against_jitlink(
    criterion: &mut Criterion,
    table: &mut Table,
    what: &str,
    path: &Path,
    shared: &Bytes,
) {
    let Some(peer) = JitLink::find() else {
        table.row(
            "…, against `llvm-jitlink`",
            "",
            "not installed",
            "",
            "≥ 10 ×",
        );
        return;
    };
    let name = format!("sqlite/{what}/jitlink");
    let race = Race::run(criterion, &name, ["jitney", peer.name.as_str()], 60, |_| {
        [own::time(shared), peer.time(path, SYMBOL)]
    });
    if race.rounds() > 0 {
        let [own, other] = [0, 1].map(|contender| milliseconds(race.median(contender)));
        let row = format!("…, against `{}`, its time for linking", peer.name);
        table.row(&row, own, other, times_as_fast(race.ratio(1, 0)), "≥ 10 ×");
    }
}
