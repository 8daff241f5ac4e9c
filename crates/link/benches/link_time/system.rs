//! The system's way: a shared library, then `dlopen`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
use tempfile::TempDir;

use crate::race::{Race, timed};
use crate::table::{Table, milliseconds, times_as_fast};

/// A folder for shared libraries.
pub(crate) struct System {
    folder: TempDir,
    count: usize,
}

impl System {
    pub(crate) fn new() -> System {
        System {
            folder: tempfile::tempdir().unwrap(),
            count: 0,
        }
    }

    /// The time from calling `linker` to closing the library; deleting it is left out.
    ///
    /// The usual linker is `cc`, which calls `ld` and adds libraries and start files; `ld` alone is the fastest way.
    pub(crate) fn time(&mut self, linker: &str, inputs: &[&Path]) -> Duration {
        self.count += 1;
        let library: PathBuf = self.folder.path().join(format!("{}.so", self.count));
        let (time, ()) = timed(|| {
            let status = Command::new(linker)
                .arg("-shared")
                .args(inputs)
                .arg("-o")
                .arg(&library)
                .status()
                .unwrap();
            assert!(status.success(), "{linker} links");
            // SAFETY: the objects have no constructors.
            let opened = unsafe { Library::open(Some(&library), RTLD_NOW | RTLD_LOCAL) }.unwrap();
            opened.close().unwrap();
        });
        std::fs::remove_file(library).unwrap();
        time
    }
}

/// The rows of a race between jitney, `cc -shared` and `ld -shared`.
pub(crate) fn system_rows(table: &mut Table, race: &Race<3>, what: &str) {
    for (peer, linker, target) in [(1, "cc", "≥ 20 ×"), (2, "ld", "")] {
        let [own, other] = [0, peer].map(|contender| milliseconds(race.median(contender)));
        let what = format!("{what}, against `{linker} -shared` and `dlopen`");
        table.row(
            &what,
            own,
            other,
            times_as_fast(race.ratio(peer, 0)),
            target,
        );
    }
}
