//! Learning how cargo would have a target compiled. Cargo calls the compiler by way of a wrapper that is written for it:
//! a short script that passes every call on, but for the one that is wanted, which it writes down and has fail. So cargo
//! does all that comes before (features, build scripts, dependencies), and nothing has to be done again here.
//!
//! The wrapper's place is that of `RUSTC_WRAPPER`, which changes nothing in what cargo builds. One that the user has
//! (sccache, say) is called by the script.

use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;

/// The script. The files below /proc are the call exactly as cargo made it.
const SCRIPT: &str = include_str!("wrapper.sh");

/// Variables that are not cargo's: the wrapper's own, the shell's, and the job server's, which is gone by the time.
const NOT_CARGOS: [&str; 6] = [
    "CARGO_MAKEFLAGS",
    "MAKEFLAGS",
    "MFLAGS",
    "OLDPWD",
    "PWD",
    "SHLVL",
];

/// Which call is wanted.
#[derive(Clone, Debug)]
pub(super) struct Wanted<'a> {
    /// The folder of the package's manifest.
    pub(super) package: &'a Path,
    pub(super) crate_name: &'a str,
    /// The name of a program; none for a library.
    pub(super) bin: Option<&'a str>,
}

/// A call of rustc as cargo made it.
#[derive(Debug)]
pub(super) struct Captured {
    /// The arguments to rustc.
    pub(super) arguments: Vec<String>,
    /// What cargo added to the environment.
    pub(super) env: Vec<(String, String)>,
    /// The folder it is made in.
    pub(super) folder: PathBuf,
}

/// A wrapper in its place, and a folder for what it writes.
pub(super) struct Capture {
    folder: tempfile::TempDir,
}

impl Capture {
    /// Has a cargo command call the compiler by the wrapper. `inner` is the user's own wrapper; `base` is where files
    /// that are executed may lie.
    pub(super) fn attach(
        command: &mut Command,
        base: &Path,
        wanted: &Wanted<'_>,
        inner: Option<PathBuf>,
    ) -> Result<Capture, Error> {
        let script = script(base)?;
        let folder = tempfile::Builder::new()
            .prefix("unit-")
            .tempdir_in(base)
            .map_err(|error| Error::files("create a folder in", base, error))?;
        command
            .env("RUSTC_WRAPPER", &script)
            .env_remove("CARGO_BUILD_RUSTC_WRAPPER")
            .env("JITNEY_WRAPPER", inner.unwrap_or_default())
            .env("JITNEY_UNIT", folder.path())
            .env("JITNEY_UNIT_PACKAGE", wanted.package)
            .env("JITNEY_UNIT_CRATE", wanted.crate_name)
            .env("JITNEY_UNIT_BIN", wanted.bin.unwrap_or_default());
        Ok(Capture { folder })
    }

    /// Where the wrapper writes, and looks.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What the wrapper refused to have built, in its own words.
    pub(super) fn refused(&self) -> Option<String> {
        fs::read_to_string(self.folder.path().join("refused")).ok()
    }

    /// The call, if it was made. `given` is the environment that cargo was started with.
    pub(super) fn take(&self, command: &Command) -> Result<Option<Captured>, Error> {
        let read = |name: &str| {
            let path = self.folder.path().join(name);
            fs::read(&path).map_err(|error| Error::files("read", &path, error))
        };
        if !self.folder.path().join("folder").exists() {
            return Ok(None);
        }
        // The shell, the script and the compiler come first.
        let arguments = strings(&read("arguments")?).skip(3).collect();
        let folder = read("folder")?;
        let folder = folder.strip_suffix(b"\n").unwrap_or(&folder).to_vec();
        let given = |name: &str, value: &str| {
            let set = command.get_envs().find(|(key, _)| *key == name);
            let before = match set {
                Some((_, value)) => value.map(|value| value.to_owned()),
                None => std::env::var_os(name),
            };
            before.is_some_and(|before| before == value)
        };
        let environment = read("environment")?;
        let env = strings(&environment)
            .filter_map(|one| {
                let (name, value) = one.split_once('=')?;
                Some((name.to_owned(), value.to_owned()))
            })
            .filter(|(name, value)| {
                let ours = name.starts_with("JITNEY_") || name == "RUSTC_WRAPPER" || name == "_";
                !ours && !NOT_CARGOS.contains(&name.as_str()) && !given(name, value)
            });
        Ok(Some(Captured {
            arguments,
            env: env.collect(),
            folder: PathBuf::from(std::ffi::OsString::from_vec(folder)),
        }))
    }
}

/// The strings of a list in which each ends with a zero byte.
fn strings(bytes: &[u8]) -> impl Iterator<Item = String> {
    bytes
        .split(|byte| *byte == 0)
        .filter(|word| !word.is_empty())
        .map(|word| String::from_utf8_lossy(word).into_owned())
}

/// The script's file, which is written once for all builds: a file that is being written cannot be executed.
fn script(base: &Path) -> Result<PathBuf, Error> {
    let hash = blake3::hash(SCRIPT.as_bytes()).to_hex();
    let path = base.join(format!("rustc-{}", &hash[..16]));
    if fs::read(&path).is_ok_and(|there| there == SCRIPT.as_bytes()) {
        return Ok(path);
    }
    let written = tempfile::NamedTempFile::new_in(base).and_then(|mut file| {
        file.write_all(SCRIPT.as_bytes())?;
        file.as_file()
            .set_permissions(fs::Permissions::from_mode(0o755))?;
        file.persist(&path).map_err(|error| error.error)
    });
    written.map_err(|error| Error::files("write", &path, error))?;
    settle(&path);
    Ok(path)
}

/// Waits until a script that has just been written can be executed: a process that another thread has just forked holds it
/// open for writing until it becomes another program.
fn settle(script: &Path) {
    const TRIES: usize = 10_000;
    for _ in 0..TRIES {
        let tried = Command::new(script)
            .arg("true")
            .env("JITNEY_UNIT_PACKAGE", "none")
            .env_remove("JITNEY_HOST")
            .env_remove("JITNEY_WRAPPER")
            .status();
        // Any other error is cargo's to tell.
        match tried {
            Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => {
                std::thread::yield_now();
            }
            _ => return,
        }
    }
}
