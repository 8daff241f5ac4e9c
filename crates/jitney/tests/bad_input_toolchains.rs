//! Compilers that are missing, of another version, or write what cannot be linked. The compilers at fault are scripts
//! around the real one.

#[path = "support/alone.rs"]
mod alone;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use alone::{Watched, alone};
use jitney::{BuildError, Error, Jit, LinkError, Toolchain};

/// Writes an executable script. `$RUSTC` in it is the real compiler.
fn script(path: &Path, lines: &str) {
    let rustc = Toolchain::find().unwrap().rustc().display().to_string();
    fs::write(path, format!("#!/bin/sh\nRUSTC='{rustc}'\n{lines}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// A compiler that is asked to compile runs these lines afterwards, with the object's path in `$object`.
fn compiler_and_then(folder: &Path, lines: &str) -> Jit {
    let path = folder.join("rustc");
    script(
        &path,
        &format!(
            r#""$RUSTC" "$@" || exit
while [ $# -gt 0 ]; do [ "$1" = -o ] && object=$2; shift; done
[ -n "$object" ] || exit 0
{lines}"#
        ),
    );
    Jit::with_toolchain(path).unwrap()
}

#[test]
fn no_compiler_at_the_path() {
    let folder = folder();
    for (path, reason) in [
        (folder.path().to_owned(), "the folder has no bin/rustc"),
        (
            folder.path().join("missing"),
            "there is no such file or folder",
        ),
    ] {
        let error = Jit::with_toolchain(&path).unwrap_err();
        let words = error.to_string();
        assert!(
            matches!(error, Error::Build(BuildError::NotAToolchain { .. })),
            "{words}"
        );
        let shown = path.display().to_string();
        for part in [
            shown.as_str(),
            reason,
            "give a rustc executable or a sysroot",
        ] {
            assert!(words.contains(part), "`{part}` is not in: {words}");
        }
    }
    Jit::new().unwrap();
}

#[test]
fn no_compiler_where_the_variable_says() {
    alone(
        "no_compiler_where_the_variable_says",
        |command, _| {
            command.env("JITNEY_RUSTC", "/nowhere/rustc");
        },
        || {
            let error = Jit::new().unwrap_err();
            let words = error.to_string();
            assert!(
                matches!(error, Error::Build(BuildError::NotAToolchain { .. }))
                    && words.contains("`/nowhere/rustc` is not a toolchain: there is no such file"),
                "{words}"
            );
        },
    );
}

#[test]
fn a_compiler_of_another_version() {
    // Alone: a script may not be run while a process that another thread starts still holds it open.
    alone(
        "a_compiler_of_another_version",
        |_, _| {},
        || {
            let real = Toolchain::find().unwrap();
            let folder = folder();
            let library = real.library_folder();
            let target = library.parent().unwrap().file_name().unwrap();
            let rustlib = folder.path().join("lib/rustlib");
            for made in [&rustlib, &folder.path().join("bin")] {
                fs::create_dir_all(made).unwrap();
            }
            symlink(library.parent().unwrap(), rustlib.join(target)).unwrap();
            script(
                &folder.path().join("bin/rustc"),
                &format!(
                    "[ \"$1\" = -vV ] && printf 'rustc 1.94.0 (4a4ef493e 2026-03-02)\\nhost: {}\\n' && exit\nexec \"$RUSTC\" \"$@\"",
                    target.to_str().unwrap()
                ),
            );
            let error = Jit::with_toolchain(folder.path()).unwrap_err();
            let words = error.to_string();
            let Error::OtherCompiler { host, found } = error else {
                panic!("{words}")
            };
            assert_eq!(
                (host.as_str(), found.as_str()),
                (real.version(), "rustc 1.94.0 (4a4ef493e 2026-03-02)")
            );
            for part in [&host, &found, "JITNEY_RUSTC", "rebuild this program"] {
                assert!(words.contains(part), "`{part}` is not in: {words}");
            }
            Jit::new().unwrap();
        },
    );
}

#[test]
fn objects_that_cannot_be_linked() {
    alone(
        "objects_that_cannot_be_linked",
        |_, _| {},
        || {
            let watched = Watched::new();
            let made = folder();
            let load = |lines: &str| {
                let jit = compiler_and_then(made.path(), lines);
                let text = jit
                    .text("pub fn f() -> String { format!(\"{:?}\", [1]) }")
                    .name("odd");
                let error = text.load().unwrap_err();
                watched.goes_on(lines);
                let words = error.to_string();
                (error, words)
            };
            let patch = |byte: usize, value: &str| {
                format!(
                    "printf '{value}' | dd of=\"$object\" bs=1 seek={byte} conv=notrunc 2>/dev/null"
                )
            };
            // Half of it, its header alone, and less than that.
            for kept in ["$(($(wc -c < \"$object\") / 2))", "64", "20"] {
                let cut = format!(
                    "head -c {kept} \"$object\" > \"$object.cut\" && mv \"$object.cut\" \"$object\""
                );
                let (error, words) = load(&cut);
                assert!(
                    matches!(error, Error::Link(LinkError::Damaged { .. })),
                    "{words}"
                );
                assert!(
                    words.contains("`odd.o` is damaged") && words.contains("compile it again"),
                    "{words}"
                );
            }
            let (error, words) = load("printf '' > \"$object\"");
            assert!(
                matches!(error, Error::Link(LinkError::NotAnObject { .. }))
                    && words.contains("`odd.o`"),
                "{words}"
            );
            // The machine's number in the header of an ELF file: 183 is aarch64, 3 is i386.
            for (machine, name) in [("\\267", "aarch64"), ("\\003", "x86")] {
                let (error, words) = load(&patch(18, machine));
                assert!(
                    matches!(error, Error::Link(LinkError::WrongMachine { .. })),
                    "{words}"
                );
                assert!(
                    words.contains(name) && words.contains("objects for x86_64"),
                    "{words}"
                );
            }
            let (error, words) = load("rm \"$object\"");
            assert!(
                matches!(error, Error::Build(BuildError::NoObject { .. }))
                    && words.contains("jitney doctor"),
                "{words}"
            );
        },
    );
}

#[test]
fn a_compiler_that_dies() {
    alone(
        "a_compiler_that_dies",
        |_, _| {},
        || {
            let watched = Watched::new();
            let made = folder();
            let path: PathBuf = made.path().join("rustc");
            for (end, shown) in [
                ("exit 101", "exit status: 101"),
                ("kill -9 $$", "signal: 9"),
            ] {
                script(
                    &path,
                    &format!(
                        "case $* in *--emit=obj*) echo 'out of luck' >&2; {end};; esac\nexec \"$RUSTC\" \"$@\""
                    ),
                );
                let text = Jit::with_toolchain(&path).unwrap().text("pub fn f() {}");
                let error = text.load().unwrap_err();
                watched.goes_on(end);
                let words = error.to_string();
                assert!(
                    matches!(error, Error::Build(BuildError::Crashed { .. })),
                    "{words}"
                );
                for part in ["rustc failed by itself", shown, "out of luck"] {
                    assert!(words.contains(part), "`{part}` is not in: {words}");
                }
            }
        },
    );
}
