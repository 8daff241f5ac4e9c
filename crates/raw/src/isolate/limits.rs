//! What an isolated evaluation may use.

use std::time::Duration;

use super::{Error, Protection, Protections};

/// What each evaluation in an [`Isolate`](super::Isolate) may use, and how much its worker is trusted with.
///
/// ```
/// use std::time::Duration;
/// use jitney_raw::isolate::{Limits, Renew};
///
/// let limits = Limits::default().time(Duration::from_millis(1)).stack(64 << 10).renew(Renew::EachBatch);
/// # let _ = limits;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    time: Duration,
    stack: usize,
    code: usize,
    data: usize,
    renew: Renew,
    required: Protections,
}

/// When a worker process is replaced by a new one. The fewer evaluations share a process, the less one can do to
/// another: see the section on what an isolate protects from in the crate's documentation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Renew {
    /// When it is lost: it died, was killed for not answering, or gave itself away as having been tampered with. The
    /// fastest.
    #[default]
    WhenLost,
    /// Also before each call and each batch: what one brings cannot reach the next.
    EachBatch,
    /// Also before each evaluation of a batch: no evaluation can have an effect on any other.
    EachEvaluation,
}

impl Default for Limits {
    /// 100 ms of processor time, 256 KiB of stack, 1 MiB of code and 1 MiB of data at once; all protections but
    /// Landlock have to be there.
    fn default() -> Limits {
        let mut required = Protections::all();
        required.remove(Protection::Landlock);
        Limits {
            time: Duration::from_millis(100),
            stack: 256 << 10,
            code: 1 << 20,
            data: 1 << 20,
            renew: Renew::default(),
            required,
        }
    }
}

/// The largest that a stack, the code or the data may be.
const MAX_BYTES: usize = if cfg!(target_pointer_width = "64") {
    1 << 30
} else {
    32 << 20
};

impl Limits {
    /// Processor time for each evaluation. It is found out within another quarter of it, or within 50 ms, whatever is
    /// less, and never counted against an evaluation that had not got it; one that sleeps is stopped after 20 times
    /// its limit and a second.
    #[must_use]
    pub const fn time(self, time: Duration) -> Limits {
        Limits { time, ..self }
    }

    /// Bytes of stack, rounded up to 64 KiB.
    #[must_use]
    pub const fn stack(self, bytes: usize) -> Limits {
        Limits {
            stack: bytes,
            ..self
        }
    }

    /// Bytes of code that fit into a worker at once, rounded up to 64 KiB. A batch that has more is handed over in
    /// parts.
    #[must_use]
    pub const fn code(self, bytes: usize) -> Limits {
        Limits {
            code: bytes,
            ..self
        }
    }

    /// Bytes of data that fit into a worker at once, rounded up to 64 KiB: all the memory that code has besides its
    /// stack.
    #[must_use]
    pub const fn data(self, bytes: usize) -> Limits {
        Limits {
            data: bytes,
            ..self
        }
    }

    /// When workers are replaced.
    #[must_use]
    pub const fn renew(self, renew: Renew) -> Limits {
        Limits { renew, ..self }
    }

    /// Makes it an error if this system does not have that protection.
    #[must_use]
    pub fn require(mut self, protection: Protection) -> Limits {
        self.required.insert(protection);
        self
    }

    /// Goes without a protection where this system does not have it.
    /// [`Isolate::protections`](super::Isolate::protections) tells what there is.
    #[must_use]
    pub fn allow_without(mut self, protection: Protection) -> Limits {
        self.required.remove(protection);
        self
    }

    pub(super) fn required(&self) -> Protections {
        self.required
    }

    pub(super) fn time_limit(&self) -> Duration {
        self.time
    }

    pub(super) fn renewal(&self) -> Renew {
        self.renew
    }

    pub(super) fn stack_bytes(&self) -> usize {
        self.stack
    }

    pub(super) fn code_bytes(&self) -> usize {
        self.code
    }

    pub(super) fn data_bytes(&self) -> usize {
        self.data
    }

    /// Refuses what no worker can have.
    pub(super) fn check(&self) -> Result<(), Error> {
        for (what, bytes) in [
            ("stack", self.stack),
            ("code", self.code),
            ("data", self.data),
        ] {
            if bytes == 0 || bytes > MAX_BYTES {
                return Err(Error::Limit {
                    what,
                    bytes,
                    most: MAX_BYTES,
                });
            }
        }
        if self.time.is_zero() {
            return Err(Error::NoTime);
        }
        Ok(())
    }
}
