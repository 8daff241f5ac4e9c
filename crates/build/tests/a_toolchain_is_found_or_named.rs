//! Toolchains: the one that compiled the tests, one at a path, one by a variable, and none. Variables and limits belong
//! to a whole process, so those tests run in a process of their own.

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use common::{folder, workspace};
use jitney_build::{Error, Options, Toolchain};

/// Runs one of the tests below, marked as ignored, in a process of its own.
fn alone(test: &str, prepare: impl FnOnce(&mut Command)) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--nocapture"]);
    prepare(&mut command);
    command.output().unwrap()
}

/// Prints what a build of nothing much comes to.
#[test]
#[ignore = "run by others, in a process of its own"]
fn child_builds() {
    let message = match Toolchain::find() {
        Ok(toolchain) => {
            let workspace = jitney_build::Workspace {
                cache: false,
                ..jitney_build::Workspace::new(toolchain)
            };
            match workspace.library(&common::text("pub fn f() {}"), &Options::default()) {
                Ok(_) => format!("built by {}", workspace.toolchain.rustc().display()),
                Err(error) => error.to_string(),
            }
        }
        Err(error) => error.to_string(),
    };
    println!("\n[[{message}]]");
}

fn child(prepare: impl FnOnce(&mut Command)) -> String {
    let output = alone("child_builds", prepare);
    let said = String::from_utf8(output.stdout).unwrap();
    said.split("[[")
        .nth(1)
        .and_then(|rest| rest.split("]]").next())
        .unwrap_or(&said)
        .to_owned()
}

#[test]
fn the_found_one_is_real_and_says_what_rustc_says() {
    let toolchain = workspace().toolchain;
    let output = Command::new(toolchain.rustc())
        .arg("--version")
        .output()
        .unwrap();
    assert_eq!(
        toolchain.version(),
        String::from_utf8(output.stdout).unwrap().trim()
    );
    let sysroot = Command::new(toolchain.rustc())
        .args(["--print", "sysroot"])
        .output()
        .unwrap();
    assert_eq!(
        toolchain.sysroot(),
        Path::new(String::from_utf8(sysroot.stdout).unwrap().trim())
    );
    assert!(toolchain.cargo().is_file());
    assert!(toolchain.library_folder().read_dir().unwrap().count() > 10);
}

#[test]
fn a_sysroot_an_executable_and_a_script_around_one_are_toolchains() {
    let toolchain = workspace().toolchain;
    let folder = folder(&[(
        "rustc",
        &format!("#!/bin/sh\nexec '{}' \"$@\"\n", toolchain.rustc().display()),
    )]);
    let script = folder.path().join("rustc");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    for path in [toolchain.sysroot(), toolchain.rustc(), &script] {
        let found = Toolchain::at(path).unwrap();
        assert_eq!(
            (found.version(), found.sysroot()),
            (toolchain.version(), toolchain.sysroot()),
            "{}",
            path.display()
        );
    }
    assert_eq!(Toolchain::at(&script).unwrap().rustc(), script);
}

#[test]
fn what_is_no_toolchain_is_named_with_the_reason() {
    let folder = folder(&[
        ("empty/x", ""),
        ("broken", "#!/bin/sh\necho no such luck >&2\nexit 7\n"),
        ("plain", "text"),
    ]);
    fs::set_permissions(
        folder.path().join("broken"),
        fs::Permissions::from_mode(0o755),
    )
    .unwrap();
    let at = |name: &str| Toolchain::at(&folder.path().join(name)).unwrap_err();
    let missing = at("missing");
    assert!(
        matches!(missing, Error::NotAToolchain { .. })
            && missing.to_string().contains("no such file"),
        "{missing}"
    );
    let empty = at("empty").to_string();
    assert!(empty.contains("no bin/rustc"), "{empty}");
    let broken = at("broken");
    assert!(
        matches!(broken, Error::BrokenRustc { .. }) && broken.to_string().contains("no such luck"),
        "{broken}"
    );
    assert!(matches!(at("plain"), Error::BrokenRustc { .. }));
}

#[test]
fn a_sysroot_without_std_is_named() {
    let real = workspace().toolchain;
    let folder = folder(&[("lib/rustlib/x", "")]);
    fs::create_dir(folder.path().join("bin")).unwrap();
    let script = format!(
        "#!/bin/sh\n[ \"$2\" = sysroot ] && echo '{}' && exit\nexec '{}' \"$@\"\n",
        folder.path().display(),
        real.rustc().display()
    );
    fs::write(folder.path().join("bin/rustc"), script).unwrap();
    fs::set_permissions(
        folder.path().join("bin/rustc"),
        fs::Permissions::from_mode(0o755),
    )
    .unwrap();
    let error = Toolchain::at(folder.path()).unwrap_err();
    assert!(
        matches!(error, Error::NoStandardLibrary { .. }) && error.to_string().contains("rust-std"),
        "{error}"
    );
}

#[test]
fn the_variable_comes_before_all_others() {
    let toolchain = workspace().toolchain;
    let by_variable = child(|command| {
        command.env("JITNEY_RUSTC", toolchain.sysroot());
    });
    assert_eq!(
        by_variable,
        format!("built by {}", toolchain.rustc().display())
    );
    let wrong = child(|command| {
        command.env("JITNEY_RUSTC", "/nowhere/rustc");
    });
    assert!(
        wrong.contains("`/nowhere/rustc` is not a toolchain: there is no such file"),
        "{wrong}"
    );
}

#[test]
fn a_temporary_folder_that_cannot_be_used_is_named() {
    let folder = folder(&[("file", "")]);
    for bad in [folder.path().join("missing"), folder.path().join("file")] {
        let said = child(|command| {
            command.env("TMPDIR", &bad);
        });
        assert!(
            said.contains(&bad.display().to_string()) && said.contains("set TMPDIR"),
            "{said}"
        );
    }
}

#[test]
fn nothing_stays_in_the_temporary_folder() {
    let folder = tempfile::tempdir().unwrap();
    let said = child(|command| {
        command.env("TMPDIR", folder.path());
    });
    assert!(said.starts_with("built by"), "{said}");
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}

#[test]
fn too_many_open_files_are_said_to_be_that() {
    let script =
        "ulimit -n 6 && exec \"$0\" --exact child_builds --ignored --nocapture --test-threads 1";
    let output = Command::new("sh")
        .args(["-c", script])
        .arg(std::env::current_exe().unwrap())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.contains("too many files are open") || said.contains("Too many open files"),
        "{said}"
    );
}
