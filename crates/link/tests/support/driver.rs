//! One C text that asks objects for numbers, run both ways: linked into this process, and linked by the
//! system's linker into a program of its own.

use std::path::Path;
use std::process::Command;

use super::{compile, function, try_link};
use jitney_link::{Error, Image};

/// How many numbers a driver may answer.
const ANSWERS: usize = 64;

/// Prints what the driver answers.
const MAIN: &str = "
    #include <stdio.h>
    int answers(long *out);
    int main(void) {
        long out[64] = {0};
        int count = answers(out);
        for (int i = 0; i < count; i++) printf(\"%ld\\n\", out[i]);
        return 0;
    }";

/// Objects, by the names that errors call them by, and the C text that asks them: it defines
/// `int answers(long *out)`, which writes up to 64 numbers and returns how many.
pub(crate) struct Driver<'a> {
    pub(crate) objects: &'a [(&'a str, &'a [u8])],
    pub(crate) text: &'a str,
    /// What the system's linker is told.
    pub(crate) linker_options: &'a [&'a str],
}

impl Driver<'_> {
    /// Links the objects and the driver into this process.
    pub(crate) fn link(&self) -> Result<Image, Error> {
        let driver = compile::c(&["-O1", "-fPIC"], self.text).expect("a C compiler");
        let mut objects = self.objects.to_vec();
        objects.push(("driver.o", &driver));
        try_link(&objects, &["answers"])
    }

    /// What the driver answers in this process.
    pub(crate) fn answers(&self, image: &Image) -> Vec<i64> {
        let mut out = [0i64; ANSWERS];
        // SAFETY: that is the type of every driver's function, and the image is alive.
        let count = unsafe {
            let answers: extern "C" fn(*mut i64) -> i32 = function(image, "answers");
            answers(out.as_mut_ptr())
        };
        out[..count as usize].to_vec()
    }

    /// What it answers in a program that the system's linker made.
    pub(crate) fn truth(&self) -> Vec<i64> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| folder.path().join(name);
        write(&at("main.c"), MAIN.as_bytes());
        write(&at("driver.c"), self.text.as_bytes());
        let mut cc = Command::new("cc");
        cc.args(["-O1", "-o"]).arg(at("program"));
        cc.args([at("main.c"), at("driver.c")]);
        for (name, bytes) in self.objects {
            write(&at(name), bytes);
            cc.arg(at(name));
        }
        super::hosts::run(cc.args(self.linker_options));
        let output = super::hosts::run(&mut Command::new(at("program")));
        let lines = super::hosts::text(&output.stdout);
        lines
            .lines()
            .map(|line| line.parse().expect("a number"))
            .collect()
    }

    /// Compares both. Returns the image, for closer questions.
    pub(crate) fn compare(&self) -> Image {
        let image = self.link().unwrap_or_else(|error| panic!("{error}"));
        let truth = self.truth();
        assert!(!truth.is_empty());
        assert_eq!(self.answers(&image), truth);
        image
    }
}

fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).expect("the folder takes files");
}
