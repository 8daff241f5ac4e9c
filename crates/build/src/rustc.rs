//! One run of rustc: the command line, and what came of it. Everything that decides what the object holds stands here.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cache::reads::Names;
use crate::diagnostic::{self, Diagnostic, Level};
use crate::error::Error;
use crate::job::Job;
use crate::objects;
use crate::paths::Paths;
use crate::resolution::Resolution;

/// What kind of object is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum CrateType {
    Library,
    /// With the C symbol `main`.
    Program,
}

/// What rustc shall write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Emit<'a> {
    /// The object at this path, or those of several units beside it.
    Objects(&'a Path),
    /// One object, at this path.
    Object(&'a Path),
    /// All checks but no code: enough for warnings.
    Metadata(&'a Path),
    /// An object, and what another crate needs to use it: `NAME.o` and `libNAME.rmeta` in the folder, where NAME is the
    /// crate's.
    Both { folder: &'a Path },
}

impl Emit<'_> {
    fn path(&self) -> &Path {
        match self {
            Emit::Objects(path)
            | Emit::Object(path)
            | Emit::Metadata(path)
            | Emit::Both { folder: path } => path,
        }
    }

    /// The folder for rustc's files.
    fn folder(&self) -> &Path {
        match self {
            Emit::Both { folder } => folder,
            _ => self.path().parent().unwrap_or(Path::new(".")),
        }
    }
}

/// One run to be.
pub(crate) struct Compilation<'a> {
    pub(crate) crate_type: CrateType,
    pub(crate) emit: Emit<'a>,
    pub(crate) input: &'a Path,
    /// The folder in which rustc finds what it made before the last change.
    pub(crate) incremental: Option<&'a Path>,
    /// Tells this source's symbols and types from every other's.
    pub(crate) metadata: &'a str,
    /// What to show for the paths.
    pub(crate) paths: Paths,
    pub(crate) dependencies: &'a Resolution,
    /// Lets no lint be more than a warning.
    pub(crate) cap_lints: bool,
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) success: bool,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Outcome {
    /// The diagnostics of a success, which are warnings; the error of a failure.
    pub(crate) fn into_warnings(self) -> Result<Vec<Diagnostic>, Error> {
        if !self.success {
            return Err(Error::Compile {
                diagnostics: self.diagnostics,
            });
        }
        Ok(self
            .diagnostics
            .into_iter()
            .filter(|diagnostic| !diagnostic.is_summary())
            .collect())
    }
}

impl Compilation<'_> {
    /// Runs rustc.
    ///
    /// # Errors
    /// When it cannot start, crashes, or takes too long. An error in the source is an [`Outcome`].
    pub(crate) fn run(&self, job: &Job<'_>) -> Result<Outcome, Error> {
        if let Emit::Objects(path) = self.emit {
            objects::clear(path, &job.crate_name)?;
        }
        let command = self.command(job);
        let run = job
            .task
            .run(format!("rustc (compiling `{}`)", job.crate_name), false);
        let finished = run.finish(command, |_, _| {})?;
        let success = finished.status.success();
        let mut diagnostics = diagnostic::read(&finished.stderr, !success);
        if !success && let Some(path) = self.what_did_not_fit(&diagnostics) {
            return Err(Error::DiskFull { path });
        }
        for diagnostic in &mut diagnostics {
            for (ours, theirs) in &self.paths.renames {
                diagnostic.rename(ours, theirs);
            }
        }
        // 1 is rustc's exit code for errors in the source; 101 is its own panic, none is a signal.
        if !success && finished.status.code() != Some(1) {
            let output = diagnostic::Rendered(&diagnostics).to_string();
            return Err(Error::Crashed {
                program: "rustc".to_owned(),
                status: finished.status,
                output,
            });
        }
        if success {
            let names = Names {
                input: self.input,
                scratch: self.emit.folder(),
                paths: &self.paths,
                unit: job.unit.as_ref(),
            };
            job.reads.of_run(&self.list_of_reads(job), &names);
        }
        Ok(Outcome {
            success,
            diagnostics,
        })
    }

    /// Where rustc lists what it has read.
    fn list_of_reads(&self, job: &Job<'_>) -> PathBuf {
        let name = match self.incremental() {
            // Named by cargo's habit: a file of its own would be another command line each time.
            Some(_) => format!("{}.d", job.crate_name),
            None => "reads.d".to_owned(),
        };
        self.emit.folder().join(name)
    }

    /// What is written only to be looked at is no version of the crate.
    fn incremental(&self) -> Option<&'_ Path> {
        let is_whole = matches!(self.emit, Emit::Objects(_));
        self.incremental.filter(|_| is_whole)
    }

    /// The file that rustc had no room for. What the source itself says has a place in it.
    fn what_did_not_fit(&self, diagnostics: &[Diagnostic]) -> Option<PathBuf> {
        let about_no_place = diagnostics
            .iter()
            .filter(|one| one.level == Level::Error && one.spans.is_empty());
        let full = about_no_place
            .map(|error| &error.message)
            .find(|text| text.contains("No space left on device"))?;
        Some(
            full.split('`')
                .nth(1)
                .map_or_else(|| self.emit.path().to_owned(), PathBuf::from),
        )
    }

    fn command(&self, job: &Job<'_>) -> Command {
        let options = job.task.options;
        let mut command = Command::new(job.task.workspace.toolchain.rustc());
        command.args(["--crate-name", &job.crate_name, "--edition", job.edition()]);
        command.arg(match self.crate_type {
            CrateType::Library => "--crate-type=rlib",
            CrateType::Program => "--crate-type=bin",
        });
        // Named by `--emit=obj=FILE`, rustc would put its intermediate files into the current folder.
        // With several units it takes no name for the object, only a folder.
        let units = match self.emit {
            Emit::Objects(_) => objects::units(job, self.incremental().is_some()),
            _ => Some(1),
        };
        match self.emit {
            Emit::Objects(path) if units != Some(1) => command
                .arg("--emit=obj")
                .arg("--out-dir")
                .arg(path.parent().unwrap_or(Path::new("."))),
            Emit::Objects(path) | Emit::Object(path) => {
                command.arg("--emit=obj").arg("-o").arg(path)
            }
            Emit::Metadata(path) => command.arg("--emit=metadata").arg("-o").arg(path),
            Emit::Both { folder } => command
                .arg("--emit=obj,metadata")
                .arg("--out-dir")
                .arg(folder),
        };
        match self.incremental() {
            Some(folder) => {
                let mut incremental = OsString::from("incremental=");
                incremental.push(folder);
                command.arg("--emit=dep-info").arg("-C").arg(incremental);
            }
            None => {
                // Given a file of its own, it leaves the other outputs' names alone.
                let mut list = OsString::from("--emit=dep-info=");
                list.push(self.list_of_reads(job));
                command.arg(list);
            }
        }
        if let Some(units) = units {
            command.arg("-C").arg(format!("codegen-units={units}"));
        }
        command.args(["-C", "embed-bitcode=no"]);
        command.arg("-C").arg(format!("metadata={}", self.metadata));
        command
            .arg("-C")
            .arg(format!("opt-level={}", job.opt_level()));
        command.arg("-C").arg(format!(
            "debuginfo={}",
            if options.debug_info { 2 } else { 0 }
        ));
        command.arg("--error-format=json");
        if options.colours {
            command.arg("--json=diagnostic-rendered-ansi");
        }
        if self.cap_lints {
            command.args(["--cap-lints", "warn"]);
        }
        for (real, shown) in &self.paths.remaps {
            let mut remap = OsString::from("--remap-path-prefix=");
            remap.push(real);
            remap.push("=");
            remap.push(shown);
            command.arg(remap);
        }
        // Cargo has given a package's features to its unit, and looks for files from the unit's folder.
        let features = match &job.unit {
            Some(unit) => {
                command.args(&unit.arguments);
                command.envs(job.variables());
                command.current_dir(&unit.folder);
                command.args(["--remap-path-scope", "macro,debuginfo"]);
                &[][..]
            }
            None => &options.features[..],
        };
        for feature in features {
            command.arg("--cfg").arg(format!("feature={feature:?}"));
            command
                .arg("--check-cfg")
                .arg(format!("cfg(feature, values({feature:?}))"));
        }
        for folder in &self.dependencies.search_folders {
            let mut search = OsString::from("-Ldependency=");
            search.push(folder);
            command.arg(search);
        }
        for (name, path) in &self.dependencies.externs {
            let mut given = OsString::from(format!("{name}="));
            given.push(path);
            command.arg("--extern").arg(given);
        }
        command.args(&options.rustc_flags);
        command.arg(self.input);
        command
    }
}
