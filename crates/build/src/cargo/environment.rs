//! The environment for cargo. A process started by `cargo run` or `cargo test` inherits variables that speak of *its*
//! package and *its* build; they must not steer the build of dependencies. What configures cargo itself stays: CARGO_HOME,
//! registries, network, RUSTC_WRAPPER. See <https://doc.rust-lang.org/cargo/reference/environment-variables.html>.

use std::env;
use std::ffi::OsStr;
use std::process::Command;

use crate::job::Job;

const NAMES: [&str; 16] = [
    "CARGO",
    "CARGO_BUILD_BUILD_DIR",
    "CARGO_BUILD_RUSTC",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_BUILD_TARGET_DIR",
    "CARGO_CRATE_NAME",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_INCREMENTAL",
    "CARGO_MAKEFLAGS",
    "CARGO_PRIMARY_PACKAGE",
    "CARGO_TARGET_DIR",
    "CARGO_TARGET_TMPDIR",
    "OUT_DIR",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTFLAGS",
];

const PREFIXES: [&str; 6] = [
    "CARGO_BIN_",
    "CARGO_CFG_",
    "CARGO_FEATURE_",
    "CARGO_MANIFEST_",
    "CARGO_PKG_",
    "CARGO_PROFILE_",
];

/// A cargo that builds with the job's compiler and nobody else's flags.
pub(super) fn cargo(job: &Job<'_>) -> Command {
    let toolchain = &job.workspace.toolchain;
    let mut command = Command::new(toolchain.cargo());
    for (name, _) in env::vars_os() {
        if is_foreign(&name) {
            command.env_remove(name);
        }
    }
    command.env("RUSTC", toolchain.rustc());
    // The messages are read, by people too: no colours, no progress bar, no silence.
    command
        .env("CARGO_TERM_COLOR", "never")
        .env("CARGO_TERM_PROGRESS_WHEN", "never")
        .env("CARGO_TERM_QUIET", "false");
    command
}

fn is_foreign(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    NAMES.contains(&&*name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_configures_cargo_stays() {
        for name in [
            "CARGO_HOME",
            "CARGO_NET_OFFLINE",
            "CARGO_REGISTRIES_X_INDEX",
            "RUSTC_WRAPPER",
            "PATH",
        ] {
            assert!(!is_foreign(OsStr::new(name)), "{name}");
        }
        for name in [
            "CARGO_PKG_NAME",
            "RUSTFLAGS",
            "CARGO_PROFILE_DEV_OPT_LEVEL",
            "CARGO_TARGET_DIR",
        ] {
            assert!(is_foreign(OsStr::new(name)), "{name}");
        }
    }
}
