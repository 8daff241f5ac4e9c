//! Compiling a source as it is, nothing spliced in: for programs, and for messages that must be the compiler's own about
//! the user's own text.

use std::path::{Path, PathBuf};

use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::job::Job;
use crate::layout::{Copy, Layout, levels_of_text};
use crate::paths::Paths;
use crate::resolution::Resolution;
use crate::root::Root;
use crate::rustc::{Compilation, CrateType, Emit, Outcome};
use crate::scratch::Scratch;

/// How far a run shall go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    Object,
    /// All checks but no code.
    Check,
}

/// One run on the unchanged source.
pub(crate) struct Plain<'a> {
    pub(crate) scratch: &'a Scratch,
    pub(crate) resolution: &'a Resolution,
    pub(crate) crate_type: CrateType,
    pub(crate) metadata: &'a str,
}

impl Plain<'_> {
    /// Compiles a file in place, by the path the user gave; a text, in the scratch folder. The object lies at the path
    /// that is returned.
    pub(crate) fn run(&self, job: &Job<'_>, goal: Goal) -> Result<(PathBuf, Outcome), Error> {
        match (&job.root, &job.unit) {
            (Root::File(_), Some(unit)) => {
                let paths = Paths::in_place(unit, &job.folder());
                self.compile(job, goal, &unit.root, paths)
            }
            (Root::File(path), None) => self.compile(job, goal, path, Paths::default()),
            (Root::Text | Root::Written(_), _) => {
                // Most texts read no files; links to the current folder's are made once rustc has missed one.
                let first = self.copied(job, goal, 0, false)?;
                if first.1.success || !misses_a_file(&first.1.diagnostics) {
                    return Ok(first);
                }
                self.copied(job, goal, levels_of_text(&job.text), true)
            }
        }
    }

    fn copied(
        &self,
        job: &Job<'_>,
        goal: Goal,
        levels: usize,
        linked: bool,
    ) -> Result<(PathBuf, Outcome), Error> {
        let name = job.file_name();
        let copy = Copy {
            relative: Path::new(&name),
            text: &job.text,
        };
        let layout = Layout::new(self.scratch, &job.folder(), levels, linked, &[copy])?;
        self.compile(job, goal, &layout.path(copy.relative), layout.paths(job))
    }

    fn compile(
        &self,
        job: &Job<'_>,
        goal: Goal,
        input: &Path,
        paths: Paths,
    ) -> Result<(PathBuf, Outcome), Error> {
        let name = job.object_name();
        let output = self.scratch.path().join(if goal == Goal::Object {
            name
        } else {
            name.with_extension("rmeta")
        });
        let compilation = Compilation {
            crate_type: self.crate_type,
            emit: if goal == Goal::Object {
                Emit::Objects(&output)
            } else {
                Emit::Metadata(&output)
            },
            input,
            incremental: self.scratch.state(),
            metadata: self.metadata,
            paths,
            dependencies: self.resolution,
            cap_lints: false,
        };
        let outcome = compilation.run(job)?;
        if goal == Goal::Check {
            // It may not have been written, and is never wanted.
            let _ = std::fs::remove_file(&output);
        }
        Ok((output, outcome))
    }
}

/// Whether rustc looked for a file in vain: a module's, or one that `include!` and its like name.
pub(crate) fn misses_a_file(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| {
        diagnostic.code.as_deref() == Some("E0583")
            || diagnostic.message.starts_with("couldn't read ")
    })
}
