//! From sources to relocatable objects, for jitney: rustc, cargo and C compilers driven from inside a program, without a
//! linker.
//!
//! A source (a text or a file) goes one way: it is read ([`Source`]), surveyed for what it can export, spliced with a
//! registry of those exports, given its dependencies by cargo, and compiled to one object by the rustc that compiled the
//! program itself ([`Toolchain`]). What comes out ([`Built`]) is the object, the rlibs it may need, what it exports, and
//! the compiler's warnings; what goes wrong is an [`Error`] that keeps the compiler's words and the user's own file names
//! and lines. C, C++ and assembly go through their own compilers, beside objects and archives ([`Part`], [`Native`]). Nothing
//! here knows how objects are linked or loaded.
//!
//! ```
//! use jitney_build::{Options, Source, Toolchain, Workspace};
//!
//! let workspace = Workspace::new(Toolchain::find()?);
//! let source = Source::Text("pub fn add(a: i32, b: i32) -> i32 { a + b }".to_owned());
//! let built = workspace.library(&source, &Options::default())?;
//! assert_eq!(built.exports[0].name, "add");
//! assert!(built.objects[0].starts_with(b"\x7fELF"));
//! # Ok::<(), jitney_build::Error>(())
//! ```

mod again;
mod attributes;
mod brought;
mod build;
mod built_form;
mod bundle;
mod c_compiler;
mod c_messages;
mod cache;
mod cargo;
mod claim;
mod container;
mod copies;
mod crate_name;
mod diagnostic;
mod error;
mod event;
mod exports;
mod expression;
mod files;
mod flags;
#[cfg(fuzzing)]
pub mod fuzzing;
mod host_graph;
mod host_package;
mod identity;
mod inspect;
mod job;
mod layout;
mod library;
mod links;
mod literal_call;
mod native;
mod native_libraries;
mod objects;
mod options;
mod own_thread;
mod part;
mod paths;
mod plain;
mod process;
mod program;
mod resolution;
mod root;
mod rustc;
mod scratch;
mod source;
mod stop;
mod symbols;
mod sys;
mod task;
mod thread_locals;
mod toolchain;
mod workspace;

pub use build::{Built, Package};
pub use bundle::{Bundle, BundleKind, Identity, SharedCrate};
pub use cache::in_use::InUse;
pub use cache::{Cache, Freed, Usage};
pub use container::Damage;
pub use diagnostic::{Diagnostic, Level, Span};
pub use error::Error;
pub use event::{Event, Progress};
pub use exports::{Export, ExportKind, Status};
pub use host_graph::{HostCrates, HostGraph, artifact_folders};
pub use literal_call::{FunctionType, Literal, LiteralCall, LiteralValue};
pub use native::Native;
pub use options::{Dependency, Options};
pub use part::Part;
pub use source::Source;
pub use stop::Stop;
pub use toolchain::Toolchain;
pub use workspace::Workspace;
