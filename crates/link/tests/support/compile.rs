//! Compiling small texts to objects while a test runs.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// An object of a Rust text, compiled as a library crate of edition 2024 with these further options.
pub(crate) fn rust(crate_name: &str, options: &[&str], text: &str) -> Vec<u8> {
    let mut command = Command::new(rustc());
    command.args([
        "--crate-type=rlib",
        "--emit=obj",
        "--edition=2024",
        "-Ccodegen-units=1",
    ]);
    command
        .args(["--crate-name", crate_name, "-Cpanic=unwind"])
        .args(options)
        .arg("-");
    run(command, text)
}

/// An archive (rlib) of a Rust text.
pub(crate) fn archive(crate_name: &str, text: &str) -> Vec<u8> {
    let mut command = Command::new(rustc());
    command.args([
        "--crate-type=rlib",
        "--edition=2024",
        "--crate-name",
        crate_name,
        "-",
    ]);
    run(command, text)
}

/// An object of a C text, or `None` on a machine without a C compiler.
pub(crate) fn c(options: &[&str], text: &str) -> Option<Vec<u8>> {
    static PRESENT: OnceLock<bool> = OnceLock::new();
    let present = PRESENT.get_or_init(|| {
        let version = Command::new("cc")
            .arg("--version")
            .stdout(Stdio::null())
            .status();
        version.is_ok_and(|status| status.success())
    });
    if !present {
        eprintln!("no C compiler: this case is left out");
        return None;
    }
    let mut command = Command::new("cc");
    command.args(["-c", "-x", "c"]).args(options).arg("-");
    Some(run(command, text))
}

/// Where the toolchain keeps the standard library's archives.
pub(crate) fn library_folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let output = Command::new(rustc())
            .args(["--print", "target-libdir"])
            .output();
        let output = output.expect("rustc runs");
        PathBuf::from(
            String::from_utf8(output.stdout)
                .expect("a path in UTF-8")
                .trim_end(),
        )
    })
}

fn rustc() -> PathBuf {
    std::env::var_os("RUSTC").map_or_else(|| "rustc".into(), PathBuf::from)
}

fn run(mut command: Command, text: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let object = folder.path().join("out.o");
    let mut compiler = command
        .arg("-o")
        .arg(&object)
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .spawn()
        .expect("the compiler starts");
    let mut input = compiler.stdin.take().expect("it is piped");
    input
        .write_all(text.as_bytes())
        .expect("the compiler reads its input");
    drop(input);
    assert!(
        compiler.wait().expect("the compiler ends").success(),
        "the text compiles:\n{text}"
    );
    std::fs::read(&object).expect("the object was written")
}
