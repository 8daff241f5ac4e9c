//! Finding rustc, cargo and std. It stands before everything else in the flow, and usually starts no process: build.rs
//! recorded the compiler that built this crate, and that one is used again as long as its file is unchanged.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

use crate::error::Error;

/// A Rust compiler with its cargo and its standard library.
#[derive(Clone, Debug)]
pub struct Toolchain {
    rustc: PathBuf,
    cargo: PathBuf,
    sysroot: PathBuf,
    version: String,
    host: String,
}

/// The variable that names the compiler to use before all others.
const VARIABLE: &str = "JITNEY_RUSTC";

impl Toolchain {
    /// Finds a toolchain: the one that `JITNEY_RUSTC` names (an executable or a sysroot), then the one that compiled
    /// this crate, then `rustc` on the PATH.
    ///
    /// # Errors
    /// When none is found, when the one that `JITNEY_RUSTC` names is not usable, or when it has no std.
    pub fn find() -> Result<Toolchain, Error> {
        if let Some(path) = env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
            return Toolchain::at(Path::new(&path));
        }
        let recorded = executable(Path::new(recorded::SYSROOT), "rustc");
        if recorded.is_file() {
            return Toolchain::at(&recorded);
        }
        if let Some(rustc) = on_path("rustc") {
            return Toolchain::at(&rustc);
        }
        let tried = vec![
            format!("the variable {VARIABLE}, which is not set"),
            format!("`{}`, which compiled this program", recorded.display()),
            "`rustc` on the PATH".to_owned(),
        ];
        Err(Error::NoRustc { tried })
    }

    /// The toolchain that compiled this crate, as it was then and where it was then; it may be gone. Nothing is looked
    /// for.
    pub fn recorded() -> Toolchain {
        let sysroot = PathBuf::from(recorded::SYSROOT);
        Toolchain {
            rustc: executable(&sysroot, "rustc"),
            cargo: executable(&sysroot, "cargo"),
            sysroot,
            version: env!("JITNEY_RECORDED_VERSION").to_owned(),
            host: env!("JITNEY_RECORDED_HOST").to_owned(),
        }
    }

    /// The toolchain at a path: a rustc executable (rustup's proxy is followed to the real one) or a sysroot folder.
    ///
    /// # Errors
    /// When there is none, when it does not run, or when it has no std.
    pub fn at(path: &Path) -> Result<Toolchain, Error> {
        let not_one = |reason: &str| Error::NotAToolchain {
            path: path.to_owned(),
            reason: reason.to_owned(),
        };
        let metadata = fs::metadata(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => not_one("there is no such file or folder"),
            _ => not_one(&error.to_string()),
        })?;
        let rustc = if metadata.is_dir() {
            executable(path, "rustc")
        } else {
            path.to_owned()
        };
        if !rustc.is_file() {
            return Err(not_one("the folder has no bin/rustc"));
        }
        let (rustc, sysroot) = locate(rustc)?;
        let (version, host) = match recorded::about(&rustc) {
            Some(known) => known,
            None => ask_about(&rustc)?,
        };
        let cargo = Some(executable(&sysroot, "cargo"))
            .filter(|cargo| cargo.is_file())
            .or_else(|| env::var_os("CARGO").map(PathBuf::from))
            .or_else(|| on_path("cargo"))
            .unwrap_or_else(|| executable(&sysroot, "cargo"));
        let toolchain = Toolchain {
            rustc,
            cargo,
            sysroot,
            version,
            host,
        };
        toolchain.require_std()?;
        Ok(toolchain)
    }

    /// The compiler's executable itself, never rustup's proxy.
    pub fn rustc(&self) -> &Path {
        &self.rustc
    }

    /// The cargo that belongs to the compiler, or another when it has none of its own.
    pub fn cargo(&self) -> &Path {
        &self.cargo
    }

    /// The folder that holds the compiler and its libraries.
    pub fn sysroot(&self) -> &Path {
        &self.sysroot
    }

    /// The compiler's version as `rustc --version` prints it.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The folder with the rlibs of std for the machine this runs on.
    pub fn library_folder(&self) -> PathBuf {
        self.sysroot
            .join("lib/rustlib")
            .join(&self.host)
            .join("lib")
    }

    /// The target triple the compiler runs on and compiles for.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    fn require_std(&self) -> Result<(), Error> {
        let folder = self.library_folder();
        let is_std = |entry: fs::DirEntry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.starts_with("libstd-") && name.ends_with(".rlib")
        };
        let has_std = fs::read_dir(&folder).is_ok_and(|entries| entries.flatten().any(is_std));
        if has_std {
            Ok(())
        } else {
            Err(Error::NoStandardLibrary {
                sysroot: self.sysroot.clone(),
                folder,
            })
        }
    }
}

/// What build.rs wrote down.
mod recorded {
    use super::{Path, executable, fs, stamp};

    pub(super) const SYSROOT: &str = env!("JITNEY_RECORDED_SYSROOT");

    /// Version and host of the executable, when it is the recorded one, unchanged.
    pub(super) fn about(rustc: &Path) -> Option<(String, String)> {
        let same_file = fs::canonicalize(rustc).ok()?
            == fs::canonicalize(executable(Path::new(SYSROOT), "rustc")).ok()?;
        let (size, modified) = stamp(rustc)?;
        let unchanged = size.to_string() == env!("JITNEY_RECORDED_SIZE")
            && modified.to_string() == env!("JITNEY_RECORDED_MODIFIED");
        (same_file && unchanged).then(|| {
            (
                env!("JITNEY_RECORDED_VERSION").to_owned(),
                env!("JITNEY_RECORDED_HOST").to_owned(),
            )
        })
    }
}

/// Size in bytes and time of change in nanoseconds since 1970: what tells a file from its replacement.
pub(crate) fn stamp(file: &Path) -> Option<(u64, u128)> {
    let metadata = fs::metadata(file).ok()?;
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some((metadata.len(), modified.as_nanos()))
}

/// The real compiler behind an executable, and its sysroot.
fn locate(rustc: PathBuf) -> Result<(PathBuf, PathBuf), Error> {
    if is_rustup_proxy(&rustc) {
        let sysroot = ask_sysroot(&rustc)?;
        return Ok((executable(&sysroot, "rustc"), sysroot));
    }
    let beside = fs::canonicalize(&rustc)
        .ok()
        .and_then(|real| Some(real.parent()?.parent()?.to_owned()))
        .filter(|sysroot| {
            sysroot.join("lib/rustlib").is_dir() && executable(sysroot, "rustc").is_file()
        });
    // A script around a compiler has no sysroot beside it; it is kept, as it may set what the compiler needs to start.
    let sysroot = match beside {
        Some(sysroot) => sysroot,
        None => ask_sysroot(&rustc)?,
    };
    Ok((rustc, sysroot))
}

/// rustup installs its own executable under every tool's name: as a symbolic link, or, in older versions, a hard link.
fn is_rustup_proxy(rustc: &Path) -> bool {
    let named_rustup = fs::canonicalize(rustc).is_ok_and(|real| {
        real.file_stem()
            .is_some_and(|stem| stem == "rustup" || stem == "rustup-init")
    });
    let same_as_rustup = || {
        use std::os::unix::fs::MetadataExt;
        let rustup = rustc.with_file_name("rustup");
        match (fs::metadata(rustc), fs::metadata(rustup)) {
            (Ok(this), Ok(that)) => this.dev() == that.dev() && this.ino() == that.ino(),
            _ => false,
        }
    };
    named_rustup || same_as_rustup()
}

fn ask_sysroot(rustc: &Path) -> Result<PathBuf, Error> {
    let sysroot = PathBuf::from(ask(rustc, &["--print", "sysroot"])?.trim());
    if sysroot.is_dir() {
        return Ok(sysroot);
    }
    Err(Error::BrokenRustc {
        rustc: rustc.to_owned(),
        reason: format!(
            "it names `{}` as its sysroot, which is not a folder",
            sysroot.display()
        ),
    })
}

fn ask_about(rustc: &Path) -> Result<(String, String), Error> {
    let about = ask(rustc, &["-vV"])?;
    let version = about
        .lines()
        .next()
        .filter(|line| line.starts_with("rustc "));
    let host = about.lines().find_map(|line| line.strip_prefix("host: "));
    match (version, host) {
        (Some(version), Some(host)) => Ok((version.to_owned(), host.to_owned())),
        _ => Err(Error::BrokenRustc {
            rustc: rustc.to_owned(),
            reason: format!("`-vV` printed no version and host, but {about:?}"),
        }),
    }
}

fn ask(rustc: &Path, arguments: &[&str]) -> Result<String, Error> {
    let broken = |reason: String| Error::BrokenRustc {
        rustc: rustc.to_owned(),
        reason,
    };
    let output = Command::new(rustc)
        .args(arguments)
        .output()
        .map_err(|error| broken(error.to_string()))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(broken(format!(
            "`{}` ended with {}: {}",
            arguments.join(" "),
            output.status,
            said.trim()
        )));
    }
    String::from_utf8(output.stdout).map_err(|_| broken("it printed what is not UTF-8".to_owned()))
}

fn executable(sysroot: &Path, name: &str) -> PathBuf {
    sysroot
        .join("bin")
        .join(format!("{name}{}", env::consts::EXE_SUFFIX))
}

pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let name = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(&name))
        .find(|file| file.is_file())
}
