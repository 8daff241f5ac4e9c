//! The command, run in a folder of its own with a temporary folder of its own, which has to be empty afterwards.
#![allow(dead_code, reason = "each test file uses a part")]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder with sources, gone at the end.
pub(crate) struct Sandbox(tempfile::TempDir);

/// What a run showed.
#[derive(Debug)]
pub(crate) struct Shown {
    /// None when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Sandbox {
    /// A folder with these files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Sandbox {
        let sandbox = Sandbox(tempfile::tempdir().unwrap());
        for folder in ["work", "tmp"] {
            fs::create_dir(sandbox.0.path().join(folder)).unwrap();
        }
        for (name, text) in files {
            fs::write(sandbox.path(name), text).unwrap();
        }
        sandbox
    }

    /// A path in the folder that the command runs in.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.path().join("work").join(name)
    }

    /// The command with these arguments, ready to start.
    pub(crate) fn command<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Command {
        self.command_of(Path::new(env!("CARGO_BIN_EXE_jitney")), arguments)
    }

    /// As [`Sandbox::command`], for a copy of the executable.
    pub(crate) fn command_of<A: AsRef<OsStr>>(
        &self,
        executable: &Path,
        arguments: impl IntoIterator<Item = A>,
    ) -> Command {
        let mut command = Command::new(executable);
        command
            .args(arguments)
            .current_dir(self.path(""))
            .stdin(Stdio::null())
            .env("TMPDIR", self.0.path().join("tmp"))
            .env("XDG_CACHE_HOME", self.0.path().join("cache"))
            .env("RUST_BACKTRACE", "0")
            .env_remove("JITNEY_RUSTC");
        command
    }

    /// Runs the command to its end.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Shown {
        self.finish(&mut self.command(arguments))
    }

    /// Runs a command of this sandbox to its end.
    pub(crate) fn finish(&self, command: &mut Command) -> Shown {
        let Output {
            status,
            stdout,
            stderr,
        } = command.output().unwrap();
        self.is_clean();
        Shown {
            code: status.code(),
            stdout: String::from_utf8(stdout).unwrap(),
            stderr: String::from_utf8(stderr).unwrap(),
        }
    }

    /// Finds the temporary folder empty.
    pub(crate) fn is_clean(&self) {
        let left = fs::read_dir(self.0.path().join("tmp")).unwrap();
        let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
        assert!(left.is_empty(), "left behind: {left:?}");
    }
}

impl Shown {
    /// Fails unless it ended with this code and these words are on standard error.
    pub(crate) fn failed(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        for word in words {
            assert!(self.stderr.contains(word), "no `{word}` in: {self:?}");
        }
        assert!(!self.stderr.contains("panicked"), "{self:?}");
    }

    /// Fails unless it ended well and printed this, and nothing on standard error.
    pub(crate) fn printed(&self, expected: &str) {
        assert_eq!(
            (self.code, self.stdout.as_str(), self.stderr.as_str()),
            (Some(0), expected, "")
        );
    }
}
