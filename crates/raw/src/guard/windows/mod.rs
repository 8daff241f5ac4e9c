//! Windows: faults arrive as exceptions, which a vectored handler sees first, on the stack of the thread that faulted.
//!
//! A thread that has no stack left there cannot be told: code that loses its stack pointer ends the process.

mod context;
mod handler;
mod stop;
mod target;
mod thread;

pub(super) use target::{Target, prepare_process, without_signals};
pub(super) use thread::{ThreadState, prepare, recover, stack_limit};
