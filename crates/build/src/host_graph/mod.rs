//! The crates that the host was compiled against, for sources that use them: the very files, so that types are the same
//! types and statics the same variables. Stands beside `cargo` in the flow, before rustc.
//!
//! `jitney::host!()` wrote down which files those were and what was in them (`record`). Each is proved to be unchanged
//! (`proof`), rustc names what they need in turn (`closure`), and the result is remembered for as long as no file changes
//! (`store`). A crate that fails is left out; a source that uses it is refused with the reason (`refusal`).

mod closure;
mod fingerprint;
mod package;
mod proof;
mod record;
mod refusal;
mod shared;
mod stamp;
mod store;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

use crate::error::Error;
use crate::resolution::Resolution;
use crate::task::Task;

pub use record::HostCrates;
use record::{HostCrate, Proof, Record};
pub(crate) use refusal::explained;
pub(crate) use shared::SharedCrate;
use stamp::Stamp;

/// The crates that the host was compiled against.
#[derive(Clone, Debug)]
pub struct HostGraph {
    record: Arc<Record>,
    /// Where the crates' files may be when they are no more where they were.
    folders: Vec<PathBuf>,
}

/// Those of them that are proved to be what they were, and what they need.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Proven {
    /// What a source without dependencies of its own is compiled and linked with.
    pub(crate) resolution: Resolution,
    /// The crates that are left out, with the reason.
    pub(crate) refused: Vec<(String, String)>,
    stamps: Vec<(PathBuf, Option<Stamp>)>,
    #[serde(skip)]
    archives: OnceLock<Arc<[PathBuf]>>,
}

impl Proven {
    /// The archives of the resolution, as one allocation that is known again.
    pub(crate) fn archives(&self) -> Arc<[PathBuf]> {
        let archives = || self.resolution.archives.as_slice().into();
        self.archives.get_or_init(archives).clone()
    }
}

/// Makes sure that no crate of the host's changed since the build proved it, since the source has been compiled against
/// it meanwhile.
pub(crate) fn check_unchanged(task: &Task<'_>) -> Result<(), Error> {
    let (Some(before), Some(graph)) = (task.host()?, &task.workspace.host) else {
        return Ok(());
    };
    let now = graph.prove(task)?;
    let is_new = |refused: &&(String, String)| !before.refused.contains(refused);
    match now.refused.iter().find(is_new) {
        Some((name, reason)) => Err(Error::HostCrate {
            name: name.clone(),
            reason: format!("it changed while the source was compiled: {reason}"),
        }),
        None => Ok(()),
    }
}

impl HostGraph {
    /// Reads what `jitney::host!()` recorded. `executable` is the host's file; nothing is looked at before a source is
    /// built.
    ///
    /// # Errors
    /// [`Error::HostCrate`] when the record is empty: the macro was not expanded by rustc.
    pub fn new(crates: HostCrates, executable: &Path) -> Result<HostGraph, Error> {
        let record = Record::read(crates).ok_or_else(|| Error::HostCrate {
            name: "host".to_owned(),
            reason: "`host!()` was expanded by something that shows no command line of rustc, so it is not known which \
                     crates this program was compiled against; build it with cargo or rustc"
                .to_owned(),
        })?;
        Ok(HostGraph {
            record: Arc::new(record),
            folders: artifact_folders(executable),
        })
    }

    /// The name of the crate in which `host!()` stands.
    pub fn crate_name(&self) -> &str {
        &self.record.crate_name
    }

    /// The names by which a source may use the host's crates, if they are proved to be unchanged then.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.record.crates.iter().map(|one| one.name.as_str())
    }

    /// Those of [`HostGraph::names`] whose code or types can be in what uses them: not procedural macros.
    pub fn code_names(&self) -> impl Iterator<Item = &str> {
        let crates = self.record.crates.iter();
        crates
            .filter(|one| one.proof != Proof::Macros)
            .map(|one| one.name.as_str())
    }

    /// What proves the host's crates to another program: for each that was known by something when the host was compiled, a
    /// text that another build of it does not have.
    pub fn proofs(&self) -> Vec<crate::bundle::SharedCrate> {
        let proof = |one: &HostCrate| match &one.proof {
            Proof::Metadata(hash) => Some(format!("metadata {hash:032x}")),
            Proof::Whole(hash) => Some(format!("file {hash:032x}")),
            Proof::Nonce(nonce) => Some(format!("nonce {nonce:02x?}")),
            Proof::None | Proof::Macros => None,
        };
        let crates = self.record.crates.iter();
        let shared = crates.filter_map(|one| {
            Some(crate::bundle::SharedCrate {
                name: one.name.clone(),
                proof: proof(one)?,
            })
        });
        shared.collect()
    }

    /// The crates that may be used now, and what is wrong with the others. The first time in a process, the files are
    /// read or what an earlier process found is taken; later only looked at for changes.
    pub(crate) fn prove(&self, task: &Task<'_>) -> Result<Arc<Proven>, Error> {
        let place = store::Place::new(task, self);
        if let Some(proven) = place.remembered() {
            return Ok(proven);
        }
        // Threads that start together do it once.
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(proven) = place.remembered() {
            return Ok(proven);
        }
        let start = SystemTime::now();
        let mut proven = Proven::default();
        for host_crate in &self.record.crates {
            let verdict = proof::prove(host_crate, &self.folders);
            proven.stamps.extend(verdict.stamps);
            match verdict.refused {
                Some(reason) => proven.refused.push((host_crate.name.clone(), reason)),
                None => proven
                    .resolution
                    .externs
                    .push((host_crate.name.clone(), verdict.file)),
            }
        }
        proven.resolution.search_folders = self.search_folders();
        let unloadable = closure::add(task, &self.record, &mut proven.resolution)?;
        let reason = |said: String| {
            format!(
                "the crates that it was compiled against are not there any more: {said}; rebuild this program and start \
                 it again"
            )
        };
        proven.refused.extend(
            unloadable
                .into_iter()
                .map(|(name, said)| (name, reason(said))),
        );
        for archive in &proven.resolution.archives {
            if !proven.stamps.iter().any(|(file, _)| file == archive) {
                proven.stamps.push((archive.clone(), Stamp::of(archive)));
            }
        }
        // A file that was written just now may have been written after rustc read it, and before it was stamped.
        match proven
            .stamps
            .iter()
            .any(|(_, stamp)| stamp.is_some_and(|stamp| stamp.is_younger(start)))
        {
            true => Ok(Arc::new(proven)),
            false => Ok(place.remember(proven)),
        }
    }

    /// The lock file that the host was built with, as far as it can be found: its versions are those to take.
    pub(crate) fn lock_file(&self) -> Option<PathBuf> {
        let folders = self.record.manifest_dir.as_deref()?.ancestors();
        folders
            .map(|folder| folder.join("Cargo.lock"))
            .find(|file| file.is_file())
    }

    /// The record's search folders, or where they were moved to.
    fn search_folders(&self) -> Vec<PathBuf> {
        let recorded = &self.record.search_folders;
        let mut folders: Vec<PathBuf> = Vec::new();
        let there = recorded.iter().filter(|folder| folder.is_dir());
        let moved = recorded
            .iter()
            .any(|folder| !folder.is_dir())
            .then_some(&self.folders);
        for folder in there.chain(moved.into_iter().flatten()) {
            if !folders.contains(folder) {
                folders.push(folder.clone());
            }
        }
        folders
    }
}

/// Where cargo puts a program's dependencies, seen from its executable: `target/debug/deps` for a program in
/// `target/debug`, in `target/debug/examples`, or (a test) in that folder itself.
pub fn artifact_folders(executable: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    for folder in executable.ancestors().skip(1).take(2) {
        folders.push(folder.join("deps"));
        if folder.ends_with("deps") {
            folders.push(folder.to_owned());
        }
    }
    folders
}
