//! Dependencies: from the registry, from folders, from rlibs; under other names; kept from build to build. They are
//! compiled into a folder that all tests share.

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;

use common::{exported, folder, text, workspace};
use jitney_build::{Built, Dependency, Error, Event, Options, Progress, Source, Workspace};

fn registry(name: &str, requirement: &str) -> Dependency {
    Dependency::Registry {
        name: name.to_owned(),
        requirement: requirement.to_owned(),
        features: Vec::new(),
        default_features: true,
    }
}

fn path(name: &str, path: PathBuf) -> Dependency {
    Dependency::Path {
        name: name.to_owned(),
        path,
    }
}

fn with(dependencies: Vec<Dependency>) -> Options {
    Options {
        dependencies,
        ..Options::default()
    }
}

/// The source, and the processes that its build started.
fn build_and_watch(
    workspace: &Workspace,
    source: &str,
    options: Options,
) -> (Result<Built, Error>, Vec<Event>) {
    let (sender, events) = mpsc::channel();
    let progress = Progress::new(move |event: &Event| sender.send(event.clone()).unwrap());
    let options = Options {
        progress: Some(progress),
        verbose: true,
        ..options
    };
    let built = workspace.library(&text(source), &options);
    drop(options);
    (built, events.iter().collect())
}

fn starts_cargo(events: &[Event]) -> bool {
    events
        .iter()
        .any(|event| matches!(event, Event::Running { command } if command.contains("cargo ")))
}

fn archive_names(built: &Built) -> Vec<String> {
    let name = |path: &PathBuf| {
        path.file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .split('-')
            .next()
            .unwrap()
            .to_owned()
    };
    let mut names: Vec<String> = built.archives.iter().map(name).collect();
    names.sort();
    names
}

const JSON: &str = "pub fn parse(b: &[u8]) -> Result<serde_json::Value, serde_json::Error> { serde_json::from_slice(b) }";

#[test]
fn a_registry_package_comes_with_its_closure_and_later_builds_start_no_cargo() {
    let (built, _) = build_and_watch(&workspace(), JSON, with(vec![registry("serde_json", "1")]));
    let built = built.unwrap();
    assert_eq!(exported(&built), ["parse"]);
    let names = archive_names(&built);
    assert!(
        ["libserde_json", "libitoa", "libmemchr"]
            .iter()
            .all(|name| names.iter().any(|found| found == name)),
        "{names:?}"
    );
    assert!(built.archives.iter().all(|archive| archive.is_file()));
    assert!(!names.iter().any(|name| name == "libstd"));

    let (again, events) =
        build_and_watch(&workspace(), JSON, with(vec![registry("serde_json", "1")]));
    assert_eq!(again.unwrap().archives, built.archives);
    assert!(!starts_cargo(&events), "{events:?}");
    // Nor does a build without the network, once everything is there.
    let offline = Workspace {
        offline: true,
        ..workspace()
    };
    let (built, events) = build_and_watch(&offline, JSON, with(vec![registry("serde_json", "1")]));
    assert!(built.is_ok() && !starts_cargo(&events));
}

#[test]
fn two_majors_of_one_crate_live_in_one_source() {
    let source = "pub fn both(n: u32) -> String { let mut old = Vec::new(); old_itoa::write(&mut old, n).unwrap(); \
                  let mut new = itoa::Buffer::new(); new.format(n).to_owned() + std::str::from_utf8(&old).unwrap() }";
    let options = with(vec![
        registry("itoa", "1"),
        registry("old-itoa=itoa", "0.4"),
    ]);
    let built = workspace().library(&text(source), &options).unwrap();
    assert_eq!(archive_names(&built), ["libitoa", "libitoa"]);
}

#[test]
fn what_is_not_there_is_told_apart_and_the_next_try_is_not_hurt() {
    let try_to = |name: &str, requirement: &str| {
        workspace().library(
            &text("pub fn f() {}"),
            &with(vec![registry(name, requirement)]),
        )
    };
    let unknown = try_to("jitney-test-no-such-package", "1").unwrap_err();
    assert!(
        matches!(&unknown, Error::UnknownDependency { name, .. } if name == "jitney-test-no-such-package"),
        "{unknown}"
    );
    let version = try_to("itoa", "=999.0.0").unwrap_err();
    assert!(
        matches!(&version, Error::NoMatchingVersion { name, .. } if name == "itoa"),
        "{version}"
    );
    assert!(
        version.to_string().contains("999.0.0")
            && version.to_string().contains("candidate versions"),
        "{version}"
    );
    let garbage = try_to("itoa", "not a version").unwrap_err();
    assert!(matches!(garbage, Error::Resolve { .. }), "{garbage}");
    let name = try_to("no name", "1").unwrap_err();
    assert!(matches!(name, Error::BadDependency { .. }), "{name}");
    let feature = Dependency::Registry {
        name: "itoa".into(),
        requirement: "1".into(),
        features: vec!["nonsense".into()],
        default_features: false,
    };
    let feature = workspace()
        .library(&text("pub fn f() {}"), &with(vec![feature]))
        .unwrap_err();
    assert!(
        matches!(&feature, Error::Resolve { message } if message.contains("nonsense")),
        "{feature}"
    );
    let twice = workspace()
        .library(
            &text("pub fn f() {}"),
            &with(vec![registry("itoa", "1"), registry("itoa", "0.4")]),
        )
        .unwrap_err();
    assert!(twice.to_string().contains("alias=package"), "{twice}");
    assert!(try_to("itoa", "1").is_ok());
}

#[test]
fn a_failure_leaves_no_package_behind() {
    let cache = tempfile::tempdir().unwrap();
    let workspace = Workspace {
        cache_folder: cache.path().to_owned(),
        target_folder: None,
        ..workspace()
    };
    let options = with(vec![registry("jitney-test-no-such-package", "1")]);
    for _ in 0..2 {
        assert!(workspace.library(&text("pub fn f() {}"), &options).is_err());
        let mut left: Vec<_> = cache
            .path()
            .join("dependencies")
            .read_dir()
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        left.sort();
        assert_eq!(left, ["in-use", "lock"]);
    }
}

#[test]
fn offline_with_nothing_cached_says_so() {
    let empty = tempfile::tempdir().unwrap();
    let workspace = Workspace {
        offline: true,
        cache_folder: empty.path().join("cache"),
        ..workspace()
    };
    let home = empty.path().join("home").display().to_string();
    let options = Options {
        env: vec![("CARGO_HOME".into(), home)],
        ..with(vec![registry("itoa", "1")])
    };
    let error = workspace
        .library(&text("pub fn f() {}"), &options)
        .unwrap_err();
    assert!(matches!(error, Error::Offline { .. }), "{error}");
    assert!(error.to_string().contains("itoa"), "{error}");
}

/// A package with a macro crate, a build script that names a native library, and a dependency of its own.
fn package() -> tempfile::TempDir {
    folder(&[
        (
            "Cargo.toml",
            "[package]\nname = \"own-package\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[lib]\nname = \"own_lib\"\n[dependencies]\nmake = { path = \"make\" }\ninner = { path = \"inner\" }\n",
        ),
        (
            "src/lib.rs",
            "pub use inner::twice; pub use make::answer;\npub fn words() -> &'static str { \"first\" }\n",
        ),
        (
            "make/Cargo.toml",
            "[package]\nname = \"make\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[lib]\nproc-macro = true\n",
        ),
        (
            "make/src/lib.rs",
            "use proc_macro::TokenStream;\n#[proc_macro] pub fn answer(_: TokenStream) -> TokenStream { \"42\".parse().unwrap() }\n",
        ),
        (
            "inner/Cargo.toml",
            "[package]\nname = \"inner\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
        ),
        (
            "inner/src/lib.rs",
            "#[link(name = \"m\")] unsafe extern \"C\" { safe fn cbrt(x: f64) -> f64; }\npub fn twice(n: u32) -> u32 { n * 2 + cbrt(0.0) as u32 }\n",
        ),
    ])
}

#[test]
fn a_folder_with_its_own_macros_and_native_libraries_is_used_and_noticed_when_it_changes() {
    let package = package();
    let options = || with(vec![path("own-package", package.path().to_owned())]);
    let source = "pub fn f() -> (u32, &'static str) { (own_lib::twice(own_lib::answer!()), own_lib::words()) }";
    let (built, _) = build_and_watch(&workspace(), source, options());
    let built = built.unwrap();
    assert_eq!(archive_names(&built), ["libinner", "libown_lib"]);
    assert_eq!(built.shared_libraries, ["m"]);

    let (again, events) = build_and_watch(&workspace(), source, options());
    assert!(again.is_ok() && !starts_cargo(&events), "{events:?}");
    std::fs::write(
        package.path().join("src/lib.rs"),
        "pub use inner::twice; pub use make::answer;\npub fn words() -> u8 { 1 }\n",
    )
    .unwrap();
    let (changed, events) = build_and_watch(&workspace(), source, options());
    assert!(starts_cargo(&events));
    assert!(
        changed
            .unwrap_err()
            .to_string()
            .contains("mismatched types")
    );
}

#[test]
fn a_folder_can_be_used_under_another_name() {
    let package = package();
    let source = "pub fn f() -> u32 { other::twice(4) }";
    let built = workspace()
        .library(
            &text(source),
            &with(vec![path("other", package.path().to_owned())]),
        )
        .unwrap();
    assert_eq!(exported(&built), ["f"]);
}

#[test]
fn a_dependency_that_does_not_compile_keeps_the_compilers_words() {
    let package = folder(&[
        (
            "Cargo.toml",
            "[package]\nname = \"broken\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
        ),
        ("src/lib.rs", "pub fn f() -> u8 { \"text\" }\n"),
    ]);
    let options = with(vec![path("broken", package.path().to_owned())]);
    let error = workspace()
        .library(&text("pub fn f() {}"), &options)
        .unwrap_err();
    let Error::DependencyBuild { message } = &error else {
        panic!("{error}")
    };
    assert!(
        message.contains("expected `u8`, found `&str`") && message.contains("lib.rs:1:20"),
        "{message}"
    );
}

#[test]
fn a_path_without_a_package_is_named() {
    let folder = folder(&[("x.txt", "")]);
    for (path_given, said) in [
        (folder.path().join("no"), "there is nothing at"),
        (folder.path().to_owned(), "no Cargo.toml"),
        (
            folder.path().join("x.txt"),
            "neither a folder nor an `.rlib`",
        ),
    ] {
        let error = workspace()
            .library(&text("pub fn f() {}"), &with(vec![path("x", path_given)]))
            .unwrap_err();
        assert!(
            matches!(error, Error::BadDependency { .. }) && error.to_string().contains(said),
            "{error}"
        );
    }
}

fn rlib(folder: &Path, name: &str, source: &str) -> PathBuf {
    std::fs::write(folder.join(format!("{name}.rs")), source).unwrap();
    let status = Command::new(workspace().toolchain.rustc())
        .args(["--edition", "2024", "--crate-type=rlib", "--out-dir"])
        .arg(folder)
        .arg("-L")
        .arg(folder)
        .arg(folder.join(format!("{name}.rs")))
        .status()
        .unwrap();
    assert!(status.success());
    folder.join(format!("lib{name}.rlib"))
}

#[test]
fn an_rlib_is_used_as_it_is_with_the_rlibs_it_needs() {
    let folder = tempfile::tempdir().unwrap();
    let base = rlib(folder.path(), "base", "pub fn base() -> u8 { 1 }");
    let top = rlib(
        folder.path(),
        "top",
        "extern crate base; pub fn top() -> u8 { base::base() }",
    );
    rlib(folder.path(), "unrelated", "");
    let built = workspace()
        .library(
            &text("pub fn f() -> u8 { top::top() }"),
            &with(vec![path("top", top.clone())]),
        )
        .unwrap();
    assert_eq!(built.archives, [top.clone(), base]);
    let mixed = with(vec![path("top", top), registry("itoa", "1")]);
    let source = "pub fn f() -> String { itoa::Buffer::new().format(top::top()).to_owned() }";
    assert_eq!(
        archive_names(&workspace().library(&text(source), &mixed).unwrap()).len(),
        3
    );
}

#[test]
fn many_threads_with_one_new_set_of_dependencies() {
    let package = package();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let options = with(vec![path("own-package", package.path().to_owned())]);
                let built = workspace()
                    .library(&text("pub fn f() -> u32 { own_lib::twice(2) }"), &options)
                    .unwrap();
                assert_eq!(archive_names(&built), ["libinner", "libown_lib"]);
            });
        }
    });
}

#[test]
fn a_target_folder_of_the_users_is_used() {
    let target = tempfile::tempdir().unwrap();
    let package = package();
    let workspace = Workspace {
        target_folder: Some(target.path().to_owned()),
        ..workspace()
    };
    let options = with(vec![path("inner", package.path().join("inner"))]);
    let built = workspace
        .library(&text("pub fn f() -> u32 { inner::twice(2) }"), &options)
        .unwrap();
    assert!(
        built
            .archives
            .iter()
            .all(|archive| archive.starts_with(target.path())),
        "{:?}",
        built.archives
    );
}

#[test]
fn programs_and_expressions_have_dependencies_too() {
    let options = with(vec![registry("itoa", "1")]);
    let program = workspace()
        .program(
            &text("fn main() { println!(\"{}\", itoa::Buffer::new().format(5)) }"),
            &options,
        )
        .unwrap();
    assert_eq!(archive_names(&program), ["libitoa"]);
    let source = Source::Text(String::new());
    assert!(
        workspace()
            .expression(&source, &options, "itoa::Buffer::new().format(5)")
            .is_ok()
    );
}

#[test]
fn progress_names_the_crates() {
    let package = package();
    let (built, events) = build_and_watch(
        &workspace(),
        "pub fn f() {}",
        with(vec![path("own-package", package.path().to_owned())]),
    );
    built.unwrap();
    assert!(
        matches!(&events[0], Event::Resolving { dependencies } if dependencies[0].starts_with("own-package (")),
        "{events:?}"
    );
    let compiled: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Compiled {
                crate_name,
                done,
                total,
            } => Some((crate_name.as_str(), *done, *total)),
            _ => None,
        })
        .collect();
    assert_eq!(compiled.len(), 4, "{events:?}");
    assert!(
        compiled.contains(&("own_lib", 3, 3)) && compiled.contains(&("text", 1, 1)),
        "{compiled:?}"
    );
}
