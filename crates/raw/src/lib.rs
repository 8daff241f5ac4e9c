#![doc = include_str!("../README.md")]

pub mod abi;
pub mod arguments;
#[cfg(feature = "assemble")]
pub mod assemble;
pub mod assembler;
#[cfg(feature = "extract")]
pub mod extract;
mod fault;
pub mod frame;

pub use abi::Abi;
pub use arguments::{Arguments, Returned};
#[cfg(feature = "assemble")]
pub use assemble::assemble;
pub use assembler::{Assembler, Label};
#[cfg(feature = "extract")]
pub use extract::extract;
pub use fault::{Fault, FaultKind};
