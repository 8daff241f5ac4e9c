//! Building and running hosts: the package in `fixtures/host`, by cargo, in one profile or another.

use std::ffi::OsStr;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, OnceLock, PoisonError};

use jitney_link::{Bytes, Input};

use super::compile::{self, library_folder};

/// Where the package and all that is built of it are.
pub(crate) fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hosts-of-every-kind");
        let link = Path::new(env!("CARGO_MANIFEST_DIR"));
        let fixture = link.join("tests/fixtures/host");
        std::fs::create_dir_all(folder.join("src")).expect("the folder can be made");
        let manifest = std::fs::read_to_string(fixture.join("Cargo.toml.in"));
        let manifest = manifest.expect("the manifest is there");
        let manifest = manifest.replace("LINK", &format!("{link:?}"));
        write_if_new(&folder.join("Cargo.toml"), manifest.as_bytes());
        // The versions that this workspace was built with, so that nothing has to be fetched.
        let lock = std::fs::read(link.join("../../Cargo.lock")).expect("the lock file is there");
        std::fs::write(folder.join("Cargo.lock"), lock).expect("the lock file is written");
        for entry in std::fs::read_dir(fixture.join("src")).expect("the sources are there") {
            let path = entry.expect("an entry").path();
            let text = std::fs::read(&path).expect("a source is read");
            let name = path.file_name().expect("a name");
            write_if_new(&folder.join("src").join(name), &text);
        }
        folder
    })
}

/// Leaves a file that has the content already as it is, so that cargo builds nothing anew.
fn write_if_new(path: &Path, content: &[u8]) {
    if std::fs::read(path).is_ok_and(|before| before == content) {
        return;
    }
    std::fs::write(path, content).expect("a source is written");
}

/// The object that hosts link: `loaded.rs`, compiled on its own.
pub(crate) fn object() -> &'static Path {
    static OBJECT: OnceLock<PathBuf> = OnceLock::new();
    OBJECT.get_or_init(|| {
        let text = std::fs::read_to_string(folder().join("src/loaded.rs")).expect("its source");
        let path = folder().join("loaded.o");
        let object = compile::rust("loaded", &[], &text);
        std::fs::write(&path, object).expect("the object is written");
        path
    })
}

/// A kind of host to build.
#[derive(Clone, Copy, Default)]
pub(crate) struct Kind<'a> {
    /// What the copy is called.
    pub(crate) name: &'a str,
    pub(crate) profile: &'a str,
    pub(crate) features: &'a str,
    /// Further flags for the host's own compilation.
    pub(crate) flags: &'a [&'a str],
    /// `--bin host`, `--lib`, or what else selects a part of the package.
    pub(crate) what: &'a [&'a str],
}

/// Builds a host and copies it to a name of its own.
pub(crate) fn build(kind: Kind<'_>) -> PathBuf {
    // Builds with different flags leave their result in the same place.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = folder();
    let what = match kind.what {
        [] => &["--bin", "host"],
        what => what,
    };
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["rustc", "--quiet", "--offline", "--manifest-path"]);
    cargo.arg(folder.join("Cargo.toml")).args(what);
    cargo.args(["--profile", kind.profile, "--features", kind.features]);
    cargo.arg("--target-dir").arg(folder.join("target"));
    cargo.args(["--message-format", "json-render-diagnostics", "--"]);
    cargo.args(kind.flags).env_remove("CARGO_ENCODED_RUSTFLAGS");
    let output = run(&mut cargo);
    let built = built_file(&text(&output.stdout)).expect("cargo says what it built");
    let copy = folder.join(kind.name);
    // Under the old name a program of an earlier run may still be mapped.
    let _ = std::fs::remove_file(&copy);
    std::fs::copy(built, &copy).expect("the host is copied");
    copy
}

/// The last file that cargo reports as the result of this package.
fn built_file(messages: &str) -> Option<PathBuf> {
    let of_host =
        |line: &&str| line.contains("compiler-artifact") && line.contains("name\":\"host\"");
    let line = messages.lines().rfind(of_host)?;
    let files = line.split_once("\"filenames\":[\"")?.1;
    Some(PathBuf::from(files.split_once('"')?.0))
}

/// What a host is started with: the library folder, the object, and what to do with it.
pub(crate) fn arguments(what: &str) -> [&OsStr; 3] {
    [
        library_folder().as_os_str(),
        object().as_os_str(),
        what.as_ref(),
    ]
}

/// As [`arguments`], for a host without a toolchain: instead of the libraries it gets what the object needs of them.
pub(crate) fn arguments_alone(what: &str) -> [&OsStr; 3] {
    static PARTS: OnceLock<PathBuf> = OnceLock::new();
    let parts = PARTS.get_or_init(|| {
        let path = folder().join("loaded.parts");
        let object = std::fs::read(object()).expect("the object is there");
        let input = Input {
            objects: vec![("loaded.o".into(), Bytes::from(object))],
            ..Input::default()
        };
        // All that the object defines for others: those are what hosts ask for.
        let taken = super::linker().take_along(input, &|name| !name.starts_with(b"_"));
        let taken = taken.unwrap_or_else(|error| panic!("{error}"));
        std::fs::write(&path, taken.parts).expect("the parts are written");
        path
    });
    [parts.as_os_str(), object().as_os_str(), what.as_ref()]
}

/// Runs a host and gives what it reports, or its error message.
pub(crate) fn report(command: &mut Command) -> Result<String, String> {
    let output = command.output().expect("the host starts");
    let message = text(&output.stderr);
    if output.status.code() == Some(3) {
        return Err(message);
    }
    assert!(
        output.status.success(),
        "{command:?}: {:?} (signal {:?})\n{message}",
        output.status,
        output.status.signal()
    );
    let all = text(&output.stdout);
    Ok(all
        .lines()
        .filter(|line| line.starts_with('|'))
        .map(|line| format!("{line}\n"))
        .collect())
}

/// The same program as an ordinary build of all its parts.
pub(crate) fn native() -> &'static Path {
    static NATIVE: OnceLock<PathBuf> = OnceLock::new();
    NATIVE.get_or_init(|| {
        build(Kind {
            name: "native",
            profile: "dev",
            features: "native",
            ..Kind::default()
        })
    })
}

/// What that reports.
pub(crate) fn truth(what: &str) -> String {
    let truth = report(Command::new(native()).args(arguments(what))).expect("an ordinary program");
    assert!(truth.lines().count() > 9, "{truth}");
    truth
}

/// Runs a tool that has to succeed.
pub(crate) fn run(command: &mut Command) -> Output {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}\n{}",
        text(&output.stderr)
    );
    output
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Whether a tool of the system is there; says so where it is not.
pub(crate) fn has(tool: &str) -> bool {
    let found = Command::new(tool).arg("--version").output().is_ok();
    if !found {
        eprintln!("skipped: {tool} is not installed");
    }
    found
}
