//! Runs the real rustc on spliced texts: it alone knows whether an entry is right.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::exports::{Export, SplicedFile, Status, Survey, survey};

pub(super) fn read(text: &str) -> Survey {
    survey(text, None, &[]).expect("the text is well formed")
}

pub(super) fn find<'s>(survey: &'s Survey, path: &str) -> &'s Export {
    let mut found = survey.exports.iter().filter(|export| export.name == path);
    let export = found.next().unwrap_or_else(|| panic!("no export {path}"));
    assert!(found.next().is_none(), "two exports {path}");
    export
}

/// The paths of all that is exported.
pub(super) fn exported(survey: &Survey) -> Vec<&str> {
    let exported = |export: &&Export| matches!(export.status, Status::Exported { .. });
    survey
        .exports
        .iter()
        .filter(exported)
        .map(|export| export.name.as_str())
        .collect()
}

/// Why `path` is refused.
pub(super) fn reason<'s>(survey: &'s Survey, path: &str) -> &'s str {
    match &find(survey, path).status {
        Status::Refused { reason } => reason,
        status => panic!("{path} is {status:?}"),
    }
}

pub(super) fn marker<'s>(survey: &'s Survey, path: &str) -> &'s str {
    match &find(survey, path).status {
        Status::Exported { marker } => marker,
        status => panic!("{path} is {status:?}"),
    }
}

pub(super) fn rustc(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("rustc");
    command
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("rustc can be started")
}

/// Writes the root of a spliced source as `folder/lib.rs`.
pub(super) fn write_root(folder: &Path, files: &[SplicedFile]) {
    fs::write(folder.join("lib.rs"), &files[0].text).unwrap();
}

/// Compiles a text with all its entries to an object, and returns the object with rustc's messages.
///
/// Fails if rustc does, if a line of the user's text moved, or if a marker is not in the object.
pub(super) fn compile(survey: &Survey, edition: &str, more: &[&str]) -> (Vec<u8>, String) {
    let folder = tempfile::tempdir().unwrap();
    let files = survey.splice(&BTreeSet::new());
    check_lines(survey, &files);
    write_root(folder.path(), &files);
    let edition = format!("--edition={edition}");
    let fixed = [
        "--crate-type=rlib",
        "--crate-name=spliced",
        "--emit=obj=out.o,metadata=out.rmeta",
        "lib.rs",
        &edition,
    ];
    let output = rustc(folder.path(), &[&fixed[..], more].concat());
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{messages}");
    let object = fs::read(folder.path().join("out.o")).unwrap();
    (object, messages)
}

/// Every line that the user wrote is still there, under its number, perhaps with something inserted before a brace.
pub(super) fn check_lines(survey: &Survey, files: &[SplicedFile]) {
    assert_eq!(survey.files.len(), files.len());
    for (before, after) in survey.files.iter().zip(files) {
        let mut restored = after.text.clone();
        for insertion in after.inserted.iter().rev() {
            restored.replace_range(insertion.range.clone(), "");
        }
        assert_eq!(restored, before.text);
        let starts = |text: &str| text.lines().count();
        let own = starts(&before.text);
        let kept = after.text.lines().take(own).zip(before.text.lines());
        for (line, (new, old)) in kept.enumerate() {
            let first = old.split('}').next().unwrap_or("");
            assert!(
                new.starts_with(first),
                "line {} became {new:?}, was {old:?}",
                line + 1
            );
        }
    }
}

pub(super) fn holds(object: &[u8], marker: &str) -> bool {
    object
        .windows(marker.len())
        .any(|window| window == marker.as_bytes())
}

/// Builds a program of the spliced text and `main`, whose text may use `entry!("path")` for the registry entry of an
/// export, with public fields; runs it and returns what it printed.
pub(super) fn run(survey: &Survey, edition: &str, main: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let files = survey.splice(&BTreeSet::new());
    let mut text = files[0].text.clone();
    for private in ["_address: c", "_id: c", "_name: fn"] {
        text = text.replacen(private, &format!("pub(crate) {private}"), 1);
    }
    text = text.replace(
        "#[used] static __JITNEY",
        "#[used] pub(crate) static __JITNEY",
    );
    let mut arms = String::new();
    for export in &survey.exports {
        let Status::Exported { marker } = &export.status else {
            continue;
        };
        let module = modules_before(&text, marker);
        arms.push_str(&format!(
            "({:?}) => {{ crate::{module}{marker} }};\n",
            export.name
        ));
    }
    text.push_str(&format!(
        "\n#[allow(unused_macros)] macro_rules! entry {{ {arms} }}\nfn main() {{ {main} }}\n"
    ));
    fs::write(folder.path().join("main.rs"), &text).unwrap();
    let output = rustc(
        folder.path(),
        &[
            "--crate-name=spliced",
            "main.rs",
            "-o",
            "program",
            &format!("--edition={edition}"),
        ],
    );
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let output = Command::new(folder.path().join("program"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// The modules that enclose an entry: those of this test's texts are all `pub mod name {`, one level deep.
fn modules_before(text: &str, marker: &str) -> String {
    let at = text
        .find(&format!("static {marker}"))
        .expect("the entry is in the text");
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    match text[line..at].find("mod ") {
        Some(word) if text[line..].starts_with("pub mod") || text[line..].starts_with("mod") => {
            let name = text[line + word + 4..].split([' ', '{']).next().unwrap();
            format!("{name}::")
        }
        _ => String::new(),
    }
}
