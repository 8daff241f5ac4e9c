#![doc = include_str!("../README.md")]

mod fault;
pub mod isolate;

pub use fault::{Fault, FaultKind};
