//! Compile, link and run Rust inside a running process: source in, type-checked function out.
//!
//! # Should I use this?
//! For plugins, rules, notebooks and generated code in a Rust program that has the Rust toolchain at
//! hand where it runs: yes. Loaded code shares the program's standard library, allocator, statics
//! and thread-locals, a call costs what any call through a function pointer costs, and a text is
//! loaded in little more than the time that rustc takes.
//!
//! Not where no compiler may be installed, and not for code that nobody trusts (it runs with all the
//! rights of the process). Programs may be built as cargo's profiles have it, link-time optimization
//! included; one that is stripped of its symbols needs a file with them ([`Jit::with_symbols`]).
//!
//! # Example
//! ```
//! use jitney::Jit;
//!
//! # fn main() -> Result<(), jitney::Error> {
//! let jit = Jit::new()?;
//! let module = jit.text("pub fn add(a: i32, b: i32) -> i32 { a + b }").load()?;
//! let add = module.function::<fn(i32, i32) -> i32>("add")?;
//! assert_eq!(add(5, 6), 11);
//! # Ok(())
//! # }
//! ```
//!
//! # The way of data
//! A *source* is built to an *object*, the object is linked to an *image* in memory, and the image,
//! known to the unwinder, is a *module*, which gives out typed *functions* and *globals*.
//!
//! # Safety
//! Loading Rust source and calling it through a checked handle is safe. A module that is dropped
//! stays in memory, so that pointers into it stay good; only [`Module::unload`] frees it, and that
//! is `unsafe`. What loaded code does is of course up to that code.

mod allocator;
mod callback;
mod defining;
mod definitions;
mod error;
mod foreign;
mod fresh_heap;
mod fresh_process;
mod function;
mod global;
mod handover;
mod host_crate;
mod host_heap;
mod host_library;
mod inherited;
mod jit;
mod loadable;
mod module;
mod program;
mod registry;
mod room;
mod source;
mod threads;
mod unload;

pub use allocator::ProgramAllocator;
pub use callback::{Answer, Argument, Callback};
pub use error::Error;
pub use function::Function;
pub use global::Global;
pub use jit::Jit;
pub use jitney_build::{
    Cache, Diagnostic, Error as BuildError, Event, Export, ExportKind, Freed, HostCrates, Level,
    Package, Span, Status, Stop, Toolchain, Usage,
};
pub use jitney_link::{
    Error as LinkError, Explanation, HostError, Offer, SharedMemory, symbol_file,
};
#[doc(hidden)]
pub use jitney_macros::__host_crates;
pub use loadable::Loadable;
pub use module::{Memory, Module};
pub use program::Program;
pub use room::ThreadLocalRoom;
pub use source::Source;
pub use unload::{Lingerer, StillInUse, Unloaded};

/// The crates that the crate in which this stands is compiled against, for [`Jit::host`].
///
/// It is an expression of type [`HostCrates`], a constant. Where it stands in a library, that library's
/// own items are shared too; where it stands in a program, those of the program's own file are not,
/// since nothing can be compiled against a program: put what plugins use into the package's library.
#[macro_export]
macro_rules! host {
    () => {
        $crate::__host_crates!($crate)
    };
}

#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct ReadmeExamples;
