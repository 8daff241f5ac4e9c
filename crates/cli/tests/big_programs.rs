//! Big programs behave under `jitney run` as in an ordinary build: SQLite, zlib, zstd, Lua, and jsonnet for C++.
//!
//! Their sources are those that crates of the registry bundle; `tests/big` names the crates, and has drivers and scripts.
//! The libraries are compiled once, into the folder for tests' files; then each program is linked by the compiler and run,
//! and given to `jitney run`, with the same arguments and standard input. Stdout, stderr and the way it ends have to be
//! equal. Without the crates or a compiler the tests say that they are skipped.

#[path = "support/difference.rs"]
mod difference;
#[path = "support/outcome.rs"]
mod outcome;
#[allow(dead_code, reason = "the programs here have no heads")]
#[path = "support/program.rs"]
mod program;
#[path = "big/sources.rs"]
mod sources;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use outcome::Outcome;
use program::End;
use sources::{Compilation, Package, files, has_compiler, package};

/// Far more than any of them takes.
const LIMIT: Duration = Duration::from_secs(120);

/// A program: what is given to the compiler and to jitney alike.
struct Big<'a> {
    compiler: &'a str,
    inputs: Vec<PathBuf>,
    include: Option<PathBuf>,
    libraries: &'a [&'a str],
}

impl Big<'_> {
    /// Runs it in both ways, and asserts that it ends in this way both times.
    fn compare(&self, runs: &[(&[&str], &str, End)]) {
        let folder = tempfile::tempdir().unwrap();
        let executable = folder.path().join("ordinary");
        let mut link = Command::new(self.compiler);
        self.name(&mut link).arg("-o").arg(&executable);
        assert!(link.status().unwrap().success(), "{link:?}");
        for (arguments, stdin, end) in runs {
            let expected = run(Command::new(&executable).args(*arguments), stdin);
            assert_eq!(
                expected.end,
                *end,
                "{}",
                String::from_utf8_lossy(&expected.stderr)
            );
            let mut jitney = Command::new(env!("CARGO_BIN_EXE_jitney"));
            self.name(jitney.arg("run")).arg("--").args(*arguments);
            let differences = difference::differences(&expected, &run(&mut jitney, stdin));
            assert!(
                differences.is_empty(),
                "{jitney:?}\n{}",
                differences.join("\n")
            );
        }
    }

    fn name<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.args(&self.inputs);
        if let Some(folder) = &self.include {
            command.arg("-I").arg(folder);
        }
        command.args(self.libraries.iter().flat_map(|name| ["-l", name]))
    }
}

/// Runs a command in a folder of its own.
fn run(command: &mut Command, stdin: &str) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    outcome::run(command.current_dir(folder.path()), stdin.as_bytes(), LIMIT).unwrap()
}

/// A package's sources, if they can be had and compiled.
fn available(name: &str, compiler: &str) -> Option<Package> {
    let package = package(name).filter(|_| has_compiler(compiler));
    if package.is_none() {
        println!("skipped: {name} needs the crate from the registry, and {compiler}");
    }
    package
}

fn compilation<'a>(package: &Package, compiler: &'a str, options: &[&str]) -> Compilation<'a> {
    Compilation {
        cache: Path::new(env!("CARGO_TARGET_TMPDIR")),
        id: package.id.clone(),
        compiler,
        options: options.iter().map(OsString::from).collect(),
    }
}

fn driver(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/big")
        .join(name)
}

fn text(name: &str) -> String {
    fs::read_to_string(driver(name)).unwrap()
}

#[test]
fn sqlite_runs_a_script_of_sql() {
    let Some(package) = available("libsqlite3-sys", "cc") else {
        return;
    };
    let include = package.folder.join("sqlite3");
    let features = [
        "-O1",
        "-DSQLITE_ENABLE_FTS5",
        "-DSQLITE_ENABLE_RTREE",
        "-DSQLITE_ENABLE_MATH_FUNCTIONS",
    ];
    let object = compilation(&package, "cc", &features).object(&include.join("sqlite3.c"));
    let big = Big {
        compiler: "cc",
        inputs: vec![driver("sqlite.c"), object],
        include: Some(include),
        libraries: &["m"],
    };
    big.compare(&[
        (&["data.db"], &text("sqlite.sql"), End::Exit(12)),
        (&[], "", End::Exit(99)),
    ]);
}

#[test]
fn zlib_restores_what_it_compressed() {
    let Some(package) = available("libz-sys", "cc") else {
        return;
    };
    let include = package.folder.join("src/zlib");
    let archive =
        compilation(&package, "cc", &["-O1", "-DHAVE_UNISTD_H"]).archive(&files(&include, &["c"]));
    let big = Big {
        compiler: "cc",
        inputs: vec![driver("zlib.c"), archive],
        include: Some(include),
        libraries: &[],
    };
    big.compare(&[(&["."], "", End::Exit(5))]);
}

#[test]
fn zstd_restores_what_it_compressed() {
    let Some(package) = available("zstd-sys", "cc") else {
        return;
    };
    let include = package.folder.join("zstd/lib");
    // One of them is in assembly.
    let sources: Vec<PathBuf> = ["common", "compress", "decompress", "dictBuilder"]
        .iter()
        .flat_map(|part| files(&include.join(part), &["c", "S"]))
        .collect();
    let archive = compilation(&package, "cc", &["-O1", "-DZSTD_MULTITHREAD"]).archive(&sources);
    let big = Big {
        compiler: "cc",
        inputs: vec![driver("zstd.c"), archive],
        include: Some(include),
        libraries: &["pthread"],
    };
    big.compare(&[(&[], "", End::Exit(6))]);
}

#[test]
fn lua_runs_a_script() {
    let Some(package) = available("lua-src", "cc") else {
        return;
    };
    let versions = fs::read_dir(&package.folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let include = versions
        .filter(|path| path.to_string_lossy().contains("lua-5.4"))
        .max()
        .unwrap();
    let archive =
        compilation(&package, "cc", &["-O1", "-DLUA_USE_POSIX"]).archive(&files(&include, &["c"]));
    let big = Big {
        compiler: "cc",
        inputs: vec![driver("lua.c"), archive],
        include: Some(include),
        libraries: &["m"],
    };
    big.compare(&[
        (&[], &text("lua.lua"), End::Exit(3)),
        (&[], "print('short')", End::Exit(0)),
    ]);
}

#[test]
fn jsonnet_evaluates_and_throws() {
    let Some(package) = available("jsonnet-sys", "c++") else {
        return;
    };
    let folder = package.folder.join("jsonnet");
    // The crate's build script embeds the library that is written in jsonnet itself, as numbers between commas.
    let generated = tempfile::tempdir().unwrap();
    let library = fs::read(folder.join("stdlib/std.jsonnet")).unwrap();
    let numbers: String = library.iter().map(|byte| format!("{byte},")).collect();
    fs::write(generated.path().join("std.jsonnet.h"), numbers + "0\n").unwrap();

    let includes = ["include", "third_party/md5", "third_party/json"].map(|part| folder.join(part));
    let mut compilation = compilation(&package, "c++", &["-std=c++11", "-w"]);
    for include in includes
        .iter()
        .map(PathBuf::as_path)
        .chain([generated.path()])
    {
        compilation.options.extend(["-I".into(), include.into()]);
    }
    let mut sources = files(&folder.join("core"), &["cpp"]);
    sources.retain(|path| !path.to_string_lossy().ends_with("_test.cpp"));
    sources.push(folder.join("third_party/md5/md5.cpp"));
    let archive = compilation.archive(&sources);
    let [main, utils] =
        ["jsonnet.cpp", "utils.cpp"].map(|file| compilation.object(&folder.join("cmd").join(file)));
    let big = Big {
        compiler: "c++",
        inputs: vec![main, utils, archive],
        include: None,
        libraries: &["stdc++", "m"],
    };
    big.compare(&[
        (&["-"], &text("jsonnet.jsonnet"), End::Exit(0)),
        (&["-"], &text("jsonnet_error.jsonnet"), End::Exit(1)),
        (
            &["-S", "-"],
            "std.toString({ a: error 'late' })",
            End::Exit(1),
        ),
        (&["--no such option"], "", End::Exit(1)),
    ]);
}

#[test]
fn cpp_objects_share_what_they_define_alike() {
    if !has_compiler("c++") {
        println!("skipped: this needs c++");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let compilation = Compilation {
        cache: folder.path(),
        id: "cpp".to_owned(),
        compiler: "c++",
        options: Vec::new(),
    };
    let files = ["cpp_main.cpp", "cpp_other.cpp"];
    let big = Big {
        compiler: "c++",
        inputs: files.map(|file| compilation.object(&driver(file))).into(),
        include: None,
        libraries: &["stdc++", "pthread"],
    };
    big.compare(&[
        (&[], "", End::Exit(0)),
        (&["one"], "", End::Exit(4)),
        (&["one", "two"], "", End::Exit(9)),
    ]);
}
