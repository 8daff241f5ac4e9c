//! Compilations that are shared: cargo compiles dependencies through the wrapper that `RUSTC_WRAPPER` names, sccache say,
//! and what one machine or folder compiled comes out of its cache for the next.

mod common;

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

use common::text;
use jitney_build::{Dependency, Options, Workspace};

/// Builds a source with a dependency in an empty cache folder, with these variables.
fn build_in_an_empty_folder(variables: &[(String, String)]) {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace {
        cache_folder: folder.path().to_owned(),
        ..common::workspace()
    };
    let itoa = Dependency::Registry {
        name: "itoa".to_owned(),
        requirement: "1".to_owned(),
        features: Vec::new(),
        default_features: true,
    };
    let options = Options {
        dependencies: vec![itoa],
        env: variables.to_vec(),
        ..Options::default()
    };
    let source = text("pub fn show(n: u64) -> String { itoa::Buffer::new().format(n).to_owned() }");
    let built = workspace.library(&source, &options).unwrap();
    assert_eq!(built.archives.len(), 1, "{:?}", built.archives);
}

fn variable(name: &str, value: impl AsRef<Path>) -> (String, String) {
    (name.to_owned(), value.as_ref().display().to_string())
}

#[test]
fn dependencies_are_compiled_through_the_wrapper() {
    let folder = tempfile::tempdir().unwrap();
    let (wrapper, calls) = (folder.path().join("wrapper"), folder.path().join("calls"));
    let script = format!(
        "#!/bin/sh\necho \"$@\" >> '{}'\nexec \"$@\"\n",
        calls.display()
    );
    fs::write(&wrapper, script).unwrap();
    Command::new("chmod")
        .arg("+x")
        .arg(&wrapper)
        .status()
        .unwrap();
    build_in_an_empty_folder(&[variable("RUSTC_WRAPPER", &wrapper)]);
    let calls = fs::read_to_string(calls).unwrap();
    let of_itoa: Vec<&str> = calls
        .lines()
        .filter(|call| call.contains("--crate-name itoa"))
        .collect();
    let [call] = of_itoa[..] else {
        panic!("{calls}")
    };
    assert!(call.starts_with(common::workspace().toolchain.rustc().to_str().unwrap()));
}

/// An sccache server of this test's own.
struct Server {
    variables: Vec<(String, String)>,
    _folder: tempfile::TempDir,
}

impl Server {
    /// None where there is no sccache.
    fn start() -> Option<Server> {
        let found = Command::new("sccache").arg("--version").output();
        if !found.is_ok_and(|output| output.status.success()) {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        // Free until a moment ago: the system does not give a port out again at once.
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let variables = vec![
            variable("RUSTC_WRAPPER", "sccache"),
            variable("SCCACHE_DIR", folder.path()),
            variable("SCCACHE_SERVER_PORT", port.to_string()),
            variable("SCCACHE_IDLE_TIMEOUT", "120"),
            variable("SCCACHE_CONF", folder.path().join("none")),
        ];
        let server = Server {
            variables,
            _folder: folder,
        };
        let started = server.run("--start-server");
        assert!(
            started.status.success(),
            "{}",
            String::from_utf8_lossy(&started.stderr)
        );
        Some(server)
    }

    fn run(&self, argument: &str) -> Output {
        let variables = self.variables.iter().map(|(name, value)| (name, value));
        let mut command = Command::new("sccache");
        command.arg(argument).envs(variables).output().unwrap()
    }

    /// Compilations that came out of sccache's cache, and those that did not.
    fn hits_and_misses(&self) -> (u32, u32) {
        let shown = self.run("--show-stats").stdout;
        let shown = String::from_utf8_lossy(&shown).into_owned();
        let count = |what: &str| {
            let rest = shown
                .lines()
                .find_map(|line| line.strip_prefix(what))
                .unwrap_or_else(|| panic!("no {what} in {shown}"));
            rest.trim().parse().unwrap()
        };
        (count("Cache hits   "), count("Cache misses   "))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.run("--stop-server");
    }
}

#[test]
fn sccache_gives_a_second_folder_what_the_first_compiled() {
    let Some(server) = Server::start() else {
        eprintln!("skipped: there is no sccache");
        return;
    };
    build_in_an_empty_folder(&server.variables);
    assert_eq!(server.hits_and_misses(), (0, 1));
    build_in_an_empty_folder(&server.variables);
    assert_eq!(server.hits_and_misses(), (1, 1));
}
