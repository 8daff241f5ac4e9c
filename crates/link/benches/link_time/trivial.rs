//! The smallest object: one function.

use criterion::Criterion;
use jitney_link::Bytes;
use tempfile::TempDir;

use crate::elf_loader::ElfLoader;
use crate::race::Race;
use crate::sources::{Compilation, has_compiler};
use crate::table::{Table, milliseconds, times_as_fast};
use crate::{own, turns};

pub(crate) fn bench(criterion: &mut Criterion, table: &mut Table) {
    if !has_compiler("cc") {
        return;
    }
    let folder = TempDir::new().unwrap();
    let source = folder.path().join("add.c");
    std::fs::write(&source, "int add(int a, int b) { return a + b; }").unwrap();
    let compilation = Compilation {
        cache: folder.path(),
        id: "trivial".to_owned(),
        compiler: "cc",
        options: vec!["-O2".into(), "-fPIC".into()],
    };
    let bytes = std::fs::read(compilation.object(&source)).unwrap();
    let shared = Bytes::from(bytes.clone());
    let peer = ElfLoader::of(&bytes);
    let race = Race::run(
        criterion,
        "trivial",
        ["jitney", "elf_loader"],
        5_000,
        |round| {
            turns(round, |contender| match contender {
                0 => own::time(&shared),
                _ => peer.time(&bytes).unwrap(),
            })
        },
    );
    if race.rounds() > 0 {
        let [own, other] = [0, 1].map(|contender| milliseconds(race.median(contender)));
        let faster = times_as_fast(race.ratio(1, 0));
        table.row(
            "one function: link and drop, against `elf_loader`",
            own,
            other,
            faster,
            "< 0.030 ms",
        );
    }
}
