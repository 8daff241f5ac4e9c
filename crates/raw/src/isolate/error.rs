//! Why something could not be run in isolation: the machinery's fault or the caller's, never the code's.

use std::{error, fmt, io};

use super::Protection;

/// An error of the isolate itself. What becomes of the code that it runs is a [`Verdict`](super::Verdict).
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// This system has no isolate: only Linux has, on x86_64, i686 and aarch64.
    Unsupported,
    /// The system lacks a protection that the limits require.
    Protection {
        /// What is missing.
        protection: Protection,
        /// What the system said.
        source: io::Error,
    },
    /// The system refused something that no isolate can do without.
    System {
        /// What it was to do.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The process that makes workers is gone. The isolate cannot be used any more.
    TemplateGone,
    /// A new worker died before it had been handed anything.
    WorkerLost {
        /// The signal that killed it.
        signal: Option<i32>,
    },
    /// There is no byte where the code should start.
    NoCode {
        /// Where it should start.
        offset: usize,
        /// How many bytes there are.
        len: usize,
    },
    /// The code does not fit into the memory that the limits have for it.
    CodeTooLarge {
        /// How many bytes it has.
        len: usize,
        /// How many it may have.
        limit: usize,
    },
    /// The data does not fit into the memory that the limits have for it.
    DataTooLarge {
        /// How many bytes it has.
        len: usize,
        /// How many it may have.
        limit: usize,
    },
    /// A limit that no worker can have.
    Limit {
        /// What it limits.
        what: &'static str,
        /// The bytes that were asked for.
        bytes: usize,
        /// The most there can be.
        most: usize,
    },
    /// A time limit of nothing.
    NoTime,
}

impl Error {
    /// An error of the system, while `doing` something.
    pub(super) fn system<E: Into<io::Error>>(doing: &'static str) -> impl Fn(E) -> Error {
        move |source| Error::System {
            doing,
            source: source.into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Unsupported => write!(
                f,
                "there is no isolate on this system: it takes Linux on x86_64, i686 or aarch64; elsewhere use a guard, or \
                 a process of your own"
            ),
            Error::Protection { protection, source } => write!(
                f,
                "this system does not have {protection}, which the limits require ({source}): have it allowed \
                 (containers have profiles for that), or go without by `Limits::allow_without`"
            ),
            Error::System { doing, source } => {
                write!(f, "cannot {doing}: {source}{}", advice(source))
            }
            Error::TemplateGone => write!(
                f,
                "the process that makes workers is gone, by somebody's signal or for want of memory: make a new isolate"
            ),
            Error::WorkerLost {
                signal: Some(signal),
            } => {
                write!(
                    f,
                    "signal {signal} killed a new worker before it was handed anything"
                )
            }
            Error::WorkerLost { signal: None } => {
                write!(f, "a new worker ended before it was handed anything")
            }
            Error::NoCode { len: 0, .. } => write!(f, "there is no code: 0 bytes"),
            Error::NoCode { offset, len } => {
                write!(f, "there is no code at offset {offset}: it has {len} bytes")
            }
            Error::CodeTooLarge { len, limit } => write!(
                f,
                "{len} bytes of code do not fit into a worker, which has room for {limit}: raise it by `Limits::code`"
            ),
            Error::DataTooLarge { len, limit } => write!(
                f,
                "{len} bytes of data do not fit into a worker, which has room for {limit}: raise it by `Limits::data`"
            ),
            Error::Limit { what, bytes, most } => {
                write!(
                    f,
                    "a worker cannot have {bytes} bytes of {what}: from 1 to {most} are possible"
                )
            }
            Error::NoTime => write!(f, "an evaluation needs a time limit of more than nothing"),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            // Its text is in this one's.
            Error::Protection { source, .. } | Error::System { source, .. } => source.source(),
            _ => None,
        }
    }
}

/// What a user can do about an error of the system.
fn advice(error: &io::Error) -> &'static str {
    match error.raw_os_error() {
        #[cfg(target_os = "linux")]
        Some(libc::EMFILE | libc::ENFILE) => {
            "; close files or raise the limit (`ulimit -n`): an isolate takes a few"
        }
        #[cfg(target_os = "linux")]
        Some(libc::EAGAIN) => "; end processes or raise the limit (`ulimit -u`): an isolate is two",
        #[cfg(target_os = "linux")]
        Some(libc::ENOMEM) => "; free memory or raise the limit (`ulimit -v`)",
        #[cfg(target_os = "linux")]
        Some(libc::EPERM | libc::EACCES) => {
            "; a policy forbids it: memory that is executable and shared, or processes"
        }
        #[cfg(target_os = "linux")]
        Some(libc::ENOSYS) => "; it takes Linux 5.9, or an emulator that knows as much",
        _ => "",
    }
}
