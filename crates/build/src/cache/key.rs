//! The key: all that a build depends on and that is known before anything is compiled. What a compilation reads beside
//! stands in the entry (`inputs.rs`).

use std::env;
use std::fmt;
use std::fs;
use std::path::Path;

use super::{Kind, flags};
use crate::cargo::Unit;
use crate::job::Job;
use crate::options::Options;
use crate::resolution::Resolution;
use crate::toolchain::stamp;

/// Variables that change what rustc does, whatever the source says.
const VARIABLES: [&str; 4] = [
    "RUSTC_BOOTSTRAP",
    "RUSTC_FORCE_RUSTC_VERSION",
    "RUST_TARGET_PATH",
    "LD_LIBRARY_PATH",
];

/// Names the folder of a build's entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key([u8; 16]);

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Key {
    /// Of the same, built with an identity that is good for one content in a process only.
    pub(super) fn here(self) -> Key {
        let mut parts = Parts::default();
        parts.add(self.0);
        parts.add("here");
        parts.finish()
    }
}

/// Parts, each preceded by its length so that they cannot run into each other.
#[derive(Default)]
pub(super) struct Parts(blake3::Hasher);

impl Parts {
    pub(super) fn add(&mut self, part: impl AsRef<[u8]>) {
        let part = part.as_ref();
        self.0.update(&(part.len() as u64).to_le_bytes());
        self.0.update(part);
    }

    fn path(&mut self, path: &Path) {
        self.add(path.as_os_str().as_encoded_bytes());
    }

    /// A file whose size and time of change tell whether it is still the same: one that no editor writes.
    fn artifact(&mut self, path: &Path) {
        self.path(path);
        self.add(format!("{:?}", stamp(path)));
    }

    pub(super) fn finish(self) -> Key {
        let mut key = [0; 16];
        key.copy_from_slice(&self.0.finalize().as_bytes()[..16]);
        Key(key)
    }
}

pub(super) fn of(job: &Job<'_>, resolution: &Resolution, kind: Kind<'_>) -> Key {
    let mut parts = Parts::default();
    parts.add(env!("CARGO_PKG_VERSION"));
    parts.add(env!("JITNEY_SOURCES"));

    let toolchain = &job.task.workspace.toolchain;
    parts.add(toolchain.version());
    parts.add(toolchain.host());
    parts.artifact(toolchain.rustc());
    parts.path(toolchain.sysroot());
    for name in VARIABLES {
        parts.add(format!("{:?}", env::var_os(name)));
    }

    parts.add(kind.name());
    parts.add(kind.expression());
    parts.add(&job.name);
    parts.add(&job.crate_name);
    parts.add(job.shown());
    parts.path(&job.folder());
    parts.add(format!("{:?}", job.root));
    parts.add(&job.text);
    parts.add(job.edition());
    parts.add(job.opt_level());
    parts.add(format!("{:?}", job.exports()));
    if let Some(unit) = &job.unit {
        let Unit {
            name,
            version,
            crate_name: _, // the job's
            edition: _,
            opt_level: _,
            root,
            folder,
            incremental: _, // changes nothing
            is_macro: _,    // refused
            arguments,
            env,
        } = unit;
        parts.add(format!("{name} {version} {arguments:?} {env:?}"));
        parts.path(root);
        parts.path(folder);
    }
    options(&mut parts, job.task.options);

    for (name, file) in &resolution.externs {
        parts.add(name);
        parts.artifact(file);
    }
    for folder in &resolution.search_folders {
        parts.path(folder);
    }
    for archive in &resolution.archives {
        parts.artifact(archive);
    }
    for library in &resolution.shared_libraries {
        parts.add(library);
    }
    parts.finish()
}

/// All options that change the result. Those that are named and left out only change how it is come by; a new one has to
/// be put on one side or the other.
fn options(parts: &mut Parts, options: &Options) {
    let Options {
        name: _,         // in the job
        dependencies: _, // in the resolution
        edition: _,      // in the job, too
        binary: _,       // in the unit
        features,
        opt_level: _,
        debug_info,
        rustc_flags,
        colours,
        env,
        exports: _,   // in the job
        only_here: _, // as was asked for, or not, by what came of it
        fixed_thread_locals,
        own_allocator,
        // Looked up anew for each build, cached or not.
        libraries: _,
        library_folders: _,
        c_flags: _,
        keep_files: _,
        time_limit: _,
        stop: _,
        progress: _,
        verbose: _,
    } = options;
    parts.add(format!(
        "{features:?} {debug_info} {rustc_flags:?} {colours} {env:?} {fixed_thread_locals} {own_allocator}"
    ));
    // Debug information names the folder that rustc ran in.
    if *debug_info || !rustc_flags.is_empty() {
        parts.path(&env::current_dir().unwrap_or_default());
    }
    if flags::are_for_this_processor(rustc_flags) {
        parts.add(processor());
    }
}

/// What the system says of the first processor, without what changes from moment to moment.
fn processor() -> String {
    let all = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let first = all.split("\n\n").next().unwrap_or_default();
    let lasting = first.lines().filter(|line| !line.contains("MHz"));
    lasting.collect::<Vec<_>>().join("\n")
}
