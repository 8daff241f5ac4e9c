//! Linux: a template process that makes workers, the memory shared with them, and the hand-over.
//!
//! `template.rs` starts the one and gets the other, by scripts of system calls (`script.rs`, `plan.rs`) that the
//! assembly of `arch/` carries out; `worker.rs` hands evaluations over; `run.rs` makes verdicts of what comes back.

mod arch;
mod area;
mod fault;
mod filter;
mod landlock;
mod plan;
mod registers;
mod run;
mod script;
mod shared;
mod start;
mod template;
mod unmap;
mod watch;
mod worker;

pub(super) use worker::Worker;
