//! The registers that Rust code expects to find again after a call, kept on the stack around code that may be of a
//! convention, or of a quality, that keeps none of them: a file for each processor, with the first and the last
//! instructions of an [`Enter`](super::Enter).

#[cfg_attr(target_arch = "aarch64", path = "aarch64.rs")]
#[cfg_attr(target_arch = "x86", path = "x86.rs")]
#[cfg_attr(target_arch = "x86_64", path = "x86_64.rs")]
mod arch;

pub(super) use arch::{keep_registers, restore_registers_and_return};
