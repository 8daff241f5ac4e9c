//! Unix: faults arrive as signals on the thread that faulted.

mod context;
mod handler;
mod handler_stack;
mod previous;
mod stepping;
mod stop;
mod thread;
mod time_signal;

pub(super) use stepping::Stepping as ThreadState;
pub(super) use thread::{prepare, stack_limit};
pub(super) use time_signal::{Target, prepare_process, without_signals};

/// What a thread needs that is back from this fault: nothing, as its handler ran on a stack of its own.
#[inline(always)]
pub(super) fn recover(_: &crate::Fault) {}
