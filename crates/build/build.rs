//! Records which rustc compiles jitney-build, so that a running program finds the same one again without starting a
//! process: its sysroot, its version and host, and the size and time of its executable, by which a change is noticed.
//! Records as well what jitney-build itself is, so that nothing is taken from the cache that another one wrote.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=RUSTC");

    let rustc = env::var_os("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from);
    let sysroot = ask(&rustc, &["--print", "sysroot"]).trim().to_owned();
    let about = ask(&rustc, &["-vV"]);
    let version = about.lines().next().unwrap_or_default();
    let host = about
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap_or_default();

    let executable = Path::new(&sysroot)
        .join("bin")
        .join(format!("rustc{}", env::consts::EXE_SUFFIX));
    println!("cargo::rerun-if-changed={}", executable.display());
    let (size, modified) = stamp(&executable);

    println!("cargo::rerun-if-changed=src");
    let mut hash = DefaultHasher::new();
    add(Path::new("src"), &mut hash);
    println!("cargo::rustc-env=JITNEY_SOURCES={:016x}", hash.finish());

    println!("cargo::rustc-env=JITNEY_RECORDED_SYSROOT={sysroot}");
    println!("cargo::rustc-env=JITNEY_RECORDED_VERSION={version}");
    println!("cargo::rustc-env=JITNEY_RECORDED_HOST={host}");
    println!("cargo::rustc-env=JITNEY_RECORDED_SIZE={size}");
    println!("cargo::rustc-env=JITNEY_RECORDED_MODIFIED={modified}");
}

/// Adds all files of a folder, by name and content.
fn add(folder: &Path, hash: &mut DefaultHasher) {
    let entries = fs::read_dir(folder).expect("the package has its sources");
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            add(&path, hash);
        } else {
            hash.write(path.as_os_str().as_encoded_bytes());
            hash.write(&fs::read(&path).unwrap_or_default());
        }
    }
}

fn ask(rustc: &Path, arguments: &[&str]) -> String {
    let output = Command::new(rustc)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("cannot run {}: {error}", rustc.display()));
    assert!(
        output.status.success(),
        "{} {arguments:?} failed: {}",
        rustc.display(),
        output.status
    );
    String::from_utf8(output.stdout).expect("rustc prints UTF-8")
}

/// Size in bytes and time of change in nanoseconds; zeros, which match no file, when the sysroot has no rustc of its own.
fn stamp(file: &Path) -> (u64, u128) {
    let Ok(metadata) = file.metadata() else {
        return (0, 0);
    };
    let modified = metadata
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    (metadata.len(), modified.map_or(0, |time| time.as_nanos()))
}
