#![doc = include_str!("../README.md")]

pub mod abi;
pub mod arguments;
#[cfg(feature = "assemble")]
pub mod assemble;
pub mod assembler;
#[cfg(feature = "disassemble")]
pub mod disassemble;
mod error;
#[cfg(feature = "extract")]
pub mod extract;
mod fault;
pub mod frame;
mod function;
#[cfg(any(
    all(
        target_os = "linux",
        any(target_arch = "aarch64", target_arch = "x86", target_arch = "x86_64")
    ),
    all(windows, target_arch = "x86_64")
))]
pub mod guard;
#[cfg(feature = "isolate")]
pub mod isolate;
mod library;
mod machine;
mod pointer;
pub mod signature;

pub use abi::Abi;
pub use arguments::{Arguments, Returned};
#[cfg(feature = "assemble")]
pub use assemble::assemble;
pub use assembler::{Assembler, Label};
pub use error::Error;
#[cfg(feature = "extract")]
pub use extract::extract;
pub use fault::{Fault, FaultKind};
pub use function::Raw;
pub use library::{Library, LibraryFunction};
pub use machine::Machine;
