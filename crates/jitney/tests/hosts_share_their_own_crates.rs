//! A program that cargo built shares its crates and its own library with what it loads; what is edited and built again
//! while it runs is refused by name. The program is in `fixtures/host`, and checks by itself; each test starts from a build
//! of its unchanged sources.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The package, built, with nobody else at work on it.
struct Package {
    folder: PathBuf,
    /// Cargo's messages, one JSON value a line.
    messages: String,
    _only: MutexGuard<'static, ()>,
}

impl Package {
    fn built() -> Package {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let only = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hosts-share-their-crates");
        let jitney = Path::new(env!("CARGO_MANIFEST_DIR"));
        let fixture = jitney.join("tests/fixtures/host");
        copy(&fixture, &folder, &format!("{jitney:?}"));
        std::fs::copy(
            fixture.join("api/src/lib.rs"),
            folder.join("api/original.rs"),
        )
        .unwrap();
        // The versions that this workspace was built with, so that nothing has to be fetched.
        std::fs::copy(jitney.join("../../Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        let mut package = Package {
            folder,
            messages: String::new(),
            _only: only,
        };
        package.messages = package.cargo(&[]);
        package
    }

    fn cargo(&self, what: &[&str]) -> String {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args([
            "build",
            "--quiet",
            "--offline",
            "--message-format",
            "json-render-diagnostics",
        ]);
        cargo.args(what).current_dir(&self.folder);
        clean(&mut cargo);
        text(&run(&mut cargo).stdout)
    }

    fn program(&self, what: &str) -> String {
        self.program_at(&self.folder.join("target/debug/host"), what)
    }

    fn program_at(&self, program: &Path, what: &str) -> String {
        let mut command = Command::new(program);
        command.arg(what).arg(self.folder.join("cache"));
        clean(&mut command);
        text(&run(&mut command).stdout)
    }
}

/// What `cargo test` sets must not steer the builds.
fn clean(command: &mut Command) {
    for name in ["CARGO_TARGET_DIR", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"] {
        command.env_remove(name);
    }
}

/// Copies a folder; what has the content already is left as it is, so that cargo builds nothing anew.
fn copy(from: &Path, to: &Path, jitney: &str) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            copy(&path, &to.join(name), jitney);
            continue;
        }
        // A manifest of its own name would make the fixture a package of this workspace.
        let target = to.join(name.strip_suffix(".in").unwrap_or(name));
        let content = std::fs::read_to_string(&path)
            .unwrap()
            .replace("JITNEY", jitney);
        if std::fs::read_to_string(&target).is_ok_and(|before| before == content) {
            continue;
        }
        std::fs::write(target, content).unwrap();
    }
}

fn run(command: &mut Command) -> Output {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}\n{}",
        text(&output.stderr)
    );
    output
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_record_is_what_cargo_says() {
    let package = Package::built();
    // Cargo's word: the files of each crate that it built or found built.
    let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in package.messages.lines() {
        let message: serde_json::Value = serde_json::from_str(line).unwrap();
        if message["reason"] == "compiler-artifact" {
            let name = message["target"]["name"]
                .as_str()
                .unwrap()
                .replace('-', "_");
            let of_it = message["filenames"].as_array().unwrap();
            let of_it = of_it.iter().map(|file| file.as_str().unwrap().to_owned());
            files.entry(name).or_default().extend(of_it);
        }
    }
    let printed = package.program("record");
    let read = |line: &str| -> BTreeMap<String, String> { serde_json::from_str(line).unwrap() };
    let [of_program, of_library] = [0, 1].map(|number| read(printed.lines().nth(number).unwrap()));
    for record in [&of_program, &of_library] {
        let names: Vec<&str> = record.keys().map(String::as_str).collect();
        assert_eq!(names, ["api", "first", "host", "jitney", "log", "native"]);
        for (name, file) in record {
            // A renamed crate goes by its own name there.
            let known = &files[if name == "first" {
                "middle_layer"
            } else {
                name
            }];
            let is_same =
                |known: &String| match Path::new(known).parent().unwrap().ends_with("deps") {
                    true => known == file,
                    // Cargo names the link to it that it puts beside the program: the same inode.
                    false => {
                        use std::os::unix::fs::MetadataExt;
                        let inode =
                            |file: &str| std::fs::metadata(file).map(|file| file.ino()).ok();
                        inode(known).is_some() && inode(known) == inode(file)
                    }
                };
            assert!(
                known.iter().any(is_same),
                "{name}: {file} is none of {known:?}"
            );
        }
    }
}

#[test]
fn a_program_shares_its_crates_and_its_library() {
    let package = Package::built();
    package.program("share");
}

#[test]
fn a_crate_that_was_built_again_without_a_change_is_shared() {
    let package = Package::built();
    let file = package.folder.join("api/src/lib.rs");
    std::fs::write(&file, std::fs::read(&file).unwrap()).unwrap();
    let messages = package.cargo(&["--package", "api"]);
    assert!(messages.contains("\"fresh\":false"), "{messages}");
    package.program("share");
}

#[test]
fn a_program_that_was_moved_with_its_folder_shares_its_crates() {
    let package = Package::built();
    let (before, after) = (package.folder.join("target"), package.folder.join("moved"));
    let _ = std::fs::remove_dir_all(&after);
    std::fs::rename(&before, &after).unwrap();
    let program = after.join("debug/host");
    let output = Command::new(&program)
        .arg("share")
        .arg(package.folder.join("cache"))
        .output();
    std::fs::rename(&after, &before).unwrap();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
}

#[test]
fn what_is_edited_and_built_while_the_program_runs_is_refused_by_name() {
    let package = Package::built();
    package.program("edit");
}
