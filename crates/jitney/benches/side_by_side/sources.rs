//! The texts that are loaded, and the compilers that they are given to: rustc as jitney runs it, and rustc as the maker
//! of a shared library.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use jitney::{Event, Jit, Source};
use tempfile::TempDir;

/// A text with one function, which is called once it is loaded.
#[derive(Clone, Copy)]
pub(crate) struct Text {
    pub(crate) name: &'static str,
    pub(crate) function: &'static str,
    pub(crate) text: &'static str,
    pub(crate) dependency: Option<(&'static str, &'static str)>,
}

/// The smallest text that does anything.
pub(crate) const ADD: Text = Text {
    name: "add",
    function: "add",
    text: "pub fn add(a: i32, b: i32) -> i32 { a + b }",
    dependency: None,
};

/// A text that instantiates a good deal of std: a `HashMap`, sorting, formatting.
pub(crate) const TALLY: Text = Text {
    name: "tally",
    function: "tally",
    text: r#"
use std::collections::HashMap;

pub fn tally(text: &str) -> String {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for word in text.split_whitespace() {
        *counts.entry(word).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let counts: Vec<String> = counts.iter().map(|(word, count)| format!("{word}={count}")).collect();
    counts.join(" ")
}
"#,
    dependency: None,
};

/// A text with a dependency from the registry.
pub(crate) const JSON: Text = Text {
    name: "serde_json",
    function: "kind",
    text: r#"
pub fn kind(text: &str) -> String {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) => format!("{value:?}"),
        Err(error) => error.to_string(),
    }
}
"#,
    dependency: Some(("serde_json", "1")),
};

/// A text that needs much of std that the bench itself may lack: printing, a thread, a file, a socket.
pub(crate) const SYSTEM: Text = Text {
    name: "system",
    function: "system",
    text: r#"
use std::io::Write;

pub fn system(text: &str) -> String {
    let thread = std::thread::spawn(|| std::net::TcpListener::bind("127.0.0.1:0").map(|l| l.local_addr().is_ok()));
    let bound = thread.join().map_or_else(|_| String::new(), |bound| format!("{bound:?}"));
    let _ = std::io::stderr().flush();
    let found = std::fs::read_dir("/").map_or(0, |entries| entries.count()) > 0;
    println!("{text}");
    format!("{bound} {found}")
}
"#,
    dependency: None,
};

impl Text {
    /// As a source for jitney.
    pub(crate) fn source(&self, jit: &Jit) -> Source {
        let source = jit.text(self.text).name(self.name);
        match self.dependency {
            Some((name, requirement)) => source.dependency(name, requirement),
            None => source,
        }
    }

    /// The same text for a shared library: the function keeps its name.
    fn exported(&self) -> String {
        let function = format!("pub fn {}(", self.function);
        self.text
            .replace(&function, &format!("#[unsafe(no_mangle)] {function}"))
    }
}

/// The very command line by which jitney compiles a source, to be run again without jitney.
pub(crate) struct Compiler {
    words: Vec<String>,
    _files: Option<TempDir>,
}

impl Compiler {
    /// Builds the source once, keeping its files, and listens to what is run.
    pub(crate) fn of(source: Source) -> Compiler {
        let files = tempfile::tempdir().unwrap();
        let commands = Arc::new(Mutex::new(Vec::new()));
        let heard = commands.clone();
        let listen = move |event: &Event| {
            if let Event::Running { command } = event {
                heard.lock().unwrap().push(command.clone());
            }
        };
        source
            .keep_files(files.path())
            .verbose(true)
            .on_progress(listen)
            .build()
            .unwrap();
        // With dependencies, cargo was run first.
        let command = commands.lock().unwrap().pop().expect("rustc was run");
        assert!(
            !command.contains('\''),
            "a word of the command is quoted: {command}"
        );
        Compiler {
            words: command.split(' ').map(str::to_owned).collect(),
            _files: Some(files),
        }
    }

    /// Another process's; its files are kept there.
    pub(crate) fn from_words(words: Vec<String>) -> Compiler {
        Compiler {
            words,
            _files: None,
        }
    }

    /// The executable and its arguments.
    pub(crate) fn words(&self) -> &[String] {
        &self.words
    }

    /// The object that it writes.
    pub(crate) fn object(&self) -> &str {
        let output = self
            .words
            .iter()
            .position(|word| word == "-o")
            .expect("an output is named");
        &self.words[output + 1]
    }

    /// Runs it as jitney does: no input, output captured.
    pub(crate) fn run(&self) {
        run(Command::new(&self.words[0]).args(&self.words[1..]));
    }

    /// The arguments that name dependencies.
    fn dependencies(&self) -> impl Iterator<Item = &String> {
        let after = |word: &str| self.words.iter().position(|other| other == word);
        let externs = after("--extern").map_or(0..0, |at| at..at + 2);
        let folders = self
            .words
            .iter()
            .filter(|word| word.starts_with("-Ldependency="));
        folders.chain(&self.words[externs])
    }
}

pub(crate) fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// rustc as the maker of a shared library, with the linker that is its default.
pub(crate) struct SharedLibrary {
    text: String,
    words: Vec<String>,
}

impl SharedLibrary {
    /// `compiler` is the text's own, for its rustc and its dependencies; `flags` are more arguments to rustc.
    pub(crate) fn of(text: &Text, compiler: &Compiler, flags: &[&str]) -> SharedLibrary {
        let mut words = vec![compiler.words[0].clone()];
        let plain = [
            "--edition=2024",
            "--crate-type=cdylib",
            "-C",
            "opt-level=0",
            "-C",
            "debuginfo=0",
        ];
        words.extend(plain.iter().chain(flags).map(|&word| word.to_owned()));
        words.extend(compiler.dependencies().cloned());
        SharedLibrary {
            text: text.exported(),
            words,
        }
    }

    /// Writes the text to a new folder and compiles it there.
    pub(crate) fn build(&self) -> Built {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("library.rs");
        let library = folder.path().join("library.so");
        std::fs::write(&source, &self.text).unwrap();
        run(Command::new(&self.words[0])
            .args(&self.words[1..])
            .arg("-o")
            .arg(&library)
            .arg(&source));
        Built {
            library,
            _folder: folder,
        }
    }
}

/// A shared library on disk.
pub(crate) struct Built {
    library: PathBuf,
    _folder: TempDir,
}

impl Built {
    pub(crate) fn path(&self) -> &Path {
        &self.library
    }

    /// Opens it by `dlopen`.
    pub(crate) fn open(&self) -> libloading::Library {
        // SAFETY: it was made from a text above, which has no constructors.
        unsafe { libloading::Library::new(&self.library).unwrap() }
    }
}
