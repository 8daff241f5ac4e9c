//! What the operating system must give: waiting for a child process with its output and a clock at once. The single
//! place to port.

#[cfg(target_os = "linux")]
mod linux;

#[cfg(target_os = "linux")]
pub(crate) use linux::{End, collect, flag, kill_group, raise};
