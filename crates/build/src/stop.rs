//! Ending builds from elsewhere: from another thread, or from a signal handler. Every wait for a process of a build also
//! waits for this, so that a build that is told to stop ends its processes and removes its files as on any other error.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;

use crate::sys;

/// Ends the builds that were given it, now and later. Clones are one and the same.
#[derive(Clone, Debug)]
pub struct Stop(Arc<OwnedFd>);

impl Stop {
    /// One that has not been told yet.
    ///
    /// # Errors
    /// When the process has no file descriptor left.
    pub fn new() -> io::Result<Stop> {
        Ok(Stop(Arc::new(sys::flag()?)))
    }

    /// Tells the builds to end. They do so with [`Error::Stopped`](crate::Error::Stopped), as soon as they wait for a
    /// process. This is a single system call, and may be made in a signal handler.
    pub fn stop(&self) {
        sys::raise(self.0.as_fd());
    }

    pub(crate) fn flag(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
