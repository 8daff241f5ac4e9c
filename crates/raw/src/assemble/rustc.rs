//! Assembling by rustc: the text is the `global_asm!` of a crate that holds nothing else.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::process::{self, Scratch};
use super::{Assembly, Error, Syntax, lines};
use crate::extract;

/// The variable that names the compiler to use before all others: an executable, or a sysroot folder.
const VARIABLE: &str = "JITNEY_RUSTC";

pub(super) fn assemble(assembly: &Assembly<'_>) -> Result<Vec<u8>, Error> {
    let rustc = find()?;
    let scratch = Scratch::new()?;
    scratch.write("text.s", assembly.text)?;
    let options = match assembly.syntax {
        Syntax::Att => "raw, att_syntax",
        _ => "raw",
    };
    // `raw`: braces are the assembler's. The path is relative to the crate's own file, so that the compiler's current
    // folder stays the user's, for the files that the text includes.
    let source = format!(
        "#![no_std]\n#![crate_type = \"lib\"]\n\
         core::arch::global_asm!(include_str!(\"text.s\"), options({options}));\n"
    );
    let root = scratch.write("text.rs", &source)?;
    let mut command = Command::new(&rustc);
    command
        .args(["--edition=2024", "--crate-name=text", "--cap-lints=allow"])
        .args(["-Cpanic=abort", "-Ccodegen-units=1", "-Cdebuginfo=0"])
        .args(["--color=never", "--error-format=human", "-o"])
        .arg(scratch.path("text.o"))
        .arg("--emit=obj")
        .arg(root);
    if let Some(target) = assembly.target {
        command.args(["--target", target]);
    }
    let output = process::run(&rustc, &mut command)?;
    if !output.status.success() {
        let message = lines::of_the_user(&process::said(&output), assembly.name, assembly.text);
        return Err(Error::Refused { message });
    }
    let object = scratch.read("text.o")?;
    extract::everything(&object).map_err(|source| Error::Standalone {
        name: assembly.name.to_owned(),
        source,
    })
}

/// rustc's executable itself: rustup's proxy takes longer to start than the compiler.
fn find() -> Result<PathBuf, Error> {
    static ON_PATH: OnceLock<PathBuf> = OnceLock::new();
    if let Some(named) = env::var_os(VARIABLE).filter(|named| !named.is_empty()) {
        let named = PathBuf::from(named);
        return match named.is_dir() {
            true => Ok(in_sysroot(&named)),
            false => Ok(named),
        };
    }
    if let Some(known) = ON_PATH.get() {
        return Ok(known.clone());
    }
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
    let rustc = process::on_path("rustc")
        .or_else(|| Some(in_sysroot(&home?)).filter(|rustc| rustc.is_file()))
        .ok_or_else(|| Error::NotFound {
            program: "rustc",
            advice: format!(
                "it is not on the PATH; install Rust, or let {VARIABLE} name a compiler or its sysroot"
            ),
        })?;
    let real = behind_proxy(&rustc)?;
    Ok(ON_PATH.get_or_init(|| real).clone())
}

/// What an executable of this name stands for: itself, or the compiler that rustup's proxy would start.
fn behind_proxy(rustc: &Path) -> Result<PathBuf, Error> {
    let output = process::run(rustc, Command::new(rustc).args(["--print", "sysroot"]))?;
    if !output.status.success() {
        return Err(Error::Start {
            program: rustc.to_owned(),
            reason: process::said(&output).trim().to_owned(),
        });
    }
    let sysroot = String::from_utf8_lossy(&output.stdout);
    let real = in_sysroot(Path::new(sysroot.trim()));
    // A script around a compiler may set what the compiler needs to start, and have no compiler in its sysroot.
    Ok(if real.is_file() {
        real
    } else {
        rustc.to_owned()
    })
}

fn in_sysroot(sysroot: &Path) -> PathBuf {
    sysroot
        .join("bin")
        .join(format!("rustc{}", env::consts::EXE_SUFFIX))
}
