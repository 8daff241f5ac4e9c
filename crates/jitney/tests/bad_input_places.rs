//! Machines that do not play along: a full disk, a temporary folder that is none, dependencies out of reach, an executable
//! that is gone or stripped. Each gets its own error, and where the fault goes away, the same process goes on.

#[path = "support/alone.rs"]
mod alone;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use alone::{Watched, alone, entries, skipped};
use jitney::{BuildError, Error, HostError, Jit, LinkError};

#[test]
fn a_temporary_folder_that_is_a_file_or_missing() {
    for name in ["file", "missing"] {
        alone(
            "a_temporary_folder_that_is_a_file_or_missing",
            |command, folder| {
                fs::write(folder.join("file"), "").unwrap();
                command.env("TMPDIR", folder.join(name));
            },
            || {
                let error = Jit::new()
                    .unwrap()
                    .text("pub fn f() {}")
                    .load()
                    .unwrap_err();
                let words = error.to_string();
                let Error::Build(BuildError::TemporaryFolder { folder, .. }) = error else {
                    panic!("{words}")
                };
                assert_eq!(folder, std::env::temp_dir());
                assert!(
                    words.contains(&folder.display().to_string()) && words.contains("set TMPDIR"),
                    "{words}"
                );
            },
        );
    }
}

/// A small file system, gone at the end.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// None where mounting is not allowed.
    fn mount(at: PathBuf) -> Option<SmallDisk> {
        fs::create_dir_all(&at).unwrap();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"])
            .arg(&at)
            .output();
        mount
            .is_ok_and(|mount| mount.status.success())
            .then_some(SmallDisk(at))
    }

    /// Fills it, but for so many bytes.
    fn fill_but(&self, free: usize) {
        let path = self.0.join("filler");
        let mut size = 64 * 1024;
        while fs::write(&path, vec![0; size]).is_err() {
            size -= 4096;
        }
        fs::write(&path, vec![0; size - free]).unwrap();
    }

    fn empty(&self) {
        fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // It fails only where there was nothing to unmount.
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk() {
    alone(
        "a_full_disk",
        |_, _| {},
        || {
            // In this process's temporary folder, which the mounted one replaces.
            let Some(disk) = SmallDisk::mount(std::env::temp_dir()) else {
                skipped("a_full_disk: mounting a tmpfs is not allowed here");
                return;
            };
            let jit = Jit::new().unwrap();
            let text = || jit.text("pub fn f() -> String { format!(\"{:?}\", [1, 2, 3]) }");
            // No room for the source, and room for the source but not for the object.
            for free in [0, 8192] {
                disk.fill_but(free);
                let error = text().load().unwrap_err();
                let words = error.to_string();
                assert!(
                    matches!(error, Error::Build(BuildError::DiskFull { .. })),
                    "{free} free: {words}"
                );
                for part in ["no space left to write", "set TMPDIR"] {
                    assert!(words.contains(part), "`{part}` is not in: {words}");
                }
                assert_eq!(entries(&disk.0), ["filler"]);
                disk.empty();
                let module = text().load().unwrap();
                assert_eq!(
                    module.function::<fn() -> String>("f").unwrap()(),
                    "[1, 2, 3]"
                );
                assert_eq!(entries(&disk.0), [""; 0]);
            }
        },
    );
}

/// A registry with one package, `widget 1.0.0`, that cargo is told to use instead of the real one.
fn registry(folder: &Path) {
    let package = folder.join("registry/widget-1.0.0");
    fs::create_dir_all(package.join("src")).unwrap();
    let manifest = "[package]\nname = \"widget\"\nversion = \"1.0.0\"\nedition = \"2024\"\n";
    fs::write(package.join("Cargo.toml"), manifest).unwrap();
    fs::write(
        package.join("src/lib.rs"),
        "pub fn size() -> u32 {\n    42\n}\n",
    )
    .unwrap();
    fs::write(package.join(".cargo-checksum.json"), "{\"files\":{}}").unwrap();
    let home = folder.join("cargo");
    fs::create_dir_all(&home).unwrap();
    let config = format!(
        "[source.crates-io]\nreplace-with = \"here\"\n[source.here]\ndirectory = {:?}\n",
        folder.join("registry")
    );
    fs::write(home.join("config.toml"), config).unwrap();
}

#[test]
fn dependencies_that_there_are_not() {
    alone(
        "dependencies_that_there_are_not",
        |command, folder| {
            registry(folder);
            command
                .env("CARGO_HOME", folder.join("cargo"))
                .env("XDG_CACHE_HOME", folder.join("cache"));
        },
        || {
            let watched = Watched::new();
            let with = |name: &str, requirement: &str| {
                let text = watched.jit.text("pub fn f() -> u32 { widget::size() }");
                text.dependency(name, requirement)
            };
            let refused = |name: &str, requirement: &str| {
                let error = with(name, requirement).load().unwrap_err();
                watched.goes_on(name);
                let words = error.to_string();
                assert!(words.contains(name), "{words}");
                let Error::Build(error) = error else {
                    panic!("{words}")
                };
                (error, words)
            };
            let (error, words) = refused("gadget", "1");
            assert!(
                matches!(&error, BuildError::UnknownDependency { name, .. } if name == "gadget")
                    && words.contains("check its spelling"),
                "{words}"
            );
            // cargo says it in other words when there is a name like it.
            let (error, words) = refused("widgets-and-more", "1");
            assert!(
                matches!(&error, BuildError::UnknownDependency { name, .. } if name == "widgets-and-more"),
                "{words}"
            );
            let (error, words) = refused("widget", "2");
            assert!(
                matches!(&error, BuildError::NoMatchingVersion { name, .. } if name == "widget")
                    && words.contains("1.0.0"),
                "{words}"
            );
            let (error, words) = refused("widget", "banana");
            assert!(
                matches!(error, BuildError::Resolve { .. }) && words.contains("banana"),
                "{words}"
            );
            let (error, words) = refused("no such", "1");
            assert!(
                matches!(error, BuildError::BadDependency { .. }) && words.contains("letters"),
                "{words}"
            );
            let module = with("widget", "1").load().unwrap();
            assert_eq!(module.function::<fn() -> u32>("f").unwrap()(), 42);
        },
    );
}

#[test]
fn offline_with_nothing_cached() {
    alone(
        "offline_with_nothing_cached",
        |command, folder| {
            command
                .env("CARGO_HOME", folder.join("cargo"))
                .env("XDG_CACHE_HOME", folder.join("cache"));
        },
        || {
            let watched = Watched::new();
            let text = watched.jit.clone().offline(true).text("pub fn f() {}");
            let error = text.dependency("itoa", "1").load().unwrap_err();
            watched.goes_on("offline");
            let words = error.to_string();
            assert!(
                matches!(error, Error::Build(BuildError::Offline { .. }))
                    && words.contains("build once without offline")
                    && words.contains("itoa"),
                "{words}"
            );
        },
    );
}

#[test]
fn an_rlib_that_is_cut_off_or_none() {
    alone(
        "an_rlib_that_is_cut_off_or_none",
        |command, folder| {
            command.env("XDG_CACHE_HOME", folder.join("cache"));
        },
        || {
            let watched = Watched::new();
            let made = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
            let rlib = made.path().join("libpart.rlib");
            let library = made.path().join("part.rs");
            fs::write(&library, "pub fn part() -> u8 { 3 }").unwrap();
            let mut rustc = Command::new(watched.jit.compiler().rustc());
            rustc.args(["--crate-type=rlib", "--crate-name=part", "-o"]);
            assert!(rustc.arg(&rlib).arg(&library).status().unwrap().success());
            let with = |rlib: &Path| {
                let text = watched.jit.text("pub fn f() -> u8 { part::part() }");
                text.dependency_path("part", rlib)
            };
            let module = with(&rlib).load().unwrap();
            assert_eq!(module.function::<fn() -> u8>("f").unwrap()(), 3);
            let watched = Watched::new();

            let whole = fs::read(&rlib).unwrap();
            let bad: [(&str, &[u8]); 4] = [
                ("half", &whole[..whole.len() / 2]),
                ("start", &whole[..100]),
                ("empty", b""),
                ("text", b"not an archive at all"),
            ];
            for (name, bytes) in bad {
                let path = made.path().join(format!("lib{name}.rlib"));
                fs::write(&path, bytes).unwrap();
                let error = with(&path).load().unwrap_err().to_string();
                watched.goes_on(name);
                assert!(
                    error.contains("part") || error.contains(name),
                    "{name}: {error}"
                );
            }
            let missing = made.path().join("libmissing.rlib");
            let error = with(&missing).load().unwrap_err().to_string();
            watched.goes_on("missing");
            assert!(
                error.contains("libmissing.rlib") && error.contains("`part`"),
                "{error}"
            );
        },
    );
}

/// Runs a test of this file in a copy of this executable that was changed.
fn in_a_copy(change: impl FnOnce(&Path), test: &str) -> Option<String> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let copy = folder.path().join("copy");
    fs::copy(std::env::current_exe().unwrap(), &copy).unwrap();
    change(&copy);
    let run = || {
        let mut command = Command::new(&copy);
        command.args(["--exact", test, "--ignored", "--nocapture"]);
        command.output()
    };
    let output = loop {
        match run() {
            // A process that another test has just forked holds the copy open for writing until it becomes another program.
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => {
                std::thread::yield_now();
            }
            output => break output.ok()?,
        }
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{errors}");
    Some(said)
}

#[test]
#[ignore = "run by another, in a stripped copy of this executable"]
fn child_is_stripped() {
    for _ in 0..2 {
        let error = Jit::new().unwrap_err();
        let words = error.to_string();
        assert!(
            matches!(error, Error::Link(LinkError::Host(HostError::Stripped))),
            "{words}"
        );
        assert!(words.contains("strip = \"debuginfo\""), "{words}");
    }
    println!("refused twice");
}

#[test]
fn a_stripped_program() {
    if Command::new("strip").arg("--version").output().is_err() {
        skipped("a_stripped_program: there is no `strip` here");
        return;
    }
    let strip = |copy: &Path| {
        assert!(Command::new("strip").arg(copy).status().unwrap().success());
    };
    let said = in_a_copy(strip, "child_is_stripped").unwrap();
    assert!(said.contains("refused twice"), "{said}");
}

#[test]
#[ignore = "run by another, in a copy of this executable"]
fn child_is_deleted() {
    let path = std::env::current_exe().unwrap();
    fs::remove_file(&path).unwrap();
    // A newer build may have taken its place.
    fs::write(&path, "something else").unwrap();
    let jit = Jit::new().unwrap();
    let module = jit
        .text("pub fn f() -> String { format!(\"{:?}\", Some(1.5)) }")
        .load()
        .unwrap();
    println!(
        "loaded: {}",
        module.function::<fn() -> String>("f").unwrap()()
    );
}

#[test]
fn a_program_whose_file_was_replaced() {
    let said = in_a_copy(|_| {}, "child_is_deleted").unwrap();
    assert!(said.contains("loaded: Some(1.5)"), "{said}");
}
