//! Systems without an isolate. Windows would need a process of another executable, with job objects and an
//! AppContainer; macOS the same with its sandbox.

use super::{Error, Limits, Protections, Renew, work::Work};

/// There is none.
#[derive(Debug)]
pub(super) enum Worker {}

impl Worker {
    pub(super) fn new(_: &Limits) -> Result<Worker, Error> {
        Err(Error::Unsupported)
    }

    pub(super) fn protections(&self) -> Protections {
        match *self {}
    }

    pub(super) fn pid(&self) -> Option<u32> {
        match *self {}
    }

    pub(super) fn run<W: Work>(&mut self, _: Renew, _: &mut W) -> Result<(), Error> {
        match *self {}
    }
}
