//! The copy of a source that carries the export registry.
//!
//! Nothing of the user's text moves to another line: what goes into a module `{ … }` stands right before its closing
//! brace, what goes into a file stands after its last line. The byte ranges of what was inserted let the caller tell
//! rustc's messages about it from those about the user's own text.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;

use super::Survey;

/// What the root module carries beside the entries: the type of them all.
///
/// No user's lint setting may reject it. Hence `pub(crate)` (`unreachable_pub`), names with an underscore for fields
/// that the source itself never reads (`dead_code`), and no `unsafe`. `extern crate core` makes it independent of the
/// edition, of `#![no_std]` and of what the source calls `core`.
const REGISTRY: &str = "#[doc(hidden)] mod __jitney { extern crate core as c; \
#[repr(C)] pub(crate) struct Entry { _address: c::sync::atomic::AtomicPtr<()>, _id: c::any::TypeId, \
_name: fn() -> &'static str } \
impl Entry { pub(crate) const fn new<T: 'static>(p: *mut ()) -> Entry { \
Entry { _address: c::sync::atomic::AtomicPtr::new(p), _id: c::any::TypeId::of::<T>(), \
_name: c::any::type_name::<T> } } } }\n";

/// The registry entry of one export.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// An index into the survey's exports.
    pub(crate) export: usize,
    /// An index into the survey's files, and the place in that file's text, in bytes.
    pub(crate) file: usize,
    pub(crate) at: usize,
    pub(crate) text: String,
}

/// One file of the spliced copy.
#[derive(Clone, Debug)]
pub(crate) struct SplicedFile {
    /// The file it is a copy of; None for the root text.
    pub(crate) path: Option<PathBuf>,
    pub(crate) text: String,
    /// In the order of the text.
    pub(crate) inserted: Vec<Insertion>,
}

/// A stretch of the new text that is not the user's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Insertion {
    /// In bytes of the new text.
    pub(crate) range: Range<usize>,
    /// The export whose entry this is (an index into the survey's exports); None for what belongs to all.
    pub(crate) export: Option<usize>,
}

impl Survey {
    /// Copies of all files (the root first) with the registry entries of all exports but those in `without`.
    ///
    /// A copy without any entry is the text itself.
    pub(crate) fn splice(&self, without: &BTreeSet<usize>) -> Vec<SplicedFile> {
        let mut kept: Vec<&Entry> = self
            .entries
            .iter()
            .filter(|entry| !without.contains(&entry.export))
            .collect();
        kept.sort_by_key(|entry| (entry.file, entry.at));
        let any = !kept.is_empty();
        let mut copies = Vec::new();
        for (index, file) in self.files.iter().enumerate() {
            let entries = kept.iter().filter(|entry| entry.file == index).copied();
            let mut copy = Copy::new(file.path.clone(), &file.text);
            let (inner, last): (Vec<_>, Vec<_>) =
                entries.partition(|entry| entry.at < file.text.len());
            inner
                .into_iter()
                .for_each(|entry| copy.insert(entry.at, &entry.text, Some(entry.export)));
            copy.take_up_to(file.text.len());
            if index == 0 && any {
                copy.new_line();
                copy.append(REGISTRY, None);
            }
            for entry in last {
                copy.new_line();
                copy.append(&format!("{}\n", entry.text), Some(entry.export));
            }
            copies.push(copy.file);
        }
        copies
    }
}

/// A text that is being copied.
struct Copy<'t> {
    from: &'t str,
    copied: usize,
    file: SplicedFile,
}

impl<'t> Copy<'t> {
    fn new(path: Option<PathBuf>, from: &'t str) -> Copy<'t> {
        Copy {
            from,
            copied: 0,
            file: SplicedFile {
                path,
                text: String::with_capacity(from.len()),
                inserted: Vec::new(),
            },
        }
    }

    fn take_up_to(&mut self, at: usize) {
        self.file.text.push_str(&self.from[self.copied..at]);
        self.copied = at;
    }

    fn insert(&mut self, at: usize, text: &str, export: Option<usize>) {
        self.take_up_to(at);
        self.append(text, export);
    }

    fn append(&mut self, text: &str, export: Option<usize>) {
        let begin = self.file.text.len();
        self.file.text.push_str(text);
        self.file.inserted.push(Insertion {
            range: begin..self.file.text.len(),
            export,
        });
    }

    /// Ends the last line, if it is not ended: it may be a comment.
    fn new_line(&mut self) {
        if !self.file.text.is_empty() && !self.file.text.ends_with('\n') {
            self.append("\n", None);
        }
    }
}
