//! What was built before, kept for the next time: content-addressed, in the user's cache folder. It stands before
//! everything else in a build: a hit starts no process and parses no source.
//!
//! ```text
//! key      what is known before anything is compiled: text, options, dependencies, compiler, jitney  (no entry: a miss)
//! inputs   what the compilation read beside: files and variables, by content                        (all the same: a hit)
//! entry    one file, KEY/INPUTS: the inputs, and what was built
//! reads    which inputs those are, as rustc tells
//! upkeep   size limit, eviction, and what a user may see of it     in_use  keeps dependencies from eviction
//! ```
//!
//! Nothing here fails a build: a cache that cannot be read or written is a slow one.
//!
//! # Limits
//! As with cargo, a procedural macro that reads files or variables without telling rustc is not seen to.

mod dep_info;
mod entry;
mod flags;
pub(crate) mod in_use;
mod inputs;
mod key;
mod limit;
pub(crate) mod reads;
#[cfg(test)]
mod tests;
mod upkeep;

pub use upkeep::{Cache, Freed, Usage};

use crate::build::Built;
use crate::claim;
use crate::event::Event;
use crate::job::Job;
use crate::resolution::Resolution;

/// What a source is built as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind<'a> {
    Library,
    Program,
    /// A library with this expression.
    Expression(&'a str),
}

impl<'a> Kind<'a> {
    /// A word that tells it from the others.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Library => "library",
            Kind::Program => "program",
            Kind::Expression(_) => "expression",
        }
    }

    /// What is compiled with the source.
    pub(crate) fn expression(self) -> &'a str {
        match self {
            Kind::Expression(expression) => expression,
            Kind::Library | Kind::Program => "",
        }
    }
}

/// The place of one build in the cache.
pub(crate) struct Slot {
    cache: Cache,
    /// Of what may be in any process.
    anywhere: key::Key,
    /// Of what has its package's own identity in a process, and that identity.
    here: Option<(key::Key, String)>,
}

impl Slot {
    /// None where nothing may be kept: the cache is switched off, or a flag has effects that cannot be foreseen.
    pub(crate) fn of(job: &Job<'_>, resolution: &Resolution, kind: Kind<'_>) -> Option<Slot> {
        let used = job.task.workspace.cache && flags::are_known(&job.task.options.rustc_flags);
        let own = || claim::own_identity(job, resolution, kind);
        used.then(|| {
            let anywhere = key::of(job, resolution, kind);
            Slot {
                cache: job.task.workspace.cache(),
                anywhere,
                here: own().map(|identity| (anywhere.here(), identity)),
            }
        })
    }

    /// What was built before, if everything it was made of is the same. Who wants to keep rustc's files needs them made.
    pub(crate) fn find(&self, job: &Job<'_>) -> Option<Built> {
        if job.task.options.keep_files.is_some() {
            return None;
        }
        let find = |key| entry::find(&self.cache, key, &job.variables());
        let of_here = self.here.as_ref().and_then(|(key, identity)| {
            let claims = |built: &Built| {
                let content = built.content.as_deref();
                content.is_some_and(|content| claim::claim(identity, content))
            };
            find(*key).filter(claims)
        });
        let built = of_here.or_else(|| find(self.anywhere))?;
        job.task.tell(|| Event::Cached {
            name: job.name.clone(),
        });
        Some(built)
    }

    /// Keeps what was built, if it is known what of.
    pub(crate) fn keep(&self, job: &Job<'_>, built: &Built) {
        let key = match (&built.content, &self.here) {
            (Some(_), Some((key, _))) => *key,
            (Some(_), None) => return,
            (None, _) => self.anywhere,
        };
        if let Some(inputs) = job.reads.inputs() {
            let written = entry::write(&self.cache, key, &inputs, built);
            self.cache.grew(written.unwrap_or(0));
        }
    }
}
