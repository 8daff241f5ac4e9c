#![doc = include_str!("../README.md")]

mod anchor;
mod arch;
mod constructors;
mod definitions;
mod destructors;
mod error;
mod explain;
mod frames;
#[cfg(fuzzing)]
pub mod fuzzing;
mod gather;
mod globals;
mod got;
mod host;
mod image;
mod indirect;
mod linker;
mod literals;
mod names;
mod needs;
mod place;
mod pool;
mod reach;
mod read;
mod relocate;
mod resolve;
mod roots;
mod seal;
mod sets;
mod shared_library;
mod static_room;
mod supplied;
mod target;
mod tls;
mod trampoline;
mod unwind_table;

pub use definitions::{AllowSymbol, Definitions, FindSymbol};
pub use error::{Error, HostError, SharedIoError, Undefined};
pub use explain::{Explanation, Offer};
pub use host::{Host, Likeness, symbol_file};
pub use image::Image;
pub use linker::{Input, Linker, SharedMemory};
pub use read::{Bytes, Library};
pub use roots::Symbol;
pub use trampoline::Trampoline;
