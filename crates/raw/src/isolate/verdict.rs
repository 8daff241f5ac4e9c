//! What became of an isolated evaluation.

use std::fmt;

use crate::Fault;

/// What became of one evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict<R> {
    /// It returned this.
    Returned(R),
    /// It was stopped for what it did. Addresses are the worker's.
    Fault(Fault),
    /// It wanted something of the system, and was stopped.
    SystemCall {
        /// The number of the system call, in the numbering of the gate that it went by (x86_64 has a second one for
        /// 32-bit programs).
        number: i32,
        /// Where the instruction after the call is in the code; `None` outside of it.
        offset: Option<usize>,
    },
    /// It took its worker with it.
    Killed {
        /// The signal that ended the worker; `None` if it exited.
        signal: Option<i32>,
    },
    /// It changed what the worker keeps to itself, so that nobody can say what it did.
    Tampered,
}

impl<R> Verdict<R> {
    /// What it returned, if it did.
    #[must_use]
    pub fn returned(self) -> Option<R> {
        match self {
            Verdict::Returned(value) => Some(value),
            _ => None,
        }
    }

    /// The same verdict, with something made of what was returned.
    #[must_use]
    pub fn map<S>(self, make: impl FnOnce(R) -> S) -> Verdict<S> {
        match self {
            Verdict::Returned(value) => Verdict::Returned(make(value)),
            Verdict::Fault(fault) => Verdict::Fault(fault),
            Verdict::SystemCall { number, offset } => Verdict::SystemCall { number, offset },
            Verdict::Killed { signal } => Verdict::Killed { signal },
            Verdict::Tampered => Verdict::Tampered,
        }
    }
}

impl<R: fmt::Debug> fmt::Display for Verdict<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Returned(value) => write!(f, "returned {value:?}"),
            Verdict::Fault(fault) => write!(f, "{fault}"),
            Verdict::SystemCall { number, offset } => {
                write!(f, "wanted to make system call {number}")?;
                match offset {
                    Some(offset) => write!(f, ", just before offset {offset:#x} of the code"),
                    None => write!(f, ", outside of the code"),
                }
            }
            Verdict::Killed {
                signal: Some(signal),
            } => write!(f, "ended its process by signal {signal}"),
            Verdict::Killed { signal: None } => write!(f, "ended its process"),
            Verdict::Tampered => write!(f, "tampered with its process"),
        }
    }
}
