//! A package whose dependencies are built, after a change of its source: jitney to the first call, against the same
//! package by cargo as a library, which takes no link step, and as a shared library that is opened and called.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use criterion::Criterion;
use jitney::Jit;

use crate::race::{Race, timed};
use crate::table::{Table, milliseconds, times_as_fast};

/// The ways in which the package is built.
const WAYS: [&str; 3] = ["jitney", "cargo build", "cargo build, dlopen"];

/// A package on disk, once for each way, so that none finds what another has built.
struct Package {
    folders: [tempfile::TempDir; 3],
    source: fn(u64) -> String,
}

impl Package {
    fn new(source: fn(u64) -> String) -> Package {
        let package = Package {
            folders: std::array::from_fn(|_| tempfile::tempdir().unwrap()),
            source,
        };
        for (way, folder) in package.folders.iter().enumerate() {
            let kind = if way == 2 { "\"cdylib\"" } else { "\"lib\"" };
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
        fs::write(self.root(way), (self.source)(number)).unwrap();
    }

    fn root(&self, way: usize) -> PathBuf {
        self.folders[way].path().join("src/lib.rs")
    }

    fn jitney(&self, jit: &Jit, number: u64) {
        let module = jit.folder(self.folders[0].path()).load().unwrap();
        let answer = module.function::<extern "C" fn() -> u64>("answer").unwrap();
        assert_eq!(answer(), number);
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

    fn dlopen(&self, number: u64) {
        self.cargo(2);
        let target = self.folders[2].path().join("target/debug");
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

pub(crate) fn bench(criterion: &mut Criterion, jit: &Jit, table: &mut Table) {
    for (name, source) in [("small", small as fn(u64) -> String), ("large", large)] {
        let package = Package::new(source);
        let run = |round: usize| {
            let number = round as u64 + 1;
            let mut times = [std::time::Duration::ZERO; 3];
            for turn in 0..3 {
                let way = (round + turn) % 3;
                package.edit(way, number);
                times[way] = timed(|| match way {
                    0 => package.jitney(jit, number),
                    1 => package.cargo(1),
                    _ => package.dlopen(number),
                })
                .0;
            }
            times
        };
        // What is built once is no part of it.
        let mut first = true;
        let race = Race::run(criterion, &format!("folder/{name}"), WAYS, 60, |round| {
            if std::mem::take(&mut first) {
                run(1_000_000);
            }
            run(round)
        });
        if race.rounds() == 0 {
            continue;
        }
        let lines = source(0).lines().count();
        table.row(
            &format!("a package of {lines} lines with `serde_json`, edited: folder to first call, against `cargo build` as an rlib"),
            milliseconds(race.median(0)),
            milliseconds(race.median(1)),
            format!("{:.2} × its time", race.ratio(0, 1)),
            "≤ 1.1 ×",
        );
        table.row(
            "… against `cargo build` as a cdylib + `libloading`",
            milliseconds(race.median(0)),
            milliseconds(race.median(2)),
            times_as_fast(race.ratio(2, 0)),
            "> 1 ×",
        );
    }
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
    for item in 0..250 {
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
