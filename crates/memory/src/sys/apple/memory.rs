//! The memory of a heap on macOS, in the one way that each of Apple's processors allows.

#[cfg(target_arch = "aarch64")]
#[path = "write_scopes.rs"]
mod way;
#[cfg(target_arch = "x86_64")]
#[path = "two_views.rs"]
mod way;

pub(crate) use way::{CodeMemory, process};
