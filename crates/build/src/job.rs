//! A source on its way through rustc: its root as read, its names, and the build it is part of. Every step from here on is
//! given it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::attributes;
use crate::cache::reads::Reads;
use crate::cargo::Unit;
use crate::crate_name;
use crate::error::Error;
use crate::host_package::HostPackage;
use crate::options::Dependency;
use crate::root::{self, Root};
use crate::source::Source;
use crate::task::Task;

pub(crate) struct Job<'a> {
    pub(crate) task: Task<'a>,
    pub(crate) root: Root,
    pub(crate) text: String,
    /// The name the user knows the source by.
    pub(crate) name: String,
    /// The name rustc knows it by.
    pub(crate) crate_name: String,
    /// How cargo would have it compiled, where it is part of a package.
    pub(crate) unit: Option<Unit>,
    /// The package of the host's that it stands for.
    pub(crate) host_package: Option<HostPackage>,
    /// What the result is made of beside the text, for the cache.
    pub(crate) reads: Reads,
}

impl<'a> Job<'a> {
    /// Of a source that is not cargo's, with its root as read. `reads` was made before that.
    pub(crate) fn new(
        task: Task<'a>,
        source: &Source,
        (root, text): (Root, String),
        reads: Reads,
    ) -> Job<'a> {
        let options = task.options;
        let shown = match source {
            Source::Files(files) if matches!(root, Root::Written(_)) => {
                files.first().map(PathBuf::as_path)
            }
            _ => root.path(),
        };
        let name = crate_name::display_name(options.name.as_deref(), shown);
        let taken: Vec<String> = options
            .dependencies
            .iter()
            .map(Dependency::extern_name)
            .chain(
                task.workspace
                    .host
                    .iter()
                    .flat_map(|host| host.names().map(str::to_owned)),
            )
            .collect();
        // rustc refuses a `--crate-name` that differs from the attribute.
        let crate_name =
            attributes::crate_name(&text).unwrap_or_else(|| crate_name::crate_name(&name, &taken));
        Job {
            task,
            root,
            text,
            name,
            crate_name,
            unit: None,
            host_package: None,
            reads,
        }
    }

    /// Of a package that the host has already.
    pub(crate) fn of_host_package(task: Task<'a>, package: HostPackage) -> Job<'a> {
        let name = task.options.name.clone();
        let name = name.unwrap_or_else(|| package.package.name.clone());
        // The crate itself has the package's name.
        let crate_name = crate_name::crate_name(&format!("{name}_of_host"), &[]);
        Job {
            task,
            root: Root::Text,
            text: package.text.clone(),
            name,
            crate_name,
            unit: None,
            host_package: Some(package),
            reads: Reads::new(),
        }
    }

    /// Of a target of a package, whose root file messages shall show by the path `root`.
    pub(crate) fn of_unit(task: Task<'a>, unit: Unit, root: PathBuf) -> Result<Job<'a>, Error> {
        let reads = Reads::new();
        let text = root::read(&root)?;
        let name = task.options.name.clone();
        Ok(Job {
            task,
            root: Root::File(root),
            text,
            name: name.unwrap_or_else(|| unit.name.clone()),
            crate_name: unit.crate_name.clone(),
            unit: Some(unit),
            host_package: None,
            reads,
        })
    }

    /// What is exported beside what the source shows: path and type. What the user asks for comes first.
    pub(crate) fn exports(&self) -> Vec<(String, String)> {
        let mut exports = self.task.options.exports.clone();
        let of_package = self
            .host_package
            .iter()
            .flat_map(|package| &package.functions);
        for (path, ty) in of_package {
            if exports.iter().all(|(known, _)| known != path) {
                exports.push((path.clone(), ty.clone()));
            }
        }
        exports
    }

    /// The variables that rustc is given beside this process's own; of two of one name the last counts.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let of_unit = self.unit.iter().flat_map(|unit| &unit.env);
        of_unit.chain(&self.task.options.env).cloned().collect()
    }

    /// The folder that paths in the source are relative to, as the user names it: "" for the current one.
    pub(crate) fn folder(&self) -> PathBuf {
        self.root
            .path()
            .and_then(Path::parent)
            .map(Path::to_owned)
            .unwrap_or_default()
    }

    /// The root file's name within that folder.
    pub(crate) fn file_name(&self) -> OsString {
        let of_file = self.root.path().and_then(Path::file_name);
        of_file.map_or_else(|| crate_name::file_name(&self.name).into(), OsString::from)
    }

    /// The root file as messages show it.
    pub(crate) fn shown(&self) -> String {
        self.root.path().map_or_else(
            || crate_name::file_name(&self.name),
            |path| path.display().to_string(),
        )
    }

    /// The object's file name.
    pub(crate) fn object_name(&self) -> PathBuf {
        Path::new(&crate_name::file_name(&self.name)).with_extension("o")
    }

    /// The edition, which a package's manifest says.
    pub(crate) fn edition(&self) -> &str {
        match &self.unit {
            Some(unit) => &unit.edition,
            None => self.task.options.edition(),
        }
    }

    /// The optimization level, which a package's profile says where no other is asked for.
    pub(crate) fn opt_level(&self) -> &str {
        let of_unit = || self.unit.as_ref().map(|unit| unit.opt_level.as_str());
        let asked = self.task.options.opt_level.as_deref();
        asked.or_else(of_unit).unwrap_or("0")
    }
}
