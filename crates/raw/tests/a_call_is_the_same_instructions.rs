//! A call through a handle takes not one instruction more than one through a pointer to a function of the program.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::{fs, path::Path, process::Command};

/// Builds the program with optimization, as a package of its own: without the tests' own dependencies, which it does
/// not need.
fn build(folder: &Path) -> std::path::PathBuf {
    let this = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::create_dir_all(folder).unwrap();
    let manifest = format!(
        "[package]\nname = \"calls\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n\
         [[bin]]\nname = \"calls\"\npath = '{}'\n\
         [dependencies]\njitney-raw = {{ path = '{}', default-features = false }}\n",
        this.join("tests/programs/calls.rs").display(),
        this.display()
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    // The versions are those of the project; what it does not need is left out of its copy.
    fs::copy(this.join("../../Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let built = Command::new(env!("CARGO"))
        .args([
            "build",
            "--release",
            "--offline",
            "--quiet",
            "--manifest-path",
        ])
        .arg(folder.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(folder.join("target"))
        .output()
        .unwrap();
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );
    folder.join("target/release/calls")
}

/// How many instructions the program executes for so many calls through this.
fn instructions(program: &Path, through: &str, count: u64) -> u64 {
    let ran = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([through, &count.to_string()])
        .output()
        .unwrap();
    let report = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{report}");
    // One of its lines is `==1== Collected : 123`.
    let (_, collected) = report.rsplit_once("Collected : ").expect(&report);
    let collected = collected.lines().next().unwrap_or_default();
    collected.trim().parse().expect(&report)
}

#[test]
fn as_through_a_static_pointer() {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("skipped: there is no valgrind here");
        return;
    }
    let program = build(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("calls"));
    let per_call = |through| {
        const CALLS: u64 = 100_000;
        let more =
            instructions(&program, through, 2 * CALLS) - instructions(&program, through, CALLS);
        // To a hundredth: what the system does beside it is far below.
        (more as f64 / CALLS as f64 * 100.0).round() / 100.0
    };
    let plain = per_call("a static function");
    for through in ["Raw", "LibraryFunction", "the same pointer"] {
        assert_eq!(per_call(through), plain, "{through}");
    }
}
