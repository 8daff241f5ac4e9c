#![doc = include_str!("../README.md")]

#[cfg(feature = "assemble")]
pub mod assemble;
pub mod assembler;
#[cfg(feature = "extract")]
pub mod extract;
mod fault;

#[cfg(feature = "assemble")]
pub use assemble::assemble;
pub use assembler::{Assembler, Label};
#[cfg(feature = "extract")]
pub use extract::extract;
pub use fault::{Fault, FaultKind};
