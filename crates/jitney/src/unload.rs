//! Unloading: what it gives back, and what stands in its way.

use std::fmt;

use crate::module::Module;

/// What an unload gave back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unloaded {
    /// The bytes of memory that were freed.
    pub bytes: usize,
}

/// Something that still uses a module.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lingerer {
    /// Handles to its functions and globals.
    Handles {
        /// How many.
        count: usize,
    },
    /// Destructors of its thread-local variables, which run when their threads end.
    ThreadLocalDestructors {
        /// How many, on all threads.
        count: usize,
    },
}

/// A module that could not be unloaded, and what still uses it.
pub struct StillInUse {
    module: Module,
    lingerers: Vec<Lingerer>,
}

impl StillInUse {
    pub(crate) fn new(module: Module, lingerers: Vec<Lingerer>) -> StillInUse {
        StillInUse { module, lingerers }
    }

    /// What still uses the module.
    pub fn lingerers(&self) -> &[Lingerer] {
        &self.lingerers
    }

    /// The module, as loaded as before.
    pub fn into_module(self) -> Module {
        self.module
    }
}

impl fmt::Display for Lingerer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lingerer::Handles { count: 1 } => f.write_str("a handle to it lives"),
            Lingerer::Handles { count } => write!(f, "{count} handles to it live"),
            Lingerer::ThreadLocalDestructors { count: 1 } => {
                f.write_str("a thread has yet to run a thread-local destructor of it")
            }
            Lingerer::ThreadLocalDestructors { count } => {
                write!(f, "{count} thread-local destructors of it are still to run")
            }
        }
    }
}

impl fmt::Display for StillInUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "module `{}` is still in use: ", self.module.name())?;
        for (index, lingerer) in self.lingerers.iter().enumerate() {
            write!(f, "{}{lingerer}", if index == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

impl fmt::Debug for StillInUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for StillInUse {}
