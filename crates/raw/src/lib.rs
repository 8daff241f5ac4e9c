#![doc = include_str!("../README.md")]

mod fault;
#[cfg(target_os = "linux")]
pub mod guard;

pub use fault::{Fault, FaultKind};
