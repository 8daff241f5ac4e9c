//! The record that goes into the program: a text, one entry a line, which `jitney-build` reads (`host_graph/record.rs`).

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::command_line::CommandLine;
use crate::fingerprint;

/// Between the fields of an entry, and between entries: bytes that no name and hardly a path has.
const FIELD: char = '\u{1f}';
const ENTRY: char = '\u{1e}';

/// The record. Without a compiler's command line it has the first entry alone.
pub(crate) fn text(line: &CommandLine) -> String {
    let mut text = String::new();
    let mut entry = |fields: &[&str]| {
        for (number, field) in fields.iter().enumerate() {
            if number > 0 {
                text.push(FIELD);
            }
            text.push_str(field);
        }
        text.push(ENTRY);
    };
    entry(&["jitney host", "1"]);
    if !line.is_rustc {
        return text;
    }
    entry(&["crate", line.crate_name.as_deref().unwrap_or("main")]);
    for (key, variable) in [
        ("manifest", "CARGO_MANIFEST_DIR"),
        ("package", "CARGO_PKG_NAME"),
        ("version", "CARGO_PKG_VERSION"),
    ] {
        if let Ok(value) = env::var(variable) {
            entry(&[key, &value]);
        }
    }
    for (key, value) in [
        ("edition", line.edition.as_deref()),
        ("metadata", line.codegen("metadata")),
        ("opt-level", line.codegen("opt-level")),
        ("panic", line.codegen("panic")),
    ] {
        if let Some(value) = value {
            entry(&[key, value]);
        }
    }
    for kind in &line.crate_types {
        entry(&["type", kind]);
    }
    for feature in &line.features {
        entry(&["feature", feature]);
    }
    for search in &line.search {
        let (kind, folder) = search.split_once('=').unwrap_or(("all", search));
        entry(&["search", kind, &absolute(folder)]);
    }
    if let Some(library) = own_library(line) {
        entry(&["library", &library]);
    }
    for (name, file) in &line.externs {
        let file = absolute(file);
        if !file.ends_with(".rlib") && !file.ends_with(".rmeta") {
            entry(&["shared", name, &file]);
            continue;
        }
        // rustc's metadata is a tenth of an rlib, and there before it in a pipelined build.
        let metadata = Path::new(&file).with_extension("rmeta");
        let (what, hashed) = match fs::read(&metadata) {
            Ok(bytes) => ("metadata", Some(bytes)),
            Err(_) => ("whole", fs::read(&file).ok()),
        };
        let hash = hashed.map_or_else(String::new, |bytes| {
            format!("{:032x}", fingerprint::of(&bytes))
        });
        entry(&["extern", name, what, &hash, &file]);
    }
    text
}

/// Where the compiler will put the crate itself, when that is a library that loaded code could use.
fn own_library(line: &CommandLine) -> Option<String> {
    if !line.is_library() {
        return None;
    }
    let name = format!(
        "lib{}{}.rlib",
        line.crate_name.as_deref()?,
        line.codegen("extra-filename").unwrap_or("")
    );
    let folder = PathBuf::from(absolute(line.out_dir.as_deref()?));
    Some(folder.join(name).display().to_string())
}

/// What tells this compilation of a library from every other one; empty for a program, whose own code nobody is
/// compiled against, so that two builds of a program stay alike.
pub(crate) fn nonce(line: &CommandLine) -> Vec<u8> {
    if !line.is_library() {
        return Vec::new();
    }
    let time = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_nanos();
    let mut seed = Vec::new();
    seed.extend(time.to_le_bytes());
    seed.extend(std::process::id().to_le_bytes());
    // Two calls of the macro in one compilation may share a nonce; two compilations may not.
    seed.extend(env::args_os().flat_map(|argument| argument.into_encoded_bytes()));
    let mut nonce = b"jitney host crate nonce:".to_vec();
    nonce.extend(time.to_le_bytes());
    nonce.extend(fingerprint::of(&seed).to_le_bytes());
    nonce
}

fn absolute(path: &str) -> String {
    std::path::absolute(path).map_or_else(|_| path.to_owned(), |path| path.display().to_string())
}
