//! What a signal handler is told about the interrupted code, and how it sends it elsewhere: one file for each system and
//! processor.

#[cfg_attr(
    all(target_os = "linux", target_arch = "aarch64"),
    path = "linux_aarch64.rs"
)]
#[cfg_attr(all(target_os = "linux", target_arch = "x86"), path = "linux_x86.rs")]
#[cfg_attr(
    all(target_os = "linux", target_arch = "x86_64"),
    path = "linux_x86_64.rs"
)]
mod arch;

pub(super) use arch::{
    CAN_STEP, at_system_call, entry, read, redirect, set_stepping, set_thread_pointer,
    thread_pointer,
};

/// What the processor said when it stopped.
#[derive(Debug)]
pub(super) struct Interrupted {
    pub(super) program_counter: usize,
    pub(super) stack_pointer: usize,
    /// The register that calls leave the return address in, where there is one.
    pub(super) link: Option<usize>,
    /// Whether it was fetching an instruction that faulted.
    pub(super) fetch: bool,
    /// Whether it stopped because a flag of the processor asks it to after each instruction.
    pub(super) single_step: bool,
    /// Whether it stopped because a flag of the processor forbids unaligned accesses.
    pub(super) alignment_check: bool,
    /// Whether it was x86's exception for accesses by way of the stack pointer to where no memory can be.
    pub(super) stack_segment: bool,
}
