//! What can go wrong between a source and its object. Every step of the flow ends here; each variant names the thing at
//! fault and what to do about it, and keeps the compiler's or cargo's own words whole.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use crate::container::Damage;
use crate::diagnostic::{Diagnostic, Rendered};

/// Why a source could not be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No rustc was found anywhere it was looked for.
    #[error(
        "no rustc found (tried {}); install Rust, or name the compiler by JITNEY_RUSTC or `.toolchain(path)`",
        tried.join(", ")
    )]
    NoRustc {
        /// The places looked at, in order.
        tried: Vec<String>,
    },

    /// No C or C++ compiler was found.
    #[error(
        "no {language} compiler found: {tried}; install one (gcc or clang), or name it by {variable}"
    )]
    NoCompiler {
        /// "C" or "C++".
        language: &'static str,
        /// What was looked for.
        tried: String,
        /// The variable that names one.
        variable: &'static str,
    },

    /// A library that was asked for by name is nowhere.
    #[error(
        "the library `{name}` was not found: there is no {} in {}; give its folder by `-L DIR` or \
         `.library_folder(dir)`, or install its development files",
        files.join(" or "),
        shown_folders(folders)
    )]
    NoLibrary {
        /// The name as given.
        name: String,
        /// The names of the files that it stands for.
        files: Vec<String>,
        /// Where they were looked for, in order.
        folders: Vec<PathBuf>,
    },

    /// A text that stands for a shared library cannot be followed.
    #[error("the linker script `{}` is not usable: {reason}", path.display())]
    LinkerScript {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },

    /// A path that was given as the toolchain is neither a rustc executable nor a sysroot folder.
    #[error("`{}` is not a toolchain: {reason}; give a rustc executable or a sysroot folder", path.display())]
    NotAToolchain {
        /// The path as given.
        path: PathBuf,
        /// What is missing there.
        reason: String,
    },

    /// The rustc that was found does not run, or does not answer as rustc does.
    #[error("`{}` does not run as a Rust compiler: {reason}", rustc.display())]
    BrokenRustc {
        /// The executable.
        rustc: PathBuf,
        /// What it said, or how it ended.
        reason: String,
    },

    /// The sysroot has a compiler but no standard library for its own target.
    #[error(
        "the toolchain at `{}` has no standard library: no libstd-*.rlib in `{}`; install the `rust-std` component",
        sysroot.display(),
        folder.display()
    )]
    NoStandardLibrary {
        /// The sysroot.
        sysroot: PathBuf,
        /// The folder that was searched.
        folder: PathBuf,
    },

    /// The source file cannot be read.
    #[error("cannot read the source `{}`: {reason}", path.display())]
    ReadSource {
        /// The file as given.
        path: PathBuf,
        /// Why not.
        reason: String,
    },

    /// Two files that are both a crate's root.
    #[error(
        "`{}` and `{}` are both a crate's root by their name: give one of them, with the files of its modules",
        first.display(),
        second.display()
    )]
    SeveralRoots {
        /// The first of them.
        first: PathBuf,
        /// The other one.
        second: PathBuf,
    },

    /// Several files were given as a program, and none of them is its root.
    #[error(
        "none of {} is called `main.rs`, so it is not known which one the program begins in: call it so, or give that one \
         alone, which names the others by `mod`",
        shown_folders(files)
    )]
    NoMainFile {
        /// The files.
        files: Vec<PathBuf>,
    },

    /// Two files that would be the same module.
    #[error(
        "`{}` and `{}` would both be the module `{name}`: rename one, or give a `lib.rs` that names them by `#[path = \"…\"]`",
        first.display(),
        second.display()
    )]
    SameModule {
        /// The module's name.
        name: String,
        /// The first of them.
        first: PathBuf,
        /// The other one.
        second: PathBuf,
    },

    /// A folder cannot be built as a package.
    #[error("the folder `{}` cannot be built: {reason}", path.display())]
    Folder {
        /// The folder as given.
        path: PathBuf,
        /// Why not, and what to do.
        reason: String,
    },

    /// The source holds no item at all.
    #[error("`{name}` is empty: there is nothing to compile")]
    Empty {
        /// The source's shown file name.
        name: String,
    },

    /// The source is a program: it has `main` and offers nothing to call.
    #[error(
        "`{name}` has `main` but nothing public: run it as a program (`jitney run`), or make the functions to be called `pub`"
    )]
    OnlyMain {
        /// The source's shown file name.
        name: String,
    },

    /// The source wants an allocator of its own.
    #[error(
        "{name}{}: `#[global_allocator]` cannot be honoured: memory crosses the border between host and module, so \
         both must use the host's allocator; remove the attribute",
        line.map_or_else(String::new, |line| format!(":{line}"))
    )]
    GlobalAllocator {
        /// The source's shown file name.
        name: String,
        /// The line of the allocator's `static`, from 1. None where a macro wrote it.
        line: Option<usize>,
    },

    /// The expression to evaluate is blank.
    #[error("the expression is empty: give one Rust expression, as in `add(5, 6)`")]
    EmptyExpression,

    /// A crate that this program was compiled against cannot be used by loaded code.
    #[error("the program's own crate `{name}` cannot be shared: {reason}")]
    HostCrate {
        /// The crate's name.
        name: String,
        /// Why not, what to do, and what the compiler said of the source that uses it.
        reason: String,
    },

    /// The compiler refused the source.
    #[error("{}", Rendered(diagnostics))]
    Compile {
        /// Everything it said, warnings too, in its order.
        diagnostics: Vec<Diagnostic>,
    },

    /// The compiler itself failed: a crash, an internal error, a signal.
    #[error(
        "{program} failed by itself ({status}), not because of an error in the source; it said:\n{output}"
    )]
    Crashed {
        /// What ran.
        program: String,
        /// How it ended.
        status: ExitStatus,
        /// What it wrote, whole.
        output: String,
    },

    /// The build took longer than `time_limit` allows. What ran has been ended, its child processes too.
    #[error(
        "{running} was stopped: the build took {:.1} s, its time limit is {:.1} s; raise the limit, or look for a macro \
         or a constant that never ends",
        after.as_secs_f64(),
        limit.as_secs_f64()
    )]
    TimeLimit {
        /// What ran when the time was up.
        running: String,
        /// How long the build had taken.
        after: Duration,
        /// The limit.
        limit: Duration,
    },

    /// The build was told to end by its [`Stop`](crate::Stop). What ran has been ended, its child processes too.
    #[error("{running} was stopped on request")]
    Stopped {
        /// What ran.
        running: String,
    },

    /// The compiler was content, but wrote no object.
    #[error(
        "rustc ended well but wrote no object{}",
        if flags.is_empty() {
            "; is it a real one? `jitney doctor` tells which it is".to_owned()
        } else {
            format!(": one of the flags given (`{}`) made it do something else; leave that one out", flags.join("`, `"))
        }
    )]
    NoObject {
        /// The flags that the user gave.
        flags: Vec<String>,
    },

    /// A flag for rustc asks for code that cannot be loaded into a running process.
    #[error("rustc's option `{flag}` cannot be used here: {reason}; leave it out")]
    Flag {
        /// The option, without its `-C`.
        flag: String,
        /// Why not.
        reason: &'static str,
    },

    /// A program could not be started.
    #[error("cannot start `{}`: {source}{}", program.display(), start_advice(source))]
    Start {
        /// The program.
        program: PathBuf,
        /// The system's reason.
        source: io::Error,
    },

    /// The temporary folder cannot be written.
    #[error(
        "cannot write to the temporary folder `{}`: {source}; set TMPDIR to a folder that exists and can be written",
        folder.display()
    )]
    TemporaryFolder {
        /// The folder in which a build's own folder was to be made.
        folder: PathBuf,
        /// The system's reason.
        source: io::Error,
    },

    /// The disk, or the quota on it, is full.
    #[error("no space left to write `{}`; free some, or set TMPDIR (or the cache folder) to another disk", path.display())]
    DiskFull {
        /// The file or folder that could not be written.
        path: PathBuf,
    },

    /// A file or folder cannot be read or written.
    #[error("cannot {action} `{}`: {source}", path.display())]
    Files {
        /// "write", "read", "create"…
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },

    /// A file is no bundle, or a damaged one.
    #[error("the bundle `{}` cannot be loaded: {damage}; make it again with `jitney bundle`", path.display())]
    Bundle {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        damage: Damage,
    },

    /// A dependency's name, requirement or path is not usable as given.
    #[error("the dependency `{name}` is not usable: {reason}")]
    BadDependency {
        /// The name as given.
        name: String,
        /// What is wrong with it and what to give.
        reason: String,
    },

    /// The registry has no package of that name.
    #[error("no package named `{name}` was found; check its spelling. cargo said:\n{message}")]
    UnknownDependency {
        /// The package.
        name: String,
        /// Cargo's words, whole.
        message: String,
    },

    /// The package exists, but no version of it fits.
    #[error("no version of `{name}` meets the requirement; cargo said:\n{message}")]
    NoMatchingVersion {
        /// The package.
        name: String,
        /// Cargo's words, whole.
        message: String,
    },

    /// Offline was asked for, and something needed is not on this machine.
    #[error(
        "offline, and a dependency is not in cargo's cache; build once without offline. cargo said:\n{message}"
    )]
    Offline {
        /// Cargo's words, whole.
        message: String,
    },

    /// Cargo could not settle the dependencies for another reason (features, the network, a broken manifest…).
    #[error("the dependencies could not be resolved; cargo said:\n{message}")]
    Resolve {
        /// Cargo's words, whole.
        message: String,
    },

    /// A dependency does not compile, or a build script failed.
    #[error("a dependency or a build script failed to build; cargo said:\n{message}")]
    DependencyBuild {
        /// Cargo's words, the compiler's included, whole.
        message: String,
    },
}

impl Error {
    /// A failed file operation, with a full disk told apart.
    pub(crate) fn files(action: &'static str, path: &Path, source: io::Error) -> Error {
        if is_full(&source) {
            Error::DiskFull {
                path: path.to_owned(),
            }
        } else {
            Error::Files {
                action,
                path: path.to_owned(),
                source,
            }
        }
    }
}

/// Whether the system ran out of disk space or quota.
pub(crate) fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

fn shown_folders(folders: &[PathBuf]) -> String {
    let shown: Vec<String> = folders
        .iter()
        .map(|folder| format!("`{}`", folder.display()))
        .collect();
    match shown.is_empty() {
        true => "any folder".to_owned(),
        false => shown.join(", "),
    }
}

fn start_advice(error: &io::Error) -> &'static str {
    use rustix::io::Errno;
    match Errno::from_io_error(error) {
        Some(Errno::MFILE | Errno::NFILE) => {
            "; too many files are open: raise the limit (`ulimit -n`) or close some"
        }
        Some(Errno::NOENT) => {
            "; it is not there any more, or the interpreter it needs is not: reinstall the toolchain"
        }
        Some(Errno::ACCESS) => {
            "; it may not be executed: check its permissions and the file system's `noexec`"
        }
        Some(Errno::AGAIN) => "; too many processes run: raise the limit (`ulimit -u`)",
        Some(Errno::NOMEM) => "; no memory is left for another process",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_apart() {
        let full = || io::Error::from_raw_os_error(rustix::io::Errno::NOSPC.raw_os_error());
        let denied = || io::Error::from(io::ErrorKind::PermissionDenied);
        assert!(matches!(
            Error::files("write", Path::new("x.rs"), full()),
            Error::DiskFull { .. }
        ));
        assert!(matches!(
            Error::files("write", Path::new("x.rs"), denied()),
            Error::Files { .. }
        ));
    }

    #[test]
    fn a_program_that_cannot_start_says_what_to_do() {
        let start = |errno: rustix::io::Errno| {
            let source = io::Error::from_raw_os_error(errno.raw_os_error());
            Error::Start {
                program: "rustc".into(),
                source,
            }
            .to_string()
        };
        assert!(start(rustix::io::Errno::MFILE).contains("ulimit -n"));
        assert!(start(rustix::io::Errno::ACCESS).contains("noexec"));
        assert!(start(rustix::io::Errno::NOENT).contains("reinstall"));
    }
}
