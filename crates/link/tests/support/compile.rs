//! Compiling small texts to objects while a test runs.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

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
    by("cc", "c", options, text)
}

/// The C compilers of this machine: the system's own, and clang.
pub(crate) fn c_compilers() -> impl Iterator<Item = &'static str> {
    ["cc", "clang"].into_iter().filter(|name| has(name))
}

/// An object of a text in a language that gcc and clang have a name for; `None` without the compiler,
/// and for options that it does not know.
pub(crate) fn by(compiler: &str, language: &str, options: &[&str], text: &str) -> Option<Vec<u8>> {
    if !has(compiler) {
        return None;
    }
    let mut command = Command::new(compiler);
    command.args(["-c", "-x", language]).args(options).arg("-");
    if compiler == "clang" && !understands(compiler, options) {
        eprintln!("skipped: {compiler} does not know one of {options:?}");
        return None;
    }
    Some(run(command, text))
}

/// Whether a compiler takes these options: clang and gcc have most in common.
fn understands(compiler: &str, options: &[&str]) -> bool {
    let mut command = Command::new(compiler);
    command.args(["-Werror", "-c", "-o", "/dev/null", "-x", "c"]);
    let status = command
        .args(options)
        .arg("/dev/null")
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

/// An object that one of the assemblers `nasm` and `fasm` makes, or `None` where it is not installed.
pub(crate) fn assembly(assembler: &str, text: &str) -> Option<Vec<u8>> {
    let version = Command::new(assembler).arg("-v").output();
    if version.is_err() {
        eprintln!("skipped: {assembler} is not installed");
        return None;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (source, object) = (folder.path().join("in.asm"), folder.path().join("out.o"));
    std::fs::write(&source, text).expect("the folder takes files");
    let mut command = Command::new(assembler);
    match assembler {
        "nasm" => command
            .args(["-f", "elf64", "-o"])
            .arg(&object)
            .arg(&source),
        _ => command.arg(&source).arg(&object),
    };
    let output = command.output().expect("the assembler starts");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Some(std::fs::read(&object).expect("the object was written"))
}

/// Whether a compiler is installed; says so where it is not.
pub(crate) fn has(compiler: &str) -> bool {
    static FOUND: Mutex<Vec<(String, bool)>> = Mutex::new(Vec::new());
    let mut found = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, has)) = found.iter().find(|(name, _)| name == compiler) {
        return *has;
    }
    let version = Command::new(compiler)
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    let has = version.is_ok_and(|status| status.success());
    if !has {
        eprintln!("skipped: {compiler} is not installed");
    }
    found.push((compiler.to_owned(), has));
    has
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
