//! rustc's command line, as far as it says what the crate is and what it is compiled against.

use std::env;
use std::fs;

/// What was read out of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct CommandLine {
    /// None where the macro is not expanded by a compiler: in an editor, say.
    pub(crate) crate_name: Option<String>,
    pub(crate) crate_types: Vec<String>,
    /// Compiled as a test program, whatever its type.
    pub(crate) is_test: bool,
    /// Crates with their files.
    pub(crate) externs: Vec<(String, String)>,
    /// The values of `-L`.
    pub(crate) search: Vec<String>,
    pub(crate) out_dir: Option<String>,
    /// The values of `-C`.
    pub(crate) codegen: Vec<String>,
    pub(crate) edition: Option<String>,
    pub(crate) features: Vec<String>,
    /// Whether a compiler was seen at all.
    pub(crate) is_rustc: bool,
}

impl CommandLine {
    pub(crate) fn of_this_process() -> CommandLine {
        let arguments = env::args_os().map(|argument| argument.to_string_lossy().into_owned());
        CommandLine::read(arguments.skip(1).flat_map(followed))
    }

    fn read(arguments: impl Iterator<Item = String>) -> CommandLine {
        let mut line = CommandLine::default();
        let mut arguments = arguments.peekable();
        while let Some(argument) = arguments.next() {
            if argument == "--test" {
                line.is_test = true;
                continue;
            }
            let Some((option, inline)) = split(&argument) else {
                continue;
            };
            let Some(value) = inline.or_else(|| arguments.next()) else {
                break;
            };
            line.take(option, value);
        }
        line.is_rustc =
            line.crate_name.is_some() || !line.externs.is_empty() || line.out_dir.is_some();
        line
    }

    fn take(&mut self, option: &str, value: String) {
        match option {
            "--crate-name" => self.crate_name = Some(value),
            "--crate-type" => self.crate_types.extend(value.split(',').map(str::to_owned)),
            "--out-dir" => self.out_dir = Some(value),
            "--edition" => self.edition = Some(value),
            "-L" => self.search.push(value),
            "-C" | "--codegen" => self.codegen.push(value),
            "--cfg" => self.features.extend(feature(&value)),
            "--extern" => self.externs.extend(file_of(&value)),
            _ => {}
        }
    }

    /// The value of a `-C NAME=VALUE`; the last one counts.
    pub(crate) fn codegen(&self, name: &str) -> Option<&str> {
        let value = |one: &'_ String| one.strip_prefix(name)?.strip_prefix('=').map(str::len);
        let last = self.codegen.iter().rfind(|one| value(one).is_some())?;
        Some(&last[name.len() + 1..])
    }

    /// Whether other crates, and loaded code too, can be compiled against what comes out.
    pub(crate) fn is_library(&self) -> bool {
        let is_one = |kind: &String| kind == "lib" || kind == "rlib";
        !self.is_test && self.crate_types.iter().any(is_one)
    }
}

/// An argument, or those in the file that it stands for: rustc takes one argument a line from `@FILE`.
fn followed(argument: String) -> Vec<String> {
    let text = argument
        .strip_prefix('@')
        .and_then(|file| fs::read_to_string(file).ok());
    match text {
        Some(text) => text.lines().map(str::to_owned).collect(),
        None => vec![argument],
    }
}

/// The option that an argument is, with its value where that is a part of the same argument.
fn split(argument: &str) -> Option<(&str, Option<String>)> {
    const LONG: [&str; 7] = [
        "--crate-name",
        "--crate-type",
        "--out-dir",
        "--edition",
        "--codegen",
        "--cfg",
        "--extern",
    ];
    for option in LONG {
        match argument.strip_prefix(option) {
            Some("") => return Some((&argument[..option.len()], None)),
            Some(rest) if rest.starts_with('=') => {
                return Some((&argument[..option.len()], Some(rest[1..].to_owned())));
            }
            _ => {}
        }
    }
    for option in ["-L", "-C"] {
        match argument.strip_prefix(option) {
            Some("") => return Some((&argument[..2], None)),
            Some(rest) => return Some((&argument[..2], Some(rest.to_owned()))),
            None => {}
        }
    }
    None
}

/// `api=FILE`, `priv:api=FILE`, `priv,noprelude:api=FILE`. A crate without a file is the compiler's own.
fn file_of(value: &str) -> Option<(String, String)> {
    let (name, file) = value.split_once('=')?;
    let name = name.rsplit_once(':').map_or(name, |(_, name)| name);
    Some((name.to_owned(), file.to_owned()))
}

fn feature(cfg: &str) -> Option<String> {
    let value = cfg.strip_prefix("feature=\"")?.strip_suffix('"')?;
    Some(value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> CommandLine {
        CommandLine::read(arguments.iter().map(|argument| (*argument).to_owned()))
    }

    #[test]
    fn every_spelling_of_an_option_is_read() {
        let line = read(&[
            "--crate-name",
            "host",
            "--edition=2024",
            "--crate-type",
            "lib,cdylib",
            "-C",
            "metadata=1",
            "-Copt-level=3",
            "--codegen=metadata=2",
            "-L",
            "dependency=/a",
            "-Lnative=/b",
            "--cfg",
            "feature=\"x\"",
            "--cfg",
            "unix",
            "--extern",
            "api=/t/libapi.rlib",
            "--extern=priv,noprelude:log=/t/liblog.rmeta",
            "--extern",
            "proc_macro",
            "--extern",
            "priv:one=a=b",
            "src/lib.rs",
        ]);
        assert_eq!(line.crate_name.as_deref(), Some("host"));
        assert_eq!(line.edition.as_deref(), Some("2024"));
        assert_eq!(line.codegen("metadata"), Some("2"));
        assert_eq!(line.codegen("opt-level"), Some("3"));
        assert_eq!(line.codegen("extra-filename"), None);
        assert_eq!(line.search, ["dependency=/a", "native=/b"]);
        assert_eq!(line.features, ["x"]);
        let externs = [
            ("api", "/t/libapi.rlib"),
            ("log", "/t/liblog.rmeta"),
            ("one", "a=b"),
        ];
        assert_eq!(
            line.externs,
            externs.map(|(name, file)| (name.to_owned(), file.to_owned()))
        );
        assert!(line.is_rustc && line.is_library());
        assert!(!read(&["--crate-type=lib", "--test"]).is_library());
    }

    #[test]
    fn what_is_no_compiler_is_told_apart() {
        assert!(!read(&["proc-macro", "--port", "1"]).is_rustc);
        assert!(!read(&["--extern"]).is_rustc);
    }

    #[test]
    fn arguments_are_read_out_of_files() {
        let file = env::temp_dir().join(format!("jitney-macros-{}", std::process::id()));
        fs::write(&file, "--extern\napi=/a b/libapi.rlib\n").unwrap();
        let arguments = followed(format!("@{}", file.display()));
        fs::remove_file(&file).unwrap();
        let line = CommandLine::read(arguments.into_iter());
        assert_eq!(
            line.externs,
            [("api".to_owned(), "/a b/libapi.rlib".to_owned())]
        );
        assert_eq!(followed("@nowhere".to_owned()), ["@nowhere"]);
    }
}
