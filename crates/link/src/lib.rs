#![doc = include_str!("../README.md")]

mod arch;
mod constructors;
mod destructors;
mod error;
mod gather;
mod globals;
mod host;
mod image;
mod linker;
mod literals;
mod names;
mod place;
mod pool;
mod reach;
mod read;
mod relocate;
mod resolve;
mod seal;
mod shared_library;
mod static_room;
mod supplied;
mod target;
mod tls;
mod unwind_table;

pub use error::{Error, HostError, SharedIoError, Undefined};
pub use host::{Host, Likeness, symbol_file};
pub use image::Image;
pub use linker::{Input, Linker, SharedMemory};
pub use read::{Bytes, Library};
