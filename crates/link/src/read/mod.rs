//! Reading: files to objects, archives and unwind tables. Nothing here knows where anything will
//! be placed. Every offset and index of the input is checked once, here, so that the later phases
//! can rely on it.

mod archive;
mod bytes;
mod check;
mod frames;
mod header;
mod library;
mod object;
mod section;
mod symbol_index;
mod tables;

pub use bytes::Bytes;
pub use library::{HostLibrary, Library};

pub(crate) use archive::{Archive, Origin};
pub(crate) use frames::{Fde, FrameTable};
pub(crate) use library::Definition;
pub(crate) use object::{Object, Relocation, Symbol, SymbolPlace};
pub(crate) use section::{Class, Section};
pub(crate) use symbol_index::SymbolIndex;
pub(crate) use tables::{c_string, part, table};
