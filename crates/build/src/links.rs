//! The native libraries that dependencies need, and the crates that an rlib needs. Only rustc can read them out of an
//! rlib, and it says them when it links; so it is let link a program that uses the crates, with a linker that does
//! nothing, and asked to print the linker's arguments.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::diagnostic::{self, Diagnostic};
use crate::error::Error;
use crate::resolution::Resolution;
use crate::scratch::{self, Scratch};
use crate::task::Task;

/// What std itself asks for, and every process has. libm is not among them: a host that needs none of it has none.
const ALWAYS_THERE: [&str; 7] = ["c", "gcc_s", "gcc_eh", "util", "rt", "pthread", "dl"];

/// Replaces the archives of a resolution by all that a program of its crates is linked from, and adds the native libraries.
/// `flags` are more arguments to rustc, `crates` is what the user is told of the crates. Where such a program cannot be
/// linked, what rustc says of it is returned: a message about the N-th line is about the N-th crate.
pub(crate) fn add(
    task: &Task<'_>,
    crates: &str,
    flags: &[String],
    resolution: &mut Resolution,
) -> Result<Result<(), Vec<Diagnostic>>, Error> {
    let scratch = Scratch::new(None)?;
    // A crate a line. Macros bring no code.
    let uses: String = resolution
        .externs
        .iter()
        .map(|(name, _)| format!("extern crate {name} as _;\n"))
        .collect();
    let source = scratch.path().join("links.rs");
    scratch::write(&source, &format!("{uses}fn main() {{}}\n"))?;

    let mut command = Command::new(task.workspace.toolchain.rustc());
    command.args(["--crate-name", "jitney_links", "--edition", "2021"]);
    command.args(["--crate-type=bin", "--cap-lints", "allow"]);
    command.args(["-C", "linker=true", "-C", "linker-flavor=gcc"]);
    command.args(["--print", "link-args", "--error-format=json"]);
    command.args(flags);
    for folder in &resolution.search_folders {
        command
            .arg("-L")
            .arg(format!("dependency={}", folder.display()));
    }
    for (name, file) in &resolution.externs {
        command
            .arg("--extern")
            .arg(format!("{name}={}", file.display()));
    }
    command
        .arg("-o")
        .arg(scratch.path().join("links"))
        .arg(&source);
    let finished = task
        .run(format!("rustc (reading what {crates} link to)"), false)
        .finish(command, |_, _| {})?;
    if !finished.status.success() {
        return Ok(Err(diagnostic::read(&finished.stderr, true)));
    }
    let printed = String::from_utf8_lossy(&finished.stdout);
    if let Some(line) = printed.lines().find(|line| !line.is_empty()) {
        // In the order that a linker wants them in.
        resolution.archives.clear();
        let std = task.workspace.toolchain.library_folder();
        read(&words(line), &std, resolution);
    }
    Ok(Ok(()))
}

fn read(words: &[String], std: &Path, resolution: &mut Resolution) {
    let folders: Vec<&str> = words
        .windows(2)
        .filter(|pair| pair[0] == "-L")
        .map(|pair| pair[1].as_str())
        .collect();
    for word in words {
        let file = Path::new(word);
        let ends = |endings: &[&str]| {
            file.extension()
                .is_some_and(|end| endings.iter().any(|ending| end == *ending))
        };
        // rustc's own temporary copies are gone by now.
        if ends(&["rlib", "a"]) && !file.starts_with(std) && file.is_file() {
            if !resolution.archives.iter().any(|archive| archive == file) {
                resolution.archives.push(file.to_owned());
            }
        } else if let Some(name) = word
            .strip_prefix("-l")
            .filter(|name| !ALWAYS_THERE.contains(name))
        {
            add_library(name, &folders, resolution);
        }
    }
}

/// A library found in a folder that a build script named is given by its path, as the loader does not look there.
fn add_library(name: &str, folders: &[&str], resolution: &mut Resolution) {
    let in_folder = |ending: &str| {
        let file = format!("lib{name}.{ending}");
        folders
            .iter()
            .map(|folder| Path::new(folder).join(&file))
            .find(|file| file.is_file())
    };
    let shared = in_folder("so").map(|file: PathBuf| file.display().to_string());
    if let Some(archive) = in_folder("a").filter(|_| shared.is_none()) {
        resolution.archives.push(archive);
        return;
    }
    let library = shared.unwrap_or_else(|| name.to_owned());
    if !resolution.shared_libraries.contains(&library) {
        resolution.shared_libraries.push(library);
    }
}

/// The words of a command line as rustc prints it: each in double quotes, with Rust's escapes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = line;
    while let Some(start) = rest.find('"') {
        let body = &rest[start + 1..];
        let mut escaped = false;
        let end = body.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let Some(end) = end else { break };
        words.extend(
            syn::parse_str::<syn::LitStr>(&rest[start..start + end + 2])
                .map(|literal| literal.value()),
        );
        rest = &body[end + 1..];
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_unquoted_as_rustc_quoted_them() {
        let line = format!("LC_ALL={:?} {:?} {:?} {:?}", "C", "cc", "-l\"z", "a\\b é");
        assert_eq!(words(&line), ["C", "cc", "-l\"z", "a\\b é"]);
        assert_eq!(words("\"unfinished"), Vec::<String>::new());
    }

    #[test]
    fn libraries_are_named_once_and_found_where_a_build_script_says() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("libown.a"), "").unwrap();
        std::fs::write(folder.path().join("libshared.so"), "").unwrap();
        let folder_name = folder.path().display().to_string();
        let words = [
            "-L",
            &folder_name,
            "-lm",
            "-lc",
            "-lm",
            "-lown",
            "-lshared",
            "/std/lib/libstd.rlib",
        ]
        .map(str::to_owned);
        let mut resolution = Resolution::default();
        read(&words, Path::new("/std"), &mut resolution);
        assert_eq!(resolution.archives, [folder.path().join("libown.a")]);
        assert_eq!(
            resolution.shared_libraries,
            [
                "m".to_owned(),
                folder.path().join("libshared.so").display().to_string()
            ]
        );
    }
}
