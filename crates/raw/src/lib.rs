#![doc = include_str!("../README.md")]

pub mod abi;
pub mod arguments;
mod error;
mod fault;
pub mod frame;
mod function;
mod installed;
mod library;
mod pointer;

pub use abi::Abi;
pub use arguments::{Arguments, Returned};
pub use error::Error;
pub use fault::{Fault, FaultKind};
pub use function::Raw;
pub use library::{Library, LibraryFunction};
