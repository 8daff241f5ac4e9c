//! The run of cargo that builds what a crate needs, up to the call of rustc for the crate itself.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cargo_metadata::{Message, PackageId, TargetKind};

use super::capture::{Capture, Wanted};
use super::metadata::tell_download;
use super::place::Place;
use super::shared::{self, Shared};
use super::unit::{MARK, Unit};
use super::{environment, failure};
use crate::error::Error;
use crate::event::Event;
use crate::resolution::Resolution;
use crate::task::Task;

/// Where cargo puts what it builds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target<'a> {
    /// Where it would by itself, so that what the user's own `cargo build` made is used.
    Own,
    /// In this folder, for a named target: so the crates for the source lie apart from those for build scripts and
    /// procedural macros.
    Named(&'a Path),
}

/// One run to be.
pub(super) struct Build<'a> {
    /// The folder it runs in.
    pub(super) folder: &'a Path,
    /// Which target of which package, and its features.
    pub(super) arguments: Vec<String>,
    pub(super) target: Target<'a>,
    /// How many packages there are beside the wanted crate's.
    pub(super) total: usize,
    /// The crate that is not compiled.
    pub(super) wanted: Wanted<'a>,
    /// The host's crates to build against. The target has to be one that no other build uses.
    pub(super) shared: Option<&'a Shared>,
}

/// What came of a run.
pub(super) struct Ready {
    /// How cargo would have had the wanted crate compiled.
    pub(super) unit: Unit,
    /// The crates that it names.
    pub(super) resolution: Resolution,
    /// The build scripts that belong to what was built, with the folders that they write to.
    pub(super) scripts: Vec<(PackageId, PathBuf)>,
}

impl Build<'_> {
    /// Has cargo build.
    pub(super) fn run(self, task: &Task<'_>, place: &Place) -> Result<Ready, Error> {
        let offline = task.workspace.offline;
        let mut command = environment::cargo(task);
        command
            .args(["rustc", "--message-format=json-render-diagnostics"])
            .args(&self.arguments)
            .args(offline.then_some("--offline"))
            .current_dir(self.folder);
        if let Target::Named(folder) = self.target {
            command
                .args(["--target", task.workspace.toolchain.host()])
                .arg("--target-dir")
                .arg(folder);
        }
        // What the wanted crate alone is given, and has never been built with.
        command.args(["--", "--cfg", MARK]);
        let inner = environment::wrapper(task, self.folder);
        let capture = Capture::attach(&mut command, &place.base, &self.wanted, inner)?;
        if let Some(shared) = self.shared {
            shared.attach(task, &mut command, capture.folder())?;
        }
        let given = environment::copy(&command);

        let mut done = BTreeSet::new();
        let (mut scripts, mut rlibs) = (Vec::new(), Vec::new());
        let total = self.total;
        let on_line = |pipe, line: &str| {
            if pipe == 2 {
                tell_download(task, line);
                if let Some(started) = line.trim_start().strip_prefix("Compiling ") {
                    let crate_name = started.split(' ').next().unwrap_or(started).to_owned();
                    task.tell(|| Event::Compiling {
                        crate_name,
                        done: done.len().min(total),
                        total,
                    });
                }
                return;
            }
            match serde_json::from_str(line) {
                Ok(Message::BuildScriptExecuted(script)) => {
                    scripts.push((script.package_id, script.out_dir.into_std_path_buf()));
                }
                Ok(Message::CompilerArtifact(artifact)) => {
                    let files = artifact.filenames.iter().map(|file| file.as_std_path());
                    let is_rlib = |file: &&Path| file.extension().is_some_and(|end| end == "rlib");
                    rlibs.extend(files.filter(is_rlib).map(Path::to_owned));
                    let is_library = !artifact.target.kind.contains(&TargetKind::CustomBuild);
                    if is_library && done.insert(artifact.package_id.clone()) {
                        let crate_name = artifact.target.name.clone();
                        task.tell(|| Event::Compiled {
                            crate_name,
                            done: done.len().min(total),
                            total,
                        });
                    }
                }
                _ => {}
            }
        };
        let finished = task
            .run("cargo (building the dependencies)".to_owned(), true)
            .finish(command, on_line)?;
        if let Some(error) = capture.refused().and_then(|said| shared::refusal(&said)) {
            return Err(error);
        }
        let captured = capture.take(&given)?;
        let Some(captured) = captured else {
            return Err(failure::building(finished.stderr, place, offline));
        };
        let (unit, mut resolution) = Unit::of(captured);
        resolution.archives = rlibs;
        match failure::of_others(&finished.stderr, &unit.name) {
            true => Err(failure::building(finished.stderr, place, offline)),
            false => Ok(Ready {
                unit,
                resolution,
                scripts,
            }),
        }
    }
}
