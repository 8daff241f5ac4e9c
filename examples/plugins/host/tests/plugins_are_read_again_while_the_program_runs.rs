//! The example as a user meets it: plugins are edited while the program runs, and it is told to read them again.

use std::fs;
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The program, running.
struct Program {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Program {
    fn start(plugins: &Path) -> Program {
        let mut child = Command::new(env!("CARGO_BIN_EXE_plugins-host"))
            .arg(plugins)
            .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap()).lines();
        Program {
            child,
            input,
            output,
        }
    }

    /// All that is printed up to the next question.
    fn answer(&mut self) -> String {
        let lines = self.output.by_ref().map(Result::unwrap);
        let lines: Vec<String> = lines
            .take_while(|line| !line.starts_with("Enter "))
            .collect();
        lines.join("\n")
    }

    fn again(&mut self) -> String {
        self.input.write_all(b"\n").unwrap();
        self.answer()
    }
}

/// The example's plugins in a folder of their own, with the same `plugins-api`.
fn plugins() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let api = fs::canonicalize(example.join("api")).unwrap();
    for name in ["count", "shout"] {
        let (from, to) = (example.join("plugins").join(name), folder.path().join(name));
        fs::create_dir_all(to.join("src")).unwrap();
        fs::copy(from.join("src/lib.rs"), to.join("src/lib.rs")).unwrap();
        let manifest = fs::read_to_string(from.join("Cargo.toml")).unwrap();
        let manifest = manifest.replace("../../api", api.to_str().unwrap());
        fs::write(to.join("Cargo.toml"), manifest).unwrap();
    }
    folder
}

#[test]
fn an_edited_plugin_takes_the_place_of_the_old_one_and_a_broken_one_is_told_about() {
    let plugins = plugins();
    let edit = |file: &str, from: &str, to: &str| {
        let path = plugins.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        fs::write(&path, text.replace(from, to)).unwrap();
    };
    let mut program = Program::start(plugins.path());
    let first = program.answer();
    assert!(first.starts_with("hex 0.4."), "{first}");
    let rest: Vec<&str> = first.lines().skip(1).collect();
    let expected = [
        "[INFO count] count is there",
        "[INFO shout] shout is there",
        "Note { text: \"HELLO (5)!\", changed_by: [\"count\", \"shout\"] }",
        "[\"counted 5\", \"shouted\"]",
    ];
    assert_eq!(rest, expected);

    edit(
        "shout/src/lib.rs",
        "to_uppercase() + \"!\"",
        "to_uppercase() + \"?!\"",
    );
    let edited = program.again();
    assert!(edited.contains("text: \"HELLO (5)?!\""), "{edited}");

    edit("shout/src/lib.rs", "Box::new(Shout)", "Box::new(Sho)");
    let broken = program.again();
    assert!(
        broken.contains("shout/src/lib.rs:") && broken.contains("cannot find value `Sho`"),
        "{broken}"
    );
    edit("shout/src/lib.rs", "Box::new(Sho)", "Box::new(Shout)");

    // What does not agree with the program's own crates is refused by name, and says what mends it.
    edit(
        "count/Cargo.toml",
        "log = \"0.4\"",
        "log = { version = \"0.4\", features = [\"kv\"] }",
    );
    let other = program.again();
    assert!(
        other.contains("own crate `log` cannot be shared") && other.contains("feature `kv`"),
        "{other}"
    );
    edit("count/Cargo.toml", "features = [\"kv\"]", "features = []");
    let mended = program.again();
    assert!(mended.contains("text: \"HELLO (5)?!\""), "{mended}");

    drop(program.input);
    assert!(program.child.wait().unwrap().success());
}
