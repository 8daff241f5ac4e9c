//! The independent truth: a case as an ordinary program, built by cargo, linked by the system's linker, in a process of
//! its own.

use std::path::PathBuf;
use std::process::Command;

use crate::case::Case;
use crate::{suite, target_folder};

/// What the case's own program prints.
pub(crate) fn report(case: Case) -> String {
    let output = Command::new(program(case)).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", case.package_name());
    String::from_utf8(output.stdout).unwrap()
}

/// Builds the case's program for a named target, as jitney has dependencies built: so both use the same compilations.
fn program(case: Case) -> PathBuf {
    let (name, target) = (case.package_name(), target_folder());
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--locked", "--package", &name, "--target", &host()]);
    cargo.arg("--manifest-path").arg(suite().join("Cargo.toml"));
    cargo.arg("--target-dir").arg(&target);
    // What cargo told this test of itself. jitney keeps it from the cargo that it starts, and a build script that looks
    // at it would run again and again.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if is_foreign(&name) {
            cargo.env_remove(&*name);
        }
    }
    let output = cargo.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    target.join(host()).join("debug").join(name)
}

/// Whether a variable speaks of the build of this test, rather than configuring cargo.
fn is_foreign(variable: &str) -> bool {
    let configures = [
        "CARGO_HOME",
        "CARGO_HTTP_",
        "CARGO_NET_",
        "CARGO_REGISTRIES_",
    ];
    let is_cargos = variable.starts_with("CARGO_")
        && !configures.iter().any(|prefix| variable.starts_with(prefix));
    is_cargos || ["OUT_DIR", "RUSTFLAGS"].contains(&variable)
}

/// The target that the toolchain builds for by itself.
pub(crate) fn host() -> String {
    let mut rustc = Command::new(crate::jit().compiler().rustc());
    let output = rustc.args(["--print", "host-tuple"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
