//! Running programs in two ways, an ordinary build and jitney, and telling where the two differ.
//!
//! What differs from language to language is how a program is built: that the test says. Everything here is the same for
//! all: the choice of programs, the workers, the folders and the environment of a run, and the comparison.

use super::difference;
use super::outcome::{self, Outcome};
use super::program::Program;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const WORKERS: usize = 2;
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// How a program is run in one way, in a folder for what that leaves.
pub(crate) type Way = fn(&Program, &Path) -> Result<Outcome, String>;

/// Runs all chosen programs of a folder in both ways, and panics with the names of those that differ.
pub(crate) fn compare_all(folder: &str, endings: &[&str], ordinary: Way, jitney: Way) {
    let paths = programs(folder, endings);
    assert!(
        !paths.is_empty(),
        "no program is chosen: see JITNEY_ONLY and JITNEY_PROGRAMS"
    );
    let scratch = Scratch::new();
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let name = path
                        .file_stem()
                        .unwrap_or_default()
                        .to_string_lossy()
                        .into_owned();
                    match compare(path, &scratch.0.join(&name), ordinary, jitney) {
                        Ok(times) => println!("same     {name}  ({times})"),
                        Err(found) => {
                            println!("DIFFERS  {name}");
                            found
                                .iter()
                                .for_each(|difference| println!("    {}", difference.trim_end()));
                            failed.lock().unwrap().push(name);
                        }
                    }
                }
            });
        }
    });
    let mut failed = failed.into_inner().unwrap();
    failed.sort();
    assert!(
        failed.is_empty(),
        "{} of {} programs differ (`-` ordinary build, `+` jitney, above): {}",
        failed.len(),
        paths.len(),
        failed.join(" ")
    );
}

/// The chosen programs, in the order of their names.
fn programs(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let folder = std::env::var_os("JITNEY_PROGRAMS").map_or_else(
        || {
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("tests")
                .join(folder)
        },
        PathBuf::from,
    );
    let only = std::env::var("JITNEY_ONLY").unwrap_or_default();
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|e| panic!("cannot read {}: {e}", folder.display()))
        .map(|entry| entry.expect("an entry of the folder of programs").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|e| endings.iter().any(|ending| e == *ending))
        })
        .filter(|path| {
            path.file_stem()
                .is_some_and(|n| n.to_string_lossy().contains(&only))
        })
        .collect();
    paths.sort();
    paths
}

/// Runs one program in both ways; answers with the times taken, or with everything that is not as it should be.
fn compare(path: &Path, folder: &Path, ordinary: Way, jitney: Way) -> Result<String, Vec<String>> {
    let program = Program::read(path).map_err(|e| vec![e])?;
    let begun = Instant::now();
    let ordinary =
        ordinary(&program, folder).map_err(|e| vec![format!("the ordinary build: {e}")])?;
    if ordinary.end != program.end {
        let stderr = String::from_utf8_lossy(&ordinary.stderr);
        return Err(vec![format!(
            "the ordinary build ends with {}, but is meant to end with {}\n{stderr}",
            ordinary.end, program.end
        )]);
    }
    let between = Instant::now();
    let jitney = jitney(&program, folder).map_err(|e| vec![format!("jitney run: {e}")])?;
    let found = difference::differences(&ordinary, &jitney);
    if !found.is_empty() {
        return Err(found);
    }
    Ok(format!(
        "ordinary {:.2} s, jitney {:.2} s",
        (between - begun).as_secs_f32(),
        between.elapsed().as_secs_f32()
    ))
}

/// Runs with the program's arguments, stdin and environment, in an empty folder that has to be empty again afterwards.
pub(crate) fn run_in(
    command: &mut Command,
    program: &Program,
    folder: &Path,
) -> Result<Outcome, String> {
    let (work, temporary) = (folder.join("work"), folder.join("tmp"));
    for folder in [&work, &temporary] {
        fs::create_dir_all(folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    }
    // Nothing of the caller's environment decides, but for what the toolchain needs in order to be found.
    command.env_clear();
    for key in [
        "PATH",
        "HOME",
        "CARGO_HOME",
        "RUSTUP_HOME",
        "RUSTUP_TOOLCHAIN",
        "LD_LIBRARY_PATH",
    ] {
        command.envs(std::env::var_os(key).map(|value| (key, value)));
    }
    command.env("RUST_BACKTRACE", "0").env("LC_ALL", "C.UTF-8");
    command
        .env("TMPDIR", &temporary)
        .env("XDG_CACHE_HOME", folder.join("cache"));
    command.envs(program.env.iter().map(|(key, value)| (key, value)));
    command.args(&program.args).current_dir(&work);
    let outcome = outcome::run(command, &program.stdin, LIMIT)?;

    for folder in [&work, &temporary] {
        let mut left: Vec<String> = fs::read_dir(folder)
            .map_err(|e| format!("cannot read {}: {e}", folder.display()))?
            .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
            // A program that is meant to abort may leave one, where the machine is set to keep them.
            .filter(|name| !name.starts_with("core"))
            .collect();
        left.sort();
        if !left.is_empty() {
            return Err(format!(
                "left behind in {}: {}",
                folder.display(),
                left.join(" ")
            ));
        }
    }
    Ok(outcome)
}

/// The folder that everything is built and run in; gone at the end, after a failure too.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Scratch {
        let path =
            std::env::temp_dir().join(format!("jitney-same-behaviour-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap_or_else(|e| panic!("cannot make {}: {e}", path.display()));
        Scratch(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}
