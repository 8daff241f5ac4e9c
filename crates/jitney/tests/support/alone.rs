//! Tests in a process of their own, with a temporary folder of their own: what a failure leaves behind can be counted.
#![allow(dead_code, reason = "each test file uses a part")]

use std::env;
use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::process::Command;

use jitney::{Jit, Module, SharedMemory};

/// Set in the process that runs the test.
const MARK: &str = "JITNEY_TEST_ALONE";

/// Runs a test's body in a new process, and afterwards finds its temporary folder empty. `test` is the test's own name;
/// `prepare` may change what the process is started with, and is given its temporary folder.
pub(crate) fn alone(test: &str, prepare: impl FnOnce(&mut Command, &Path), body: impl FnOnce()) {
    if env::var_os(MARK).is_some() {
        return body();
    }
    let folder = tempfile::tempdir().unwrap();
    let temporary = folder.path().join("tmp");
    std::fs::create_dir(&temporary).unwrap();
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]);
    command.env(MARK, "1").env("TMPDIR", &temporary);
    // What is tested is building.
    command.env("JITNEY_CACHE", "off");
    prepare(&mut command, folder.path());
    let output = command.output().unwrap();
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{said}");
    for line in said.lines().filter(|line| line.starts_with(SKIPPED)) {
        say(line);
    }
    assert!(said.contains("1 passed"), "no test of that name: {said}");
    assert_eq!(entries(&temporary), [""; 0], "left behind");
}

/// What the line begins with by which a test says that it cannot be run here.
const SKIPPED: &str = "skipped: ";

/// Says why a test cannot be run here.
pub(crate) fn skipped(why: &str) {
    say(&format!("{SKIPPED}{why}"));
}

/// Writes a line on standard error, where the test harness would keep back what `eprintln!` writes.
fn say(line: &str) {
    let line = format!("{line}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}

/// The names in a folder.
pub(crate) fn entries(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect()
}

/// A process that is looked at before and after each failure.
pub(crate) struct Watched {
    pub(crate) jit: Jit,
    /// Shows where images are placed.
    anchor: Module,
    before: State,
}

/// The mappings around the images, what modules share, and the files.
type State = (Vec<String>, SharedMemory, Vec<String>);

const GOOD: &str = "pub fn seven() -> u8 { 7 }";

impl Watched {
    pub(crate) fn new() -> Watched {
        let jit = Jit::new().unwrap();
        let anchor = jit.text(GOOD).load().unwrap();
        let before = state(&jit, &anchor);
        Watched {
            jit,
            anchor,
            before,
        }
    }

    /// Finds that nothing is left of what failed, and that a load still works.
    pub(crate) fn goes_on(&self, after: &str) {
        let now = state(&self.jit, &self.anchor);
        assert_eq!(now, self.before, "left behind by: {after}");
        let module = self.jit.text(GOOD).load().unwrap();
        assert_eq!(
            module.function::<fn() -> u8>("seven").unwrap()(),
            7,
            "{after}"
        );
        // SAFETY: the only handle was dropped, and the function has returned.
        unsafe { module.unload() }.unwrap();
    }
}

fn state(jit: &Jit, anchor: &Module) -> State {
    let files = entries(&env::temp_dir());
    (
        mappings(anchor.memory().ranges[0].clone()),
        jit.shared_memory(),
        files,
    )
}

/// The anonymous mappings that touch one another around a range.
fn mappings(around: Range<usize>) -> Vec<String> {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let mut runs: Vec<(Range<usize>, Vec<String>)> = Vec::new();
    for line in maps.lines() {
        let mut words = line.split_whitespace();
        let (start, end) = words.next().unwrap().split_once('-').unwrap();
        let number = |text| usize::from_str_radix(text, 16).unwrap();
        let range = number(start)..number(end);
        let is_named = words.count() > 4;
        match runs.last_mut() {
            Some((run, lines)) if run.end == range.start && !is_named => {
                run.end = range.end;
                lines.push(line.to_owned());
            }
            _ => runs.push((range, vec![line.to_owned()])),
        }
    }
    let mut around = runs
        .into_iter()
        .filter(|(run, _)| run.contains(&around.start));
    around.next().unwrap().1
}
