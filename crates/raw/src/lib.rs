#![doc = include_str!("../README.md")]

pub mod abi;
pub mod arguments;
mod fault;
pub mod frame;
pub mod isolate;

pub use abi::Abi;
pub use arguments::{Arguments, Returned};
pub use fault::{Fault, FaultKind};
