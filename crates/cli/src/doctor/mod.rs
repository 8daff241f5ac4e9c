//! `jitney doctor`: what was found, and what each missing thing costs.

mod raw_code;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jitney::{Jit, Toolchain};
use serde_json::json;

use crate::Outcome;
use crate::arguments::Doctor;
use crate::output;

/// One thing that was looked for.
struct Finding {
    what: &'static str,
    found: Result<String, String>,
    /// Whether nothing works without it.
    needed: bool,
    /// What it is for.
    purpose: &'static str,
}

pub(crate) fn doctor(arguments: Doctor) -> Outcome {
    let findings = examine();
    let healthy = findings
        .iter()
        .all(|finding| finding.found.is_ok() || !finding.needed);
    let text = if arguments.json {
        let findings: Vec<_> = findings.iter().map(as_json).collect();
        format!(
            "{:#}\n",
            json!({ "healthy": healthy, "findings": findings })
        )
    } else {
        findings.iter().map(as_text).collect()
    };
    output::print(&text)?;
    Ok(if healthy {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn as_text(finding: &Finding) -> String {
    let Finding {
        what,
        found,
        needed,
        purpose,
    } = finding;
    match (found, needed) {
        (Ok(found), _) => format!("ok       {what}: {found}\n"),
        (Err(reason), true) => {
            format!("MISSING  {what}: {reason}\n         needed for {purpose}\n")
        }
        (Err(reason), false) => {
            format!("without  {what}: {reason}\n         only needed for {purpose}\n")
        }
    }
}

fn as_json(finding: &Finding) -> serde_json::Value {
    json!({
        "what": finding.what,
        "ok": finding.found.is_ok(),
        "found": finding.found.as_ref().ok(),
        "problem": finding.found.as_ref().err(),
        "needed": finding.needed,
        "purpose": finding.purpose,
    })
}

fn examine() -> Vec<Finding> {
    let mut findings = examine_building();
    findings.extend(raw_code::examine());
    findings
}

fn examine_building() -> Vec<Finding> {
    let toolchain = Toolchain::find();
    let describe =
        |toolchain: &Toolchain| format!("{}, {}", toolchain.version(), toolchain.rustc().display());
    let library = match &toolchain {
        Ok(toolchain) => folder_with(&toolchain.library_folder(), "libstd-"),
        Err(_) => Err("no compiler".to_owned()),
    };
    let cargo = match &toolchain {
        Ok(toolchain) if toolchain.cargo().exists() => Ok(toolchain.cargo().display().to_string()),
        Ok(toolchain) => Err(format!("{} is not there", toolchain.cargo().display())),
        Err(_) => Err("no compiler".to_owned()),
    };
    let jit = Jit::new();
    let symbols = match &jit {
        Ok(jit) => Ok(format!("{} symbols to link against", jit.host_symbols())),
        Err(error) => Err(error.to_string()),
    };
    let trial = match &jit {
        Ok(jit) => trial(jit),
        Err(_) => Err("not tried".to_owned()),
    };
    let temporary = std::env::temp_dir();
    let writable = match writable(&temporary) {
        Ok(()) => Ok(temporary.display().to_string()),
        Err(error) => Err(format!("{}: {error}", temporary.display())),
    };
    let finding = |what, found, needed, purpose| Finding {
        what,
        found,
        needed,
        purpose,
    };
    vec![
        finding(
            "compiler",
            toolchain
                .as_ref()
                .map(describe)
                .map_err(ToString::to_string),
            true,
            "everything that starts from source",
        ),
        finding("standard library", library, true, "linking"),
        finding(
            "this program",
            symbols,
            true,
            "linking: loaded code binds to its symbols",
        ),
        finding("temporary folder", writable, true, "compiling"),
        finding("a trial load", trial, true, "everything"),
        finding("cargo", cargo, false, "dependencies (--dep)"),
        finding(
            "C compiler",
            compiler("CC", &["cc", "gcc", "clang"]),
            false,
            "sources in C and assembly, and dependencies with C code",
        ),
        finding(
            "C++ compiler",
            compiler("CXX", &["c++", "g++", "clang++"]),
            false,
            "sources in C++, and dependencies with C++ code",
        ),
    ]
}

/// Whether a folder holds a file whose name begins so.
fn folder_with(folder: &Path, prefix: &str) -> Result<String, String> {
    let entries =
        std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let found = entries
        .flatten()
        .any(|entry| entry.file_name().to_string_lossy().starts_with(prefix));
    match found {
        true => Ok(folder.display().to_string()),
        false => Err(format!(
            "no {prefix}*.rlib in {}: install the `rust-std` component",
            folder.display()
        )),
    }
}

/// What a variable names, else the first of these names on PATH.
fn compiler(variable: &str, names: &[&str]) -> Result<String, String> {
    match std::env::var(variable) {
        Ok(named) if !named.is_empty() => Ok(format!("{named}, as {variable} says")),
        _ => on_path(names),
    }
}

fn on_path(names: &[&str]) -> Result<String, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)))
        .find(|candidate: &PathBuf| candidate.is_file());
    found
        .map(|path| path.display().to_string())
        .ok_or_else(|| format!("none of {} is on PATH", names.join(", ")))
}

fn writable(folder: &Path) -> std::io::Result<()> {
    let trial = folder.join(format!("jitney-doctor-{}", std::process::id()));
    std::fs::File::create_new(&trial)?;
    std::fs::remove_file(trial)
}

/// Loads and calls a function, as a user would.
fn trial(jit: &Jit) -> Result<String, String> {
    let start = std::time::Instant::now();
    let sum = || -> Result<i32, jitney::Error> {
        // The compiler is to be tried, too.
        let module = jit
            .clone()
            .cache(false)
            .text("pub fn add(a: i32, b: i32) -> i32 { a + b }")
            .load()?;
        Ok(module.function::<fn(i32, i32) -> i32>("add")?(5, 6))
    };
    match sum() {
        Ok(11) => Ok(format!(
            "add(5, 6) = 11 after {:.0} ms",
            start.elapsed().as_secs_f64() * 1e3
        )),
        Ok(other) => Err(format!("add(5, 6) = {other}")),
        Err(error) => Err(error.to_string()),
    }
}
