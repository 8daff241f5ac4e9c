//! One build in progress: the source as read, its names, its options and its clock. Every step of the flow is given it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::attributes;
use crate::cache::reads::Reads;
use crate::crate_name;
use crate::error::Error;
use crate::event::Event;
use crate::flags;
use crate::options::{Dependency, Options};
use crate::process::{Clock, Run};
use crate::source::Source;
use crate::workspace::Workspace;

pub(crate) struct Job<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) options: &'a Options,
    pub(crate) source: &'a Source,
    pub(crate) text: String,
    /// The name the user knows the source by.
    pub(crate) name: String,
    /// The name rustc knows it by.
    pub(crate) crate_name: String,
    pub(crate) clock: Clock,
    /// What the result is made of beside the text, for the cache.
    pub(crate) reads: Reads,
}

impl<'a> Job<'a> {
    /// Reads the source and starts the clock.
    pub(crate) fn new(
        workspace: &'a Workspace,
        source: &'a Source,
        options: &'a Options,
    ) -> Result<Job<'a>, Error> {
        flags::check(&options.rustc_flags)?;
        let clock = Clock::start(options.time_limit);
        let reads = Reads::new();
        let text = source.read()?;
        let name = crate_name::display_name(options.name.as_deref(), source.path());
        let taken: Vec<String> = options
            .dependencies
            .iter()
            .map(Dependency::extern_name)
            .collect();
        // rustc refuses a `--crate-name` that differs from the attribute.
        let crate_name =
            attributes::crate_name(&text).unwrap_or_else(|| crate_name::crate_name(&name, &taken));
        Ok(Job {
            workspace,
            options,
            source,
            text,
            name,
            crate_name,
            clock,
            reads,
        })
    }

    /// How to run a process of this build. `running` is what the user is told of it.
    pub(crate) fn run(&self, running: String, has_children: bool) -> Run<'a> {
        Run {
            running,
            clock: self.clock,
            options: self.options,
            has_children,
        }
    }

    pub(crate) fn tell(&self, event: impl FnOnce() -> Event) {
        if let Some(progress) = &self.options.progress {
            progress.tell(&event());
        }
    }

    /// The folder that paths in the source are relative to, as the user names it: "" for the current one.
    pub(crate) fn folder(&self) -> PathBuf {
        self.source
            .path()
            .and_then(Path::parent)
            .map(Path::to_owned)
            .unwrap_or_default()
    }

    /// The root file's name within that folder.
    pub(crate) fn file_name(&self) -> OsString {
        let of_file = self
            .source
            .path()
            .and_then(Path::file_name)
            .map(OsString::from);
        of_file.unwrap_or_else(|| crate_name::file_name(&self.name).into())
    }

    /// The root file as messages show it.
    pub(crate) fn shown(&self) -> String {
        self.source.path().map_or_else(
            || crate_name::file_name(&self.name),
            |path| path.display().to_string(),
        )
    }

    /// The object's file name.
    pub(crate) fn object_name(&self) -> PathBuf {
        Path::new(&crate_name::file_name(&self.name)).with_extension("o")
    }
}
