//! Compiling a package's crate again and again, after each change, as cargo would: with what rustc made the last time
//! (`-C incremental`).
//!
//! rustc finds nothing of a crate that has another identity (`-C metadata`), or whose files lie elsewhere. So the copies
//! of the source and rustc's files lie in one folder, below cargo's own for the same purpose, and the identity is that of
//! the source's shape: it stays while only bodies change that make no type ([`exports::shape`]). In each process the first
//! content has the package's own identity, which never changes (`claim`).
//!
//! The shape is that of Rust files. What else a crate reads, by `include_str!` say, is known after it was compiled once,
//! and noted for the next time. Should a build read what is not noted, its result is thrown away, and it is built again.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::build::Built;
use crate::cache::Kind;
use crate::claim;
use crate::copies::in_folder;
use crate::error::Error;
use crate::exports::{self, SurveyedFile};
use crate::identity;
use crate::job::Job;
use crate::resolution::Resolution;
use crate::rustc::CrateType;
use crate::scratch::Scratch;

/// How many identities rustc keeps the results of: one more than a change to and fro needs.
const KEPT: usize = 3;

/// How many times what is read may turn out to be more than what was noted, or to have changed.
const TRIES: usize = 3;

/// Builds a crate that has these files, as `build` does in a folder with an identity; with what rustc made the last time,
/// if the crate is one that cargo would compile so. None where it is to be compiled in another way.
pub(crate) fn build(
    job: &Job<'_>,
    resolution: &Resolution,
    files: &[SurveyedFile],
    kind: Kind<'_>,
    build: impl Fn(&Scratch, &str) -> Result<Built, Error>,
) -> Option<Result<Built, Error>> {
    let base = job.unit.as_ref()?.incremental.as_deref()?;
    let folder = job.folder();
    let mut paths = files.iter().filter_map(|file| file.path.as_deref());
    if job.task.options.keep_files.is_some()
        || !paths.all(|path| in_folder(&folder, path).is_some())
    {
        return None;
    }
    let crates = resolution.externs.iter().map(|(name, _)| name.as_str());
    let shape = exports::shape(files, &crates.collect::<Vec<_>>())?;
    let shape = blake3::Hash::from_bytes(shape).to_hex();
    let mut own = claim::own_identity(job, resolution, kind);
    let kept = Kept::open(job, base, kind.name())?;
    for _ in 0..TRIES {
        let noted = kept.noted();
        let before = noted.contents();
        let parts = [shape.as_str(), &before, kind.name(), kind.expression()];
        let by_content = identity::of_package(job, CrateType::Library, resolution, &parts);
        own = own.filter(|own| claim::is_open(own, &by_content));
        let metadata = own.as_ref().unwrap_or(&by_content);
        let scratch = kept.scratch(own.is_some()).ok()?;
        let mut built = match build(&scratch, metadata) {
            Ok(built) => built,
            // It may be what it made before that it cannot take any more.
            Err(Error::Crashed { .. }) => {
                let _ = fs::remove_dir_all(kept.state(own.is_some()));
                return None;
            }
            error => return Some(error),
        };
        let read = Noted::of(job)?;
        if !noted.covers(&read) {
            kept.note(&read)?;
        } else if noted.contents() == before
            && own
                .as_ref()
                .is_none_or(|own| claim::claim(own, &by_content))
        {
            kept.prune(own.is_some());
            built.content = own.is_some().then_some(by_content);
            return Some(Ok(built));
        }
    }
    None
}

/// The folder in which one crate is compiled again and again. Nobody else uses it meanwhile.
struct Kept {
    folder: PathBuf,
    _lock: File,
}

impl Kept {
    /// None when another build is using it, or it cannot be made: then the crate is compiled in another way.
    fn open(job: &Job<'_>, base: &Path, what: &str) -> Option<Kept> {
        let about = format!("{what} {} {}", job.crate_name, job.shown());
        let hash = blake3::hash(about.as_bytes()).to_hex();
        let folder = base.join(format!("jitney-{}-{}", job.crate_name, &hash[..16]));
        fs::create_dir_all(&folder).ok()?;
        let folder = fs::canonicalize(folder).ok()?;
        let lock = File::create(folder.join("lock")).ok()?;
        lock.try_lock().ok()?;
        Some(Kept {
            folder,
            _lock: lock,
        })
    }

    /// Where rustc keeps what it makes: for the package's own identity, and for those of its contents.
    fn state(&self, own: bool) -> PathBuf {
        self.folder.join(if own { "own" } else { "contents" })
    }

    /// The same folder each time, with nothing in it.
    fn scratch(&self, own: bool) -> Result<Scratch, Error> {
        Ok(Scratch::at(self.folder.join("files"))?.incremental(Some(&self.state(own))))
    }

    fn notes(&self) -> PathBuf {
        self.folder.join("read")
    }

    fn noted(&self) -> Noted {
        let text = fs::read(self.notes()).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    fn note(&self, read: &Noted) -> Option<()> {
        let text = serde_json::to_vec(read).ok()?;
        fs::write(self.notes(), text).ok()
    }

    /// Removes what rustc made for identities that were not used lately.
    fn prune(&self, own: bool) {
        let entries = fs::read_dir(self.state(own))
            .into_iter()
            .flatten()
            .flatten();
        let mut crates: Vec<_> = entries
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        crates.sort();
        let surplus = crates.len().saturating_sub(KEPT);
        for (_, path) in crates.drain(..surplus) {
            // What cannot be removed is removed the next time.
            let _ = fs::remove_dir_all(path);
        }
    }
}

/// What a crate reads beside its Rust files.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Noted {
    files: BTreeSet<PathBuf>,
    variables: BTreeSet<String>,
}

impl Noted {
    /// What the job has read. None when rustc did not say. Variables that the build is given are a part of its identity.
    fn of(job: &Job<'_>) -> Option<Noted> {
        let (files, mut variables) = job.reads.beside_copies()?;
        for (given, _) in job.variables() {
            variables.remove(&given);
        }
        Some(Noted { files, variables })
    }

    fn covers(&self, read: &Noted) -> bool {
        self.files.is_superset(&read.files) && self.variables.is_superset(&read.variables)
    }

    /// All of it, as it is now.
    fn contents(&self) -> String {
        let mut hash = blake3::Hasher::new();
        let mut part = |name: &str, value: Option<&[u8]>| {
            let state = value.map_or("absent".into(), |value| {
                blake3::hash(value).to_hex().to_string()
            });
            hash.update(format!("{name:?} {state}\n").as_bytes());
        };
        for path in &self.files {
            part(&path.display().to_string(), fs::read(path).ok().as_deref());
        }
        for name in &self.variables {
            let value = std::env::var_os(name);
            part(name, value.as_ref().map(|value| value.as_encoded_bytes()));
        }
        hash.finalize().to_hex().to_string()
    }
}
