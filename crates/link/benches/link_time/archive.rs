//! An archive with many members of which a program needs a few.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::Command;

use criterion::Criterion;
use jitney_link::{Bytes, Input, Library};
use tempfile::TempDir;

use crate::objects::caller;
use crate::own::linker;
use crate::race::{Race, timed};
use crate::system::{System, system_rows};
use crate::table::Table;
use crate::turns;

const MEMBERS: usize = 1_000;
const NEEDED: usize = 10;

pub(crate) fn bench(criterion: &mut Criterion, table: &mut Table) {
    let folder = TempDir::new().unwrap();
    let names: Vec<String> = (0..MEMBERS)
        .map(|number| format!("member_{number}"))
        .collect();
    let archive = write(folder.path(), &names);
    let needed: Vec<String> = names.iter().step_by(MEMBERS / NEEDED).cloned().collect();
    let bytes = caller("start", &needed);
    let object = folder.path().join("start.o");
    std::fs::write(&object, &bytes).unwrap();
    let shared = Bytes::from(bytes);
    let own = || {
        let (time, ()) = timed(|| {
            let library = Library::archives(std::slice::from_ref(&archive)).unwrap();
            let input = Input {
                objects: vec![("start.o".to_owned(), shared.clone())],
                archives: Some(&library),
                ..Input::default()
            };
            // SAFETY: `objects.rs` wrote all of it, and it is not run.
            drop(unsafe { linker().link(input, &|name| name == b"start") }.unwrap());
        });
        time
    };
    let system = RefCell::new(System::new());
    let contenders = ["jitney", "cc -shared", "ld -shared"];
    let race = Race::run(criterion, "archive", contenders, 200, |round| {
        turns(round, |contender| match contender {
            0 => own(),
            1 => system.borrow_mut().time("cc", &[&object, &archive]),
            _ => system.borrow_mut().time("ld", &[&object, &archive]),
        })
    });
    if race.rounds() > 0 {
        let what = format!("{NEEDED} of an archive's {MEMBERS} members");
        system_rows(table, &race, &what);
    }
}

/// An archive of members with a function each, with the index that `ar` makes.
fn write(folder: &Path, names: &[String]) -> PathBuf {
    let members = names.iter().map(|name| {
        let member = folder.join(format!("{name}.o"));
        std::fs::write(&member, caller(name, &[])).unwrap();
        member
    });
    let archive = folder.join("libmembers.a");
    let status = Command::new("ar")
        .arg("rcs")
        .arg(&archive)
        .args(members)
        .status()
        .unwrap();
    assert!(status.success(), "ar writes the archive");
    archive
}
