//! A package whose dependencies are built, after a change of its source: jitney to the first call, against the same
//! package by cargo as a library, which takes no link step, and as a shared library that is opened and called. cargo's
//! shared library of the package as it is holds the one `extern "C"` function; another offers what jitney does, all
//! public functions, by a static for each.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use criterion::Criterion;
use jitney::Jit;

use crate::race::{Race, timed};
use crate::table::{Table, milliseconds, times_as_fast};

/// The ways in which the package is built.
const WAYS: [&str; 5] = [
    "jitney",
    "jitney, a new process",
    "cargo build",
    "cargo build, dlopen",
    "cargo build, dlopen, all functions",
];

const NEW_PROCESS: usize = 1;
const LIBRARY: usize = 2;
const ONE_FUNCTION: usize = 3;
const ALL_FUNCTIONS: usize = 4;

/// The argument that makes a process of the bench load a package.
const CHILD: &str = "folder-load";

/// A package on disk, once for each way, so that none finds what another has built.
struct Package {
    folders: [tempfile::TempDir; WAYS.len()],
    source: fn(u64) -> String,
    /// A static for each public function.
    offered: String,
}

impl Package {
    fn new(source: fn(u64) -> String, offered: String) -> Package {
        let package = Package {
            folders: std::array::from_fn(|_| tempfile::tempdir().unwrap()),
            source,
            offered,
        };
        for (way, folder) in package.folders.iter().enumerate() {
            let kind = if way >= ONE_FUNCTION {
                "\"cdylib\""
            } else {
                "\"lib\""
            };
            let manifest = format!(
                "[package]\nname = \"edited\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[lib]\ncrate-type = [{kind}]\n\
                 [dependencies]\nserde_json = \"1\"\n[workspace]\n"
            );
            fs::create_dir(folder.path().join("src")).unwrap();
            fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
        }
        package
    }

    /// The change: a number in one function.
    fn edit(&self, way: usize, number: u64) {
        let mut source = (self.source)(number);
        if way == ALL_FUNCTIONS {
            source.push_str(&self.offered);
        }
        fs::write(self.root(way), source).unwrap();
    }

    fn root(&self, way: usize) -> PathBuf {
        self.folders[way].path().join("src/lib.rs")
    }

    /// How long a process of its own takes for it, beyond `Jit::new`.
    fn new_process(&self, number: u64) -> Duration {
        let output = Command::new(std::env::current_exe().unwrap())
            .arg(CHILD)
            .arg(self.folders[NEW_PROCESS].path())
            .arg(number.to_string())
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{error}");
        let printed = String::from_utf8(output.stdout).unwrap();
        Duration::from_nanos(printed.trim().parse().unwrap())
    }

    fn cargo(&self, way: usize) {
        let mut cargo = Command::new(env!("CARGO"));
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("CARGO") && name != "CARGO_HOME" {
                cargo.env_remove(name);
            }
        }
        let output = cargo
            .args(["build", "--quiet"])
            .current_dir(self.folders[way].path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    fn dlopen(&self, way: usize, number: u64) {
        self.cargo(way);
        let target = self.folders[way].path().join("target/debug");
        // The loader knows a library by its path, and would give the old one again.
        let copy = target.join(format!("{number}.so"));
        fs::rename(target.join("libedited.so"), &copy).unwrap();
        // SAFETY: it is the library of the text below.
        unsafe {
            let library = libloading::Library::new(&copy).unwrap();
            let answer = library.get::<extern "C" fn() -> u64>(b"answer").unwrap();
            assert_eq!(answer(), number);
        }
        fs::remove_file(&copy).unwrap();
    }
}

fn load(jit: &Jit, folder: &Path, number: u64) {
    let module = jit.folder(folder).load().unwrap();
    let answer = module.function::<extern "C" fn() -> u64>("answer").unwrap();
    assert_eq!(answer(), number);
}

/// Does a child's work, if this process is one.
pub(crate) fn is_child() -> bool {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [child, folder, number] = &arguments[..] else {
        return false;
    };
    if child != CHILD {
        return false;
    }
    let (jit, number) = (crate::new_jit(), number.parse().unwrap());
    let (time, ()) = timed(|| load(&jit, Path::new(folder), number));
    println!("{}", time.as_nanos());
    true
}

pub(crate) fn bench(criterion: &mut Criterion, jit: &Jit, table: &mut Table) {
    for (name, source, records, rounds, what) in [
        ("small", small as fn(u64) -> String, 0, 60, "edited"),
        ("large", large, RECORDS, 60, "edited"),
        (
            "type",
            large_with_a_type,
            RECORDS,
            20,
            "one type of it changed",
        ),
    ] {
        let package = Package::new(source, offered(records));
        let run = |round: usize| {
            let number = round as u64 + 1;
            let mut times = [Duration::ZERO; WAYS.len()];
            for turn in 0..WAYS.len() {
                let way = (round + turn) % WAYS.len();
                package.edit(way, number);
                times[way] = match way {
                    NEW_PROCESS => package.new_process(number),
                    LIBRARY => timed(|| package.cargo(way)).0,
                    ONE_FUNCTION | ALL_FUNCTIONS => timed(|| package.dlopen(way, number)).0,
                    _ => timed(|| load(jit, package.folders[way].path(), number)).0,
                };
            }
            times
        };
        // What is built once is no part of it.
        let mut first = true;
        let race = Race::run(
            criterion,
            &format!("folder/{name}"),
            WAYS,
            rounds,
            |round| {
                if std::mem::take(&mut first) {
                    run(1_000_000);
                }
                run(round)
            },
        );
        if race.rounds() == 0 {
            continue;
        }
        let lines = source(0).lines().count();
        for (way, how) in [
            (
                NEW_PROCESS,
                format!(
                    "a package of {lines} lines with `serde_json`, {what}: folder to first call in a new process"
                ),
            ),
            (0, "… in a process that has loaded it before".to_owned()),
        ] {
            table.row(
                &format!("{how}, against `cargo build` as an rlib"),
                milliseconds(race.median(way)),
                milliseconds(race.median(LIBRARY)),
                format!("{:.2} × its time", race.ratio(way, LIBRARY)),
                "≤ 1.1 ×",
            );
        }
        for (way, what) in [
            (ALL_FUNCTIONS, "that offers the same functions"),
            (ONE_FUNCTION, "that offers one function"),
        ] {
            table.row(
                &format!("… the same, against `cargo build` as a cdylib {what} + `libloading`"),
                milliseconds(race.median(0)),
                milliseconds(race.median(way)),
                times_as_fast(race.ratio(way, 0)),
                "> 1 ×",
            );
        }
    }
}

/// The same with a type that is another one for each number.
fn large_with_a_type(number: u64) -> String {
    let mut source = large(number);
    source.push_str(&format!("pub struct Changed(pub [u8; {number}]);\n"));
    source
}

/// Types of the large package.
const RECORDS: usize = 250;

/// What makes a shared library hold and offer the functions that have no C name.
fn offered(records: usize) -> String {
    let mut statics = String::from(
        "#[unsafe(no_mangle)] pub static TALLY: fn(&str) -> Vec<(String, u32)> = tally;\n",
    );
    for item in 0..records {
        statics.push_str(&format!(
            "#[unsafe(no_mangle)] pub static SUM{item}: fn(&Record{item}) -> u64 = Record{item}::sum;\n\
             #[unsafe(no_mangle)] pub static SHOW{item}: fn(&Record{item}) -> String = Record{item}::show;\n"
        ));
    }
    statics
}

/// What a small plugin is like.
fn small(number: u64) -> String {
    format!(
        "use std::collections::HashMap;

        #[unsafe(no_mangle)]
        pub extern \"C\" fn answer() -> u64 {{
            let value: serde_json::Value = serde_json::from_str(\"[{number}]\").unwrap();
            value[0].as_u64().unwrap()
        }}

        pub fn tally(text: &str) -> Vec<(String, u32)> {{
            let mut words: HashMap<String, u32> = HashMap::new();
            for word in text.split_whitespace() {{
                *words.entry(word.to_lowercase()).or_default() += 1;
            }}
            let mut words: Vec<_> = words.into_iter().collect();
            words.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
            words
        }}
        "
    )
}

/// Many functions and types beside it, as a grown package has.
fn large(number: u64) -> String {
    let mut source = small(number);
    for item in 0..RECORDS {
        source.push_str(&format!(
            "
            #[derive(Clone, Debug, PartialEq)]
            pub struct Record{item} {{ pub name: String, pub values: Vec<u64> }}

            impl Record{item} {{
                pub fn sum(&self) -> u64 {{
                    self.values.iter().map(|value| value * {item} + 1).filter(|value| value % 3 != 0).sum()
                }}

                pub fn show(&self) -> String {{
                    format!(\"{{}}: {{:?}}\", self.name, self.values)
                }}
            }}
            "
        ));
    }
    source
}
