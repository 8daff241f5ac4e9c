//! The call of rustc that cargo would make for one target of a package ("unit" is cargo's word), taken apart: what decides
//! what the crate is stays as cargo has it, and what decides what is written, and where, is left out.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::capture::Captured;
use crate::resolution::Resolution;

/// How cargo would have a target compiled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Unit {
    /// The package's name.
    pub(crate) name: String,
    /// The package's version.
    pub(crate) version: String,
    pub(crate) crate_name: String,
    pub(crate) edition: String,
    pub(crate) opt_level: String,
    /// The root file, as an absolute path.
    pub(crate) root: PathBuf,
    /// The folder that rustc runs in, to which `file!()` and panics are relative.
    pub(crate) folder: PathBuf,
    /// Where cargo has rustc keep what it can use again after a change.
    pub(crate) incremental: Option<PathBuf>,
    /// Whether it is a procedural macro, which runs in the compiler alone.
    pub(crate) is_macro: bool,
    /// Arguments to rustc: `--cfg`, `-l`, lints, …
    pub(crate) arguments: Vec<String>,
    /// Variables that cargo and the build script set.
    pub(crate) env: Vec<(String, String)>,
}

/// Options of rustc that are jitney's to give, by their names after `-C`.
const LEFT_OUT: [&str; 13] = [
    "codegen-units",
    "debuginfo",
    "embed-bitcode",
    "extra-filename",
    "incremental",
    "linker-plugin-lto",
    "lto",
    "metadata",
    "opt-level",
    // The standard library of this process unwinds.
    "panic",
    "prefer-dynamic",
    "split-debuginfo",
    "strip",
];

/// Options that take their value as the next word, where they are not written with `=`.
const WITH_VALUE: [&str; 14] = [
    "--cap-lints",
    "--cfg",
    "--check-cfg",
    "--codegen",
    "--crate-name",
    "--crate-type",
    "--edition",
    "--emit",
    "--extern",
    "--out-dir",
    "--target",
    "-C",
    "-L",
    "-l",
];

/// A word of the command line that makes this unit another one than cargo's own, so that it is never "fresh".
pub(super) const MARK: &str = "jitney_unit";

impl Unit {
    /// Takes a captured call apart. The crates that it names, and where theirs are found, are for the resolution.
    pub(super) fn of(captured: Captured) -> (Unit, Resolution) {
        let Captured {
            arguments,
            env,
            folder,
        } = captured;
        let value = |name: &str| {
            let mut found = env.iter().filter(|(key, _)| key == name);
            found
                .next()
                .map_or(String::new(), |(_, value)| value.clone())
        };
        let mut unit = Unit {
            name: value("CARGO_PKG_NAME"),
            version: value("CARGO_PKG_VERSION"),
            crate_name: value("CARGO_CRATE_NAME"),
            edition: "2015".to_owned(),
            opt_level: "0".to_owned(),
            ..Unit::default()
        };
        let mut resolution = Resolution::default();
        let mut words = arguments.into_iter();
        while let Some(word) = words.next() {
            let (option, value) = match word.split_once('=') {
                _ if WITH_VALUE.contains(&word.as_str()) => {
                    (word.clone(), words.next().unwrap_or_default())
                }
                Some((option, value)) if option.starts_with("--") => {
                    (option.to_owned(), value.to_owned())
                }
                _ if word.starts_with('-') => (word.clone(), String::new()),
                _ => {
                    unit.root = folder.join(&word);
                    continue;
                }
            };
            unit.take(&mut resolution, &word, &option, value);
        }
        unit.env = env;
        unit.folder = folder;
        (unit, resolution)
    }

    fn take(&mut self, resolution: &mut Resolution, word: &str, option: &str, value: String) {
        match option {
            "--crate-name" => self.crate_name = value,
            "--edition" => self.edition = value,
            "--crate-type" => self.is_macro |= value == "proc-macro",
            "-C" | "--codegen" => {
                let (key, of) = value.split_once('=').unwrap_or((&value, ""));
                if key == "opt-level" {
                    of.clone_into(&mut self.opt_level);
                }
                if key == "incremental" {
                    self.incremental = Some(PathBuf::from(of));
                }
                if !LEFT_OUT.contains(&key) {
                    self.arguments.extend(["-C".to_owned(), value]);
                }
            }
            "--extern" => match value.split_once('=') {
                Some((name, path)) => {
                    // Before the name may stand modifiers: `priv,noprelude:name`.
                    let name = name.rsplit(':').next().unwrap_or(name);
                    resolution
                        .externs
                        .push((name.to_owned(), linkable(Path::new(path))));
                }
                None => self.arguments.extend(["--extern".to_owned(), value]),
            },
            "-L" => match value.strip_prefix("dependency=") {
                Some(folder) => resolution.search_folders.push(PathBuf::from(folder)),
                None => self.arguments.extend(["-L".to_owned(), value]),
            },
            "--cfg" if value == MARK => {}
            "--emit" | "--out-dir" | "--target" | "--json" | "--error-format"
            | "--diagnostic-width" | "--color" | "--remap-path-scope" => {}
            _ if WITH_VALUE.contains(&word) => {
                self.arguments.extend([option.to_owned(), value]);
            }
            _ => self.arguments.push(word.to_owned()),
        }
    }

    /// What `cargo run` sets for the program: of what it sets for the compiler, that which is not about compiling.
    pub(crate) fn run_environment(&self) -> Vec<(String, String)> {
        const OF_COMPILING: [&str; 4] = [
            "CARGO_BIN_NAME",
            "CARGO_CRATE_NAME",
            "CARGO_PRIMARY_PACKAGE",
            "LD_LIBRARY_PATH",
        ];
        let variables = self.env.iter();
        variables
            .filter(|(name, _)| !OF_COMPILING.contains(&name.as_str()))
            .cloned()
            .collect()
    }

    /// The folder of the root file.
    pub(crate) fn root_folder(&self) -> &Path {
        self.root.parent().unwrap_or(Path::new("/"))
    }
}

/// The file with the machine code that belongs to what cargo names. A library is compiled as soon as its dependencies'
/// metadata is there, so that is what cargo names.
fn linkable(path: &Path) -> PathBuf {
    let rlib = path.with_extension("rlib");
    let path = match path.extension().is_some_and(|end| end == "rmeta") && rlib.is_file() {
        true => rlib,
        false => path.to_owned(),
    };
    // What stands in for a crate of the host's is a link to the host's own file.
    std::fs::canonicalize(&path).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_of_cargos_is_taken_apart() {
        let arguments = [
            "--crate-name",
            "my_pkg",
            "--edition=2021",
            "src/lib.rs",
            "--error-format=json",
            "--json=diagnostic-rendered-ansi,artifacts",
            "--crate-type",
            "cdylib",
            "--crate-type",
            "rlib",
            "--emit=dep-info,metadata,link",
            "-C",
            "embed-bitcode=no",
            "-C",
            "opt-level=1",
            "-C",
            "debuginfo=2",
            "-C",
            "overflow-checks=off",
            "-C",
            "panic=abort",
            "--cfg",
            "feature=\"a\"",
            "--check-cfg",
            "cfg(feature, values(\"a\"))",
            "-C",
            "metadata=34",
            "-C",
            "extra-filename=-b0",
            "--out-dir",
            "/t/deps",
            "-C",
            "incremental=/t/i",
            "-L",
            "dependency=/t/deps",
            "--extern",
            "itoa=/t/deps/libitoa-6c.rmeta",
            "--extern",
            "priv:x=/t/deps/libx-1.rlib",
            "--extern",
            "proc_macro",
            "--cfg",
            MARK,
            "-L",
            "native=/n",
            "-l",
            "static=own",
            "-Dwarnings",
        ];
        let env = [("CARGO_PKG_NAME", "my-pkg"), ("CARGO_PKG_VERSION", "0.3.0")];
        let (unit, resolution) = Unit::of(Captured {
            arguments: arguments.map(str::to_owned).to_vec(),
            env: env
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
            folder: "/p".into(),
        });
        assert_eq!(
            (unit.name.as_str(), unit.version.as_str()),
            ("my-pkg", "0.3.0")
        );
        assert_eq!(unit.crate_name, "my_pkg");
        assert_eq!(
            (unit.edition.as_str(), unit.opt_level.as_str()),
            ("2021", "1")
        );
        assert_eq!(unit.root, Path::new("/p/src/lib.rs"));
        assert!(!unit.is_macro);
        assert_eq!(unit.incremental.as_deref(), Some(Path::new("/t/i")));
        let kept = [
            "-C",
            "overflow-checks=off",
            "--cfg",
            "feature=\"a\"",
            "--check-cfg",
            "cfg(feature, values(\"a\"))",
            "--extern",
            "proc_macro",
            "-L",
            "native=/n",
            "-l",
            "static=own",
            "-Dwarnings",
        ];
        assert_eq!(unit.arguments, kept);
        let externs = [
            ("itoa", "/t/deps/libitoa-6c.rmeta"),
            ("x", "/t/deps/libx-1.rlib"),
        ];
        let externs = externs.map(|(name, path)| (name.to_owned(), PathBuf::from(path)));
        assert_eq!(resolution.externs, externs);
        assert_eq!(resolution.search_folders, [PathBuf::from("/t/deps")]);
    }
}
