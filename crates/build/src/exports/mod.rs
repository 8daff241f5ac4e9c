//! What a Rust source offers, found in its text, and the copy of the source that says where each of it is.
//!
//! This stands between a source and rustc. [`survey`] reads the root text and the files of its modules and lists the
//! [`Export`]s; [`Survey::splice`] gives the texts that rustc is to compile: the user's own, with one static (a
//! *registry entry*) for each export, in which the compiler itself records the address, the `TypeId` and the name of
//! its type. No process is started here, and nothing is written.
//!
//! The compiler is the judge of what cannot be named: an entry that it rejects is found by its byte range, and
//! [`Survey::splice`] leaves it out the next time.
//!
//! ```text
//! outline → tokens → items → definition → tree   what is there       (attributes, folders, inclusion help)
//! names → public → privacy                       who can name it      (outside: what other crates' is offered)
//! plain, pointer (lifetimes) → entries → splice  how it is offered   (print writes signatures)
//! shape                                          what decides its types
//! ```
//!
//! # Limits
//! - Items that a macro makes are not seen, nor those of `include!` and of function bodies. The option
//!   `.export("path", "fn(..)")` names such a function.
//! - `#[cfg]` is not evaluated but repeated on the entry. A function that is there twice under opposite conditions gives
//!   two exports of one path: the one whose marker is in the object is the real one.
//! - A file that two modules share is searched for exports in the first of them.

mod attributes;
mod definition;
mod entries;
mod folders;
mod inclusion;
mod items;
mod lifetimes;
mod names;
mod outline;
mod outside;
mod plain;
mod pointer;
mod print;
mod privacy;
mod public;
mod shape;
mod splice;
#[cfg(test)]
mod tests;
mod tokens;
mod tree;

use std::path::{Path, PathBuf};

use definition::Meaning;
use names::Names;
pub(crate) use outside::Outside;
use public::Public;
use serde::{Deserialize, Serialize};
pub(crate) use shape::shape;
pub(crate) use splice::{Insertion, SplicedFile};
use tree::Tree;

use crate::own_thread::on_own_thread;

/// Something that a source offers to whoever loads it.
///
/// It is found in the source itself; items that a macro makes are not seen. A definition that is there twice under
/// different `#[cfg]`s is listed once, as the one that was compiled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// The path from the crate root by which it is asked for: `add`, `shapes::area`, `Counter::new`. Raw identifiers
    /// stand without `r#`. The type arguments of `impl Pair<u8>` are part of the path: `Pair<u8>::new`.
    pub name: String,
    /// What it is.
    pub kind: ExportKind,
    /// The item as it is written, on one line and without its body: `pub fn add(a: i32, b: i32) -> i32`.
    pub signature: String,
    /// Its doc comment.
    pub doc: Option<String>,
    /// Whether it can be had, and if not, why.
    pub status: Status,
}

impl Export {
    /// Its name: the path from the crate root by which it is asked for.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is.
    pub fn kind(&self) -> ExportKind {
        self.kind
    }

    /// The item as it is written, on one line and without its body.
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// Its doc comment.
    pub fn doc(&self) -> Option<&str> {
        self.doc.as_deref()
    }

    /// Whether it can be handed out.
    pub fn is_exported(&self) -> bool {
        matches!(
            self.status,
            Status::Exported { .. } | Status::Foreign { .. }
        )
    }

    /// Why it cannot be handed out, where it cannot.
    pub fn reason(&self) -> Option<&str> {
        match &self.status {
            Status::Refused { reason } => Some(reason),
            _ => None,
        }
    }
}

/// What an [`Export`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ExportKind {
    /// A function, method or associated function.
    Function,
    /// A static.
    Global,
    /// A type or trait. It is listed for information: there is no handle to a type.
    Type,
}

/// Whether an [`Export`] can be had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// The object has a registry entry for it.
    Exported {
        /// A part of the entry's symbol name that no other symbol of the object has, such as `__JITNEY_EXPORT_7__`.
        marker: String,
    },
    /// It is public but cannot be exported.
    Refused {
        /// Why, and what to do about it, as a clause without its full stop.
        reason: String,
    },
    /// It is a symbol of an object that is not Rust's, which carries no type: it is had by unsafe lookups.
    Foreign {
        /// How many bytes it occupies; 0 where the object does not say.
        size: u64,
    },
    /// It is listed for information only.
    Informational,
}

/// What was found in a source.
#[derive(Clone, Debug)]
pub(crate) struct Survey {
    /// All public items, also those that cannot be exported.
    pub(crate) exports: Vec<Export>,
    /// The paths of functions that cannot be reached from outside, as the source has them. They let a missing name be
    /// answered with "there is a private function of that name: make it pub".
    pub(crate) private: Vec<String>,
    /// Whether the root has a `main`.
    pub(crate) has_main: bool,
    /// Whether the root text holds no item at all.
    pub(crate) is_empty: bool,
    /// The line of a `#[global_allocator]`.
    pub(crate) global_allocator: Option<usize>,
    /// Whether the text is not the whole source: `mod x;`, `#[path]`, or an `include!` of any kind stands in it.
    pub(crate) reads_files: bool,
    /// The root text, then the files of out-of-line modules.
    pub(crate) files: Vec<SurveyedFile>,
    /// The paths of functions that can be exported, and the types of their pointers, as spelled in their modules.
    pub(crate) function_types: Vec<(String, String)>,
    /// What is offered of other crates.
    pub(crate) outside: Vec<Outside>,
    entries: Vec<splice::Entry>,
}

/// One text of a source.
#[derive(Clone, Debug)]
pub(crate) struct SurveyedFile {
    /// None for the root text.
    pub(crate) path: Option<PathBuf>,
    pub(crate) text: String,
}

/// Reads a source: its root text, and the files of its modules, which are looked for beside `root_path`.
///
/// `extra` are paths and function pointer types (`("largest", "fn(i32, i32) -> i32")`) to be exported beside what is
/// found, and instead of what has the same path.
///
/// # Errors
/// The text cannot be divided into items, so it cannot compile either: rustc's own message will be the better one. The
/// error's text begins with file, line and column.
pub(crate) fn survey(
    root_text: &str,
    root_path: Option<&Path>,
    extra: &[(String, String)],
) -> Result<Survey, syn::Error> {
    // Invalidating proc-macro2's spans by hand would also hit those of a host that parses Rust itself.
    let found = on_own_thread(|| survey_here(root_text, root_path, extra));
    found.map_err(|message| syn::Error::new(proc_macro2::Span::call_site(), message))
}

fn survey_here(
    root_text: &str,
    root_path: Option<&Path>,
    extra: &[(String, String)],
) -> Result<Survey, String> {
    let tree = Tree::read(root_text, root_path)?;
    let names = Names::new(&tree);
    let public = Public::new(&names);
    let found = entries::find(&names, &public, extra);
    let outside = outside::find(&names, &public);
    let root = &tree.modules[0];
    let is_main = |definition: &definition::Definition| {
        definition.name == "main" && matches!(definition.meaning, Meaning::Function(_))
    };
    let has_main = root.definitions.iter().any(is_main)
        || root
            .uses
            .iter()
            .any(|import| import.name.as_deref() == Some("main") && !import.types_only);
    Ok(Survey {
        exports: found.exports,
        private: found.private,
        has_main,
        is_empty: tree.is_empty,
        global_allocator: tree.global_allocator,
        reads_files: tree.reads_files,
        files: tree.files,
        function_types: found.function_types,
        outside,
        entries: found.entries,
    })
}
