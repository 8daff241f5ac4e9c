//! What the tests share: a workspace whose caches lie in cargo's own target folder, so that dependencies are compiled
//! once for all tests, and the ordinary rustc to compare with.
#![allow(dead_code, reason = "each test file uses a part")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use jitney_build::{
    Built, Diagnostic, Error, Export, Options, Source, Status, Toolchain, Workspace,
};

pub(crate) fn workspace() -> Workspace {
    static TOOLCHAIN: OnceLock<Toolchain> = OnceLock::new();
    let toolchain = TOOLCHAIN.get_or_init(|| Toolchain::find().unwrap()).clone();
    Workspace {
        cache_folder: temporary("cache"),
        // What is tested is building.
        cache: false,
        ..Workspace::new(toolchain)
    }
}

pub(crate) fn temporary(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

pub(crate) fn text(text: &str) -> Source {
    Source::Text(text.to_owned())
}

pub(crate) fn library(source: &str) -> Result<Built, Error> {
    workspace().library(&text(source), &Options::default())
}

/// A folder with these files, gone after the test.
pub(crate) fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

/// What the ordinary rustc writes on stderr about a library.
pub(crate) fn rustc_says(path: &Path) -> String {
    let output = tempfile::tempdir().unwrap();
    let result = Command::new(workspace().toolchain.rustc())
        .args([
            "--edition",
            "2024",
            "--crate-type=rlib",
            "--emit=obj",
            "-Ccodegen-units=1",
            "-o",
        ])
        .arg(output.path().join("x.o"))
        .arg(path)
        .output()
        .unwrap();
    String::from_utf8(result.stderr).unwrap()
}

pub(crate) fn diagnostics(error: &Error) -> &[Diagnostic] {
    match error {
        Error::Compile { diagnostics } => diagnostics,
        other => panic!("not a compile error: {other}"),
    }
}

pub(crate) fn rendered(diagnostics: &[Diagnostic]) -> String {
    diagnostics
        .iter()
        .map(|diagnostic| diagnostic.rendered.as_str())
        .collect()
}

pub(crate) fn exported(built: &Built) -> Vec<&str> {
    let is_exported = |export: &&Export| matches!(export.status, Status::Exported { .. });
    built
        .exports
        .iter()
        .filter(is_exported)
        .map(|export| export.name.as_str())
        .collect()
}

/// The reason why an export was refused.
pub(crate) fn refused<'b>(built: &'b Built, path: &str) -> &'b str {
    let export = built
        .exports
        .iter()
        .find(|export| export.name == path)
        .unwrap_or_else(|| panic!("no {path}"));
    match &export.status {
        Status::Refused { reason } => reason,
        other => panic!("{path} is {other:?}"),
    }
}

pub(crate) fn holds(object: &[u8], text: &str) -> bool {
    object
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

/// Names of the symbols that the object defines.
pub(crate) fn symbols(object: &[u8]) -> Vec<String> {
    use object::{Object, ObjectSymbol};
    let file = object::File::parse(object).unwrap();
    let defined = file.symbols().filter(ObjectSymbol::is_definition);
    defined
        .filter_map(|symbol| symbol.name().ok().map(str::to_owned))
        .collect()
}
