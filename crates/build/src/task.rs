//! One build in progress, before its source is known as a text: the workspace, the options and the clock. What is done by
//! cargo needs no more; compiling needs a [`Job`](crate::job::Job), which is a task with a source that has been read.

use std::sync::{Arc, OnceLock};

use crate::error::Error;
use crate::event::Event;
use crate::flags;
use crate::host_graph::Proven;
use crate::options::Options;
use crate::process::{Clock, Run};
use crate::workspace::Workspace;

pub(crate) struct Task<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) options: &'a Options,
    pub(crate) clock: Clock,
    /// The host's crates as they were when this build first asked.
    host: OnceLock<Arc<Proven>>,
}

impl<'a> Task<'a> {
    /// Starts the clock.
    pub(crate) fn start(workspace: &'a Workspace, options: &'a Options) -> Result<Task<'a>, Error> {
        flags::check(&options.rustc_flags)?;
        Ok(Task {
            workspace,
            options,
            clock: Clock::start(options.time_limit),
            host: OnceLock::new(),
        })
    }

    /// The host's crates that this build may use, where there are any: the same answer all through the build.
    pub(crate) fn host(&self) -> Result<Option<&Arc<Proven>>, Error> {
        let Some(graph) = &self.workspace.host else {
            return Ok(None);
        };
        if let Some(proven) = self.host.get() {
            return Ok(Some(proven));
        }
        let proven = graph.prove(self)?;
        Ok(Some(self.host.get_or_init(|| proven)))
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
}
