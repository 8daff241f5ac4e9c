//! What is told while a source is built and loaded, so that a terminal can show a line and a program can keep a log.

use std::fmt;
use std::sync::Arc;

/// A step on the way from a source to a module, told as it happens. The build tells all but the last two.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A process is about to start (only with `Options::verbose`).
    Running {
        /// The command line.
        command: String,
    },
    /// Cargo settles which versions of the dependencies to use.
    Resolving {
        /// The dependencies asked for, as "name requirement".
        dependencies: Vec<String>,
    },
    /// Cargo has fetched a package.
    Downloaded {
        /// "name vVERSION", as cargo says it.
        package: String,
    },
    /// What was built before is taken: everything it was made of is the same. Nothing is compiled.
    Cached {
        /// The source's name.
        name: String,
    },
    /// A crate is being compiled.
    Compiling {
        /// The crate.
        crate_name: String,
        /// Packages finished before it.
        done: usize,
        /// Packages in this part of the build: the dependencies (an upper bound), or 1 for the source itself.
        total: usize,
    },
    /// A crate has been compiled.
    Compiled {
        /// The crate.
        crate_name: String,
        /// Packages finished, this one included.
        done: usize,
        /// As in [`Event::Compiling`].
        total: usize,
    },
    /// What was compiled is being linked into this process.
    Linking {
        /// The module.
        name: String,
    },
    /// A module is loaded, and can be called.
    Loaded {
        /// The module.
        name: String,
        /// Which load of its build it is, from 1.
        version: u64,
    },
}

/// A function that is told the events. It is called on the thread that builds, so it should return soon.
#[derive(Clone)]
pub struct Progress(Arc<dyn Fn(&Event) + Send + Sync>);

impl Progress {
    /// Wraps the function.
    pub fn new(tell: impl Fn(&Event) + Send + Sync + 'static) -> Progress {
        Progress(Arc::new(tell))
    }

    /// Calls the function.
    pub fn tell(&self, event: &Event) {
        (self.0)(event);
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Progress(..)")
    }
}
