//! Dependencies, by cargo: a package that does nothing but depend is generated and built, and the result is stored
//! beside it, so that the next build with the same dependencies starts no cargo at all. Stands before rustc in the flow.

mod environment;
mod failure;
pub(crate) mod links;
mod manifest;
mod run;
mod store;

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::job::Job;
use crate::options::Dependency;
use crate::resolution::Resolution;
use store::Stored;

/// Finds and builds the job's dependencies.
pub(crate) fn resolve(job: &Job<'_>) -> Result<Resolution, Error> {
    let dependencies = &job.options.dependencies;
    if dependencies.is_empty() {
        // A source with dependencies of its own has to be resolved together with the host's crates.
        let host = job.host()?;
        return Ok(host.map_or_else(Resolution::default, |host| host.resolution.clone()));
    }
    let rlibs = rlibs(dependencies)?;
    let manifest = manifest::text(job)?;
    let place = Place::new(job, &manifest, &rlibs);
    if let Some(resolution) = store::read(&place) {
        return Ok(resolution);
    }
    let _lock = place.lock()?;
    // Another thread or process may have done it while this one waited.
    if let Some(resolution) = store::read(&place) {
        return Ok(resolution);
    }
    let built = place
        .prepare(&manifest)
        .and_then(|()| build(job, &place, rlibs));
    if built.is_err() {
        // What failed must not stand in the way of the next try; a lock file of an earlier success is worth nothing
        // without the stored result either, as cargo would write the same again. Errors here change nothing.
        let _ = fs::remove_dir_all(&place.package);
    }
    built
}

fn build(job: &Job<'_>, place: &Place, rlibs: Vec<(String, PathBuf)>) -> Result<Resolution, Error> {
    let mut stored = Stored::default();
    if job.options.dependencies.len() > rlibs.len() {
        run::cargo(job, place, &mut stored)?;
    }
    for (name, path) in rlibs {
        stored.resolution.archives.push(path.clone());
        stored
            .resolution
            .search_folders
            .extend(path.parent().map(Path::to_owned));
        stored.resolution.externs.push((name, path));
    }
    links::add(job, place, &mut stored.resolution)?;
    store::write(place, stored)
}

/// The dependencies that are rlibs already, with absolute paths.
fn rlibs(dependencies: &[Dependency]) -> Result<Vec<(String, PathBuf)>, Error> {
    let is_rlib = |path: &Path| {
        path.extension()
            .is_some_and(|extension| extension == "rlib")
    };
    let of = |dependency: &Dependency| match dependency {
        Dependency::Path { name, path } if is_rlib(path) => Some(manifest::absolute(name, path)),
        _ => None,
    };
    let named = |dependency: &Dependency| {
        Some(of(dependency)?.map(|path| (dependency.extern_name(), path)))
    };
    dependencies.iter().filter_map(named).collect()
}

/// Where one set of dependencies is built.
struct Place {
    /// The folder of all generated packages.
    base: PathBuf,
    /// The generated package.
    package: PathBuf,
    /// Cargo's target folder, shared by all sets, so that a crate they share is compiled once.
    target: PathBuf,
    /// All that the result depends on: if it differs, so does the folder.
    key: String,
}

impl Place {
    fn new(job: &Job<'_>, manifest: &str, rlibs: &[(String, PathBuf)]) -> Place {
        let workspace = job.workspace;
        let mut key = format!(
            "{}\n{}\n",
            workspace.toolchain.version(),
            workspace.toolchain.rustc().display()
        );
        key.push_str(manifest);
        for (name, path) in rlibs {
            key.push_str(&format!("{name} = {}\n", path.display()));
        }
        for (name, value) in &job.options.env {
            key.push_str(&format!("{name}={value}\n"));
        }
        let (base, target) = match &workspace.target_folder {
            Some(target) => (target.join("jitney"), target.clone()),
            None => {
                let base = workspace.cache_folder.join("dependencies");
                (base.clone(), base.join("target"))
            }
        };
        let target = std::path::absolute(&target).unwrap_or(target);
        let base = std::path::absolute(&base).unwrap_or(base);
        let package = base.join(&blake3::hash(key.as_bytes()).to_hex()[..32]);
        Place {
            base,
            package,
            target,
            key,
        }
    }

    /// Keeps other builds out until it is dropped.
    fn lock(&self) -> Result<fs::File, Error> {
        fs::create_dir_all(&self.base)
            .map_err(|error| Error::files("create the cache folder", &self.base, error))?;
        let path = self.base.join("lock");
        let locked = fs::File::create(&path).and_then(|file| file.lock().map(|()| file));
        locked.map_err(|error| Error::files("lock", &path, error))
    }

    /// Writes the generated package. A `Cargo.lock` that stands there from an earlier build keeps its versions.
    fn prepare(&self, manifest: &str) -> Result<(), Error> {
        crate::scratch::write(&self.package.join("Cargo.toml"), manifest)?;
        crate::scratch::write(&self.package.join("lib.rs"), "#![no_std]\n")
    }
}
