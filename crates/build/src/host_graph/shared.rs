//! What is known of each crate of the host's graph, for new dependencies that are to be built against it: where its package
//! is, and how it was built.

use std::fs;
use std::path::{Path, PathBuf};

use super::{HostGraph, Proven, package, proof};
use crate::job::Job;

/// A crate of the host's graph, direct or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SharedCrate {
    /// As Rust code spells it where it is not renamed.
    pub(crate) crate_name: String,
    /// The package's name; the crate's, where no manifest was found.
    pub(crate) package: String,
    /// The package's version. Empty where it is not known.
    pub(crate) version: String,
    /// Where the package lies. Empty where it is not known.
    pub(crate) manifest_dir: PathBuf,
    /// The features that it was built with. None where cargo left no word of them.
    pub(crate) features: Option<Vec<String>>,
    pub(crate) rlib: PathBuf,
    /// rustc's metadata, which is what a crate is compiled against.
    pub(crate) rmeta: PathBuf,
}

impl HostGraph {
    /// Every rlib of the graph that is proved to be the host's own.
    pub(crate) fn shared_crates(&self, job: &Job<'_>, proven: &Proven) -> Vec<SharedCrate> {
        let rlibs = proven
            .resolution
            .archives
            .iter()
            .filter(|file| file.extension().is_some_and(|end| end == "rlib"));
        rlibs
            .filter_map(|rlib| self.shared_crate(rlib, &job.workspace.cache_folder))
            .collect()
    }

    /// None for an rlib that is not named as cargo names it, or without readable metadata.
    fn shared_crate(&self, rlib: &Path, cache: &Path) -> Option<SharedCrate> {
        let stem = rlib.file_stem()?.to_str()?.strip_prefix("lib")?;
        let (crate_name, hash) = stem.rsplit_once('-')?;
        let found = self.package_of(rlib, stem);
        let features = rlib
            .ancestors()
            .nth(2)
            .and_then(|profile| features(&profile.join(".fingerprint"), hash, crate_name));
        Some(SharedCrate {
            crate_name: crate_name.to_owned(),
            package: found
                .as_ref()
                .map_or_else(|| crate_name.to_owned(), |found| found.name.clone()),
            version: found
                .as_ref()
                .and_then(|found| found.version.clone())
                .unwrap_or_default(),
            manifest_dir: found.map(|found| found.folder).unwrap_or_default(),
            features,
            rlib: rlib.to_owned(),
            rmeta: metadata(rlib, cache)?,
        })
    }

    /// The package that a crate's root file, which its `.d` file names first, lies in.
    fn package_of(&self, rlib: &Path, stem: &str) -> Option<package::Package> {
        let text = fs::read_to_string(rlib.with_file_name(format!("{stem}.d"))).ok()?;
        let root = package::first_source(&text)?;
        let host = self.record.manifest_dir.as_deref();
        // Cargo starts rustc in the workspace's folder, whichever of the host's that is.
        let candidates = host.into_iter().flat_map(Path::ancestors);
        let root = match root.is_absolute() {
            true => root,
            false => candidates
                .map(|folder| folder.join(&root))
                .find(|file| file.is_file())?,
        };
        root.ancestors().skip(1).find_map(package::Package::read)
    }
}

/// Cargo's own note of the features, in `.fingerprint/PACKAGE-HASH/lib-CRATE.json`.
fn features(fingerprints: &Path, hash: &str, crate_name: &str) -> Option<Vec<String>> {
    let ending = format!("-{hash}");
    let folder = fs::read_dir(fingerprints)
        .ok()?
        .flatten()
        .find(|entry| entry.file_name().to_string_lossy().ends_with(&ending))?;
    let text = fs::read(folder.path().join(format!("lib-{crate_name}.json"))).ok()?;
    let value: serde_json::Value = serde_json::from_slice(&text).ok()?;
    serde_json::from_str(value.get("features")?.as_str()?).ok()
}

/// The metadata beside an rlib; where there is none, that in the rlib is written to the cache folder.
fn metadata(rlib: &Path, cache: &Path) -> Option<PathBuf> {
    let beside = rlib.with_extension("rmeta");
    if beside.is_file() {
        return Some(beside);
    }
    let bytes = fs::read(rlib).ok()?;
    let embedded = proof::embedded_metadata(&bytes).ok()?;
    let folder = cache
        .join("host")
        .join(&blake3::hash(embedded).to_hex()[..32]);
    let file = folder.join(beside.file_name()?);
    if !file.is_file() {
        fs::create_dir_all(&folder).ok()?;
        let mut temporary = tempfile::NamedTempFile::new_in(&folder).ok()?;
        std::io::Write::write_all(&mut temporary, embedded).ok()?;
        temporary.persist(&file).ok()?;
    }
    Some(file)
}
