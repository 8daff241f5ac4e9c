//! The environment for cargo. A process started by `cargo run` or `cargo test` inherits variables that speak of *its*
//! package and *its* build; they must not steer the build of dependencies. What configures cargo itself stays: CARGO_HOME,
//! registries, network, RUSTC_WRAPPER. See <https://doc.rust-lang.org/cargo/reference/environment-variables.html>.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::task::Task;

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

/// A cargo that builds with the task's compiler and nobody else's flags.
pub(super) fn cargo(task: &Task<'_>) -> Command {
    let toolchain = &task.workspace.toolchain;
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
    // Code in a running process unwinds as its standard library does, and is linked without rustc.
    command
        .env("CARGO_PROFILE_DEV_PANIC", "unwind")
        .env("CARGO_PROFILE_DEV_LTO", "false");
    command.envs(task.options.env.iter().map(|(name, value)| (name, value)));
    command
}

/// A command of the same program and environment, to compare with.
pub(super) fn copy(command: &Command) -> Command {
    let mut copy = Command::new(command.get_program());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => copy.env(name, value),
            None => copy.env_remove(name),
        };
    }
    copy
}

/// The wrapper around the compiler that the user has set, as cargo looks for it: in the environment, then in the
/// configuration of the folder, of those above, and of the user
/// (<https://doc.rust-lang.org/cargo/reference/config.html#buildrustc-wrapper>).
pub(super) fn wrapper(task: &Task<'_>, folder: &Path) -> Option<PathBuf> {
    let given = |name: &str| {
        let variables = &task.options.env;
        let given = variables.iter().rev().find(|(given, _)| given == name);
        given.map_or_else(|| env::var_os(name), |(_, value)| Some(value.into()))
    };
    let set = ["RUSTC_WRAPPER", "CARGO_BUILD_RUSTC_WRAPPER"]
        .into_iter()
        .find_map(given);
    if let Some(set) = set {
        // Set to nothing, it switches off what the configuration says.
        return (!set.is_empty()).then(|| PathBuf::from(set));
    }
    let configured = config_files(folder)
        .into_iter()
        .find_map(|file| rustc_wrapper(&std::fs::read_to_string(file).ok()?))?;
    (!configured.is_empty()).then(|| PathBuf::from(configured))
}

/// The files that may configure cargo in a folder, the nearest first.
pub(super) fn config_files(folder: &Path) -> Vec<PathBuf> {
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")));
    let folders = folder.ancestors().map(|folder| folder.join(".cargo"));
    let named = |folder: PathBuf| ["config.toml", "config"].map(|name| folder.join(name));
    folders.chain(home).flat_map(named).collect()
}

/// `rustc-wrapper` in `[build]` of a configuration file.
fn rustc_wrapper(config: &str) -> Option<String> {
    let mut section = String::new();
    config.lines().find_map(|line| {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']').trim().to_owned();
        }
        let (key, value) = line.split_once('=')?;
        let key = match &*section {
            "" => key.trim().strip_prefix("build.")?,
            "build" => key.trim(),
            _ => return None,
        };
        let value = value.trim();
        let quote = value.chars().next().filter(|c| ['"', '\''].contains(c))?;
        let value = value[1..].split(quote).next()?;
        (key == "rustc-wrapper").then(|| value.to_owned())
    })
}

fn is_foreign(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    NAMES.contains(&&*name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configured_wrapper_is_found() {
        let config =
            "[net]\noffline = true\n[build]\njobs = 2\nrustc-wrapper = \"sccache\" # shared\n";
        assert_eq!(rustc_wrapper(config).as_deref(), Some("sccache"));
        let dotted = "build.rustc-wrapper = '/bin/sc cache'\n";
        assert_eq!(rustc_wrapper(dotted).as_deref(), Some("/bin/sc cache"));
        assert_eq!(rustc_wrapper("[target.x]\nrustc-wrapper = \"no\"\n"), None);
    }

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
