//! The ordinary tools that results are compared with: assemblers, compilers, and what takes their objects apart.

// Each test uses some of it.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jitney_memory::{Block, Code};
use tempfile::TempDir;

/// Whether a tool is there; if not, the test says that it is skipped.
pub(crate) fn has(tool: &str) -> bool {
    let found = Command::new(tool).arg("--version").output().is_ok();
    if !found {
        eprintln!("skipped: there is no {tool}");
    }
    found
}

/// A folder for the files of one test.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// Runs a tool in the folder and gives what it printed.
    #[track_caller]
    pub(crate) fn run(&self, words: &str) -> String {
        let output = self.try_run(words);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words}: {told}");
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn try_run(&self, words: &str) -> Output {
        let mut words = words.split_whitespace();
        Command::new(words.next().unwrap())
            .args(words)
            .current_dir(self.0.path())
            .output()
            .unwrap()
    }

    /// The bytes of an object's section, as objcopy has them.
    #[track_caller]
    pub(crate) fn section(&self, object: &str, section: &str) -> Vec<u8> {
        self.run(&format!(
            "objcopy -O binary -j {section} {object} {object}.bin"
        ));
        self.read(&format!("{object}.bin"))
    }

    /// Offset and size of a symbol, as nm has them.
    #[track_caller]
    pub(crate) fn symbol(&self, object: &str, symbol: &str) -> (usize, usize) {
        let listed = self.run(&format!("nm -S {object}"));
        let line = listed
            .lines()
            .find(|line| line.ends_with(&format!(" {symbol}")));
        let fields: Vec<_> = line.expect(symbol).split_whitespace().collect();
        let number = |field: &str| usize::from_str_radix(field, 16).unwrap();
        (number(fields[0]), number(fields[1]))
    }

    /// The bytes of a function in an object with one section of code.
    #[track_caller]
    pub(crate) fn slice(&self, object: &str, symbol: &str) -> Vec<u8> {
        let (start, len) = self.symbol(object, symbol);
        self.section(object, ".text")[start..start + len].to_owned()
    }
}

/// What rustc writes for a text as an object.
#[track_caller]
pub(crate) fn rustc(folder: &Folder, text: &str, object: &str, flags: &str) {
    let source = folder.write("source.rs", text);
    let source = source.display();
    folder.run(&format!(
        "rustc --edition 2024 --crate-type lib --emit obj {flags} -o {object} {source}"
    ));
}

/// Machine code in memory, ready to be called.
pub(crate) fn sealed(bytes: &[u8]) -> Code {
    let mut block = Block::new(bytes.len()).unwrap();
    block.as_mut_slice()[..bytes.len()].copy_from_slice(bytes);
    block.seal().unwrap()
}

/// Whether nothing that begins with these words is left in the folder for temporary files.
pub(crate) fn leftovers(prefix: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(std::env::temp_dir()).unwrap();
    let named = |path: &Path| {
        path.file_name()
            .is_some_and(|it| it.to_string_lossy().starts_with(prefix))
    };
    let paths = entries.flatten().map(|entry| entry.path());
    paths.filter(|path| named(path)).collect()
}
