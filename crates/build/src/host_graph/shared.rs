//! What is known of each crate of the host's graph, for new dependencies that are to be built against it: where its package
//! is, and how it was built.

use std::fs;
use std::path::{Path, PathBuf};

use super::{HostGraph, Proven, package, proof};
use crate::task::Task;

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
    /// The crate's root file. Empty where it is not known.
    pub(crate) root: PathBuf,
    /// The features that it was built with. None where cargo left no word of them.
    pub(crate) features: Option<Vec<String>>,
    pub(crate) rlib: PathBuf,
    /// rustc's metadata, which is what a crate is compiled against.
    pub(crate) rmeta: PathBuf,
}

impl HostGraph {
    /// Every rlib of the graph that is proved to be the host's own.
    pub(crate) fn shared_crates(&self, task: &Task<'_>, proven: &Proven) -> Vec<SharedCrate> {
        let rlibs = proven
            .resolution
            .archives
            .iter()
            .filter(|file| file.extension().is_some_and(|end| end == "rlib"));
        rlibs
            .filter_map(|rlib| self.shared_crate(rlib, &task.workspace.cache_folder))
            .collect()
    }

    /// The packages of the crates that were left out, as far as they can be found, each with the crate's name and the
    /// reason.
    pub(crate) fn refused_crates(&self, proven: &Proven) -> Vec<(PathBuf, String, String)> {
        let of = |(name, reason): &(String, String)| {
            let host_crate = self.record.crates.iter().find(|one| one.name == *name)?;
            let rlib = host_crate.file.with_extension("rlib");
            let stem = rlib.file_stem()?.to_str()?.strip_prefix("lib")?;
            let (crate_name, _) = stem.rsplit_once('-')?;
            let folder = package_above(&self.root_of(&rlib, stem)?)?.folder;
            Some((folder, crate_name.to_owned(), reason.clone()))
        };
        proven.refused.iter().filter_map(of).collect()
    }

    /// None for an rlib that is not named as cargo names it, or without readable metadata.
    fn shared_crate(&self, rlib: &Path, cache: &Path) -> Option<SharedCrate> {
        let stem = rlib.file_stem()?.to_str()?.strip_prefix("lib")?;
        let (crate_name, hash) = stem.rsplit_once('-')?;
        let root = self.root_of(rlib, stem);
        let found = root.as_deref().and_then(package_above);
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
            root: root.unwrap_or_default(),
            features,
            rlib: rlib.to_owned(),
            rmeta: metadata(rlib, cache)?,
        })
    }

    /// A crate's root file, which its `.d` file names first.
    fn root_of(&self, rlib: &Path, stem: &str) -> Option<PathBuf> {
        let text = fs::read_to_string(rlib.with_file_name(format!("{stem}.d"))).ok()?;
        let root = package::first_source(&text)?;
        let host = self.record.manifest_dir.as_deref();
        // Cargo starts rustc in the workspace's folder, whichever of the host's that is.
        let candidates = host.into_iter().flat_map(Path::ancestors);
        match root.is_absolute() {
            true => Some(root),
            false => candidates
                .map(|folder| folder.join(&root))
                .find(|file| file.is_file()),
        }
    }
}

/// The package that a file lies in.
fn package_above(file: &Path) -> Option<package::Package> {
    file.ancestors().skip(1).find_map(package::Package::read)
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

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::host_graph::{HostCrates, fingerprint};
    use crate::{Options, Toolchain, Workspace};

    /// Two crates, one over the other, built by cargo.
    fn built(folder: &Path) {
        for (name, text) in [
            (
                "Cargo.toml",
                "[workspace]\nmembers = [\"low er\", \"upper\"]\nresolver = \"3\"\n[workspace.package]\nversion = \"1.4.2\"\n",
            ),
            (
                "low er/Cargo.toml",
                "[package]\nname = \"lower-one\"\nversion.workspace = true\nedition = \"2024\"\n\
                 [features]\ndefault = [\"a\"]\na = []\nb = []\nc = []\n",
            ),
            ("low er/src/lib.rs", "pub mod inner; pub static N: u32 = 1;"),
            ("low er/src/inner.rs", "pub fn f() {}"),
            (
                "upper/Cargo.toml",
                "[package]\nname = \"upper\"\nversion = \"0.2.0\"\nedition = \"2024\"\n[dependencies]\n\
                 low = { path = \"../low er\", package = \"lower-one\", features = [\"b\"] }\n",
            ),
            ("upper/src/lib.rs", "pub fn n() -> u32 { low::N }"),
        ] {
            crate::scratch::write(&folder.join(name), text).unwrap();
        }
        let toolchain = Toolchain::find().unwrap();
        let mut cargo = Command::new(toolchain.cargo());
        cargo
            .args(["build", "--quiet", "--offline"])
            .current_dir(folder);
        cargo.env("RUSTC", toolchain.rustc());
        for name in ["CARGO_TARGET_DIR", "CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS"] {
            cargo.env_remove(name);
        }
        assert!(cargo.status().unwrap().success());
    }

    #[test]
    fn packages_versions_and_features_are_those_that_cargo_built() {
        let folder = tempfile::tempdir().unwrap();
        built(folder.path());
        let deps = folder.path().join("target/debug/deps");
        let find = |crate_name: &str| {
            let of_crate = |path: &PathBuf| {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                name.starts_with(&format!("lib{crate_name}-")) && name.ends_with(".rlib")
            };
            let files = fs::read_dir(&deps)
                .unwrap()
                .map(|entry| entry.unwrap().path());
            files.into_iter().find(of_crate).unwrap()
        };
        let (upper, lower) = (find("upper"), find("lower_one"));
        let hash = fingerprint::of(&fs::read(upper.with_extension("rmeta")).unwrap());
        let record = format!(
            "jitney host\u{1f}1\u{1e}crate\u{1f}host\u{1e}manifest\u{1f}{}\u{1e}search\u{1f}dependency\u{1f}{}\u{1e}\
             extern\u{1f}upper\u{1f}metadata\u{1f}{hash:032x}\u{1f}{}\u{1e}",
            folder.path().join("upper").display(),
            deps.display(),
            upper.display()
        );
        // Without it, the metadata is in the rlib alone.
        let metadata = fs::read(lower.with_extension("rmeta")).unwrap();
        fs::remove_file(lower.with_extension("rmeta")).unwrap();

        let host = HostCrates::recorded(record.leak(), b"");
        let graph = HostGraph::new(host, Path::new("/nowhere/host")).unwrap();
        let mut workspace = Workspace::new(Toolchain::find().unwrap());
        workspace.cache_folder = folder.path().join("cache");
        let options = Options::default();
        let task = Task::start(&workspace, &options).unwrap();
        let proven = graph.prove(&task).unwrap();
        assert_eq!(proven.refused, []);
        assert_eq!(
            proven.resolution.externs,
            [("upper".to_owned(), upper.clone())]
        );

        let mut crates = graph.shared_crates(&task, &proven);
        crates.sort_by(|one, other| one.crate_name.cmp(&other.crate_name));
        let extracted = crates[0].rmeta.clone();
        assert!(
            extracted.starts_with(&workspace.cache_folder),
            "{extracted:?}"
        );
        assert_eq!(fs::read(&extracted).unwrap(), metadata);
        let texts = |texts: &[&str]| Some(texts.iter().map(|text| (*text).to_owned()).collect());
        let expected = [
            SharedCrate {
                crate_name: "lower_one".to_owned(),
                package: "lower-one".to_owned(),
                version: "1.4.2".to_owned(),
                manifest_dir: folder.path().join("low er"),
                root: folder.path().join("low er/src/lib.rs"),
                features: texts(&["a", "b", "default"]),
                rlib: lower,
                rmeta: extracted,
            },
            SharedCrate {
                crate_name: "upper".to_owned(),
                package: "upper".to_owned(),
                version: "0.2.0".to_owned(),
                manifest_dir: folder.path().join("upper"),
                root: folder.path().join("upper/src/lib.rs"),
                features: texts(&[]),
                rmeta: upper.with_extension("rmeta"),
                rlib: upper,
            },
        ];
        assert_eq!(crates, expected);

        // A file that changes is noticed, in this process and in what it wrote for others.
        assert_eq!(proven, graph.prove(&task).unwrap());
        // What was written for other processes may be damaged, and is then found anew.
        for entry in fs::read_dir(workspace.cache_folder.join("host")).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                fs::write(path, "{").unwrap();
            }
        }
        fs::write(&expected[1].rlib, "damaged").unwrap();
        let damaged = graph.prove(&task).unwrap();
        assert_eq!(damaged.resolution.externs, []);
        let [(name, reason)] = &damaged.refused[..] else {
            panic!("{damaged:?}")
        };
        assert!(
            name == "upper" && reason.contains("is no archive"),
            "{reason}"
        );
        fs::remove_file(&expected[1].rlib).unwrap();
        let gone = graph.prove(&task).unwrap();
        assert!(gone.refused[0].1.contains("not there any more"), "{gone:?}");
    }
}
