//! A module: a loaded source.

use std::any::{TypeId, type_name};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::Range;
use std::sync::Arc;

use jitney_build::{Export, ExportKind, Package, Status};
use jitney_link::Image;

use crate::callback::Trampolined;
use crate::error::{Error, NoSuchExport, WrongType};
use crate::function::Function;
use crate::global::Global;
use crate::registry::{self, Entry};
use crate::unload::{Lingerer, StillInUse, Unloaded};

/// How many names an error suggests.
const SUGGESTIONS: usize = 3;

/// Why a symbol that is not Rust's has no checked handle.
const FOREIGN: &str = "its object carries no types, so the compiler cannot vouch for one: use the unsafe \
                       `foreign_function` or `foreign_global`";

/// A loaded source: the functions and globals it exports, by path.
///
/// Dropping a module leaves it in memory, since pointers into it may be anywhere; only
/// [`Module::unload`] frees it.
pub struct Module {
    loaded: Arc<Loaded>,
}

/// What a source offers: the same for each of its loads.
#[derive(Debug, Default)]
pub(crate) struct Offer {
    pub(crate) name: String,
    pub(crate) exports: Vec<Export>,
    pub(crate) private: Vec<String>,
    pub(crate) package: Option<Package>,
}

/// What a module and its handles hold together.
pub(crate) struct Loaded {
    offer: Arc<Offer>,
    version: u64,
    /// Never dropped but by `unload`.
    image: ManuallyDrop<Image>,
    /// What the image calls of this program's own; as lasting as the image.
    closures: ManuallyDrop<Vec<Trampolined>>,
    /// The registry entry of each export that has one.
    entries: Vec<Option<*const Entry>>,
    /// The addresses of symbols that are not Rust's.
    foreign: HashMap<String, usize>,
}

// SAFETY: the raw pointers point to entries in the image, which are never written and live as long
// as it does.
unsafe impl Send for Loaded {}
// SAFETY: as above.
unsafe impl Sync for Loaded {}

/// The memory that a module occupies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Its addresses, a range for each image.
    pub ranges: Vec<Range<usize>>,
    /// Its size in bytes, in whole pages.
    pub bytes: usize,
}

impl Module {
    pub(crate) fn new(
        offer: Arc<Offer>,
        version: u64,
        image: Image,
        closures: Vec<Trampolined>,
    ) -> Module {
        let addresses: HashMap<&str, usize> = image
            .symbols()
            .filter_map(|symbol| Some((registry::marker(&symbol)?, symbol.address)))
            .collect();
        let entry = |export: &Export| match &export.status {
            Status::Exported { marker } => addresses
                .get(marker.as_str())
                .map(|address| *address as *const Entry),
            _ => None,
        };
        let entries = offer.exports.iter().map(entry).collect();
        let is_foreign = |export: &&Export| matches!(export.status, Status::Foreign { .. });
        let foreign_names: HashSet<&str> = offer
            .exports
            .iter()
            .filter(is_foreign)
            .map(|export| export.name.as_str())
            .collect();
        let foreign = image
            .symbols()
            .filter(|symbol| foreign_names.contains(symbol.name))
            .map(|symbol| (symbol.name.to_owned(), symbol.address))
            .collect();
        let loaded = Loaded {
            offer,
            version,
            image: ManuallyDrop::new(image),
            entries,
            foreign,
            closures: ManuallyDrop::new(closures),
        };
        Module {
            loaded: Arc::new(loaded),
        }
    }

    /// The module's name.
    pub fn name(&self) -> &str {
        &self.loaded.offer.name
    }

    /// Which load of its source it is, from 1.
    pub fn version(&self) -> u64 {
        self.loaded.version
    }

    /// What it offers, and what of its source cannot be handed out and why.
    pub fn exports(&self) -> &[Export] {
        &self.loaded.offer.exports
    }

    /// The package that it was built from, with its exact version; none for another source.
    pub fn package(&self) -> Option<&Package> {
        self.loaded.offer.package.as_ref()
    }

    /// The memory it occupies.
    pub fn memory(&self) -> Memory {
        Memory {
            ranges: vec![self.loaded.image.range()],
            bytes: self.loaded.image.memory(),
        }
    }

    /// A function by its path: `"add"`, `"shapes::area"`, `"Counter::new"`.
    ///
    /// `F` is the function's pointer type: `fn(i32, i32) -> i32`, or `unsafe fn(…)` or
    /// `extern "C" fn(…)` where the function is declared so. The handle keeps the module loaded.
    ///
    /// # Errors
    /// When there is no such function, with the nearest names; when it cannot be handed out, with
    /// the reason; when it has another type, with both.
    pub fn function<F: Copy + 'static>(&self, path: &str) -> Result<Function<F>, Error> {
        let entry = self.entry::<F>(path, ExportKind::Function)?;
        // The `TypeId` is that of a function pointer type, so `F` is one.
        assert_eq!(size_of::<F>(), size_of::<*mut ()>());
        let address = entry.address();
        // SAFETY: `F` is, by its `TypeId`, the function pointer type that the compiler cast the
        // function to when it wrote this address down.
        let pointer = unsafe { std::mem::transmute_copy::<*mut (), F>(&address) };
        Ok(Function::new(pointer, self.loaded.clone()))
    }

    /// A `pub static` by its path.
    ///
    /// # Errors
    /// As for [`Module::function`]; and for a `static mut`, which [`Module::global_mut`] gives.
    pub fn global<T: 'static>(&self, path: &str) -> Result<Global<T>, Error> {
        let entry = self.entry::<T>(path, ExportKind::Global)?;
        if self.is_mutable(path) {
            return Err(Error::NotExportable {
                path: path.to_owned(),
                reason: "it is a `static mut`, which no shared reference can be given to; use `global_mut`".into(),
            });
        }
        // SAFETY: the entry's address is that of a static of type `T`, which lives as long as the
        // image; the handle keeps the module loaded. A static that is not `mut` is `Sync`.
        Ok(unsafe { Global::new(entry.address().cast::<T>(), self.loaded.clone()) })
    }

    /// The address of a `pub static mut`, or of any other static.
    ///
    /// Using the pointer is `unsafe`; nothing keeps the module loaded for it.
    ///
    /// # Errors
    /// As for [`Module::function`].
    pub fn global_mut<T: 'static>(&self, path: &str) -> Result<*mut T, Error> {
        let entry = self.entry::<T>(path, ExportKind::Global)?;
        Ok(entry.address().cast())
    }

    pub(crate) fn loaded(&self) -> &Arc<Loaded> {
        &self.loaded
    }

    /// The address of a symbol that is not Rust's.
    pub(crate) fn address(&self, symbol: &str) -> Option<usize> {
        self.loaded.foreign.get(symbol).copied()
    }

    fn is_mutable(&self, path: &str) -> bool {
        self.exports()
            .iter()
            .any(|export| export.name == path && export.signature.contains("static mut "))
    }

    /// The entry of an export that has type `T`.
    fn entry<T: 'static>(&self, path: &str, kind: ExportKind) -> Result<&Entry, Error> {
        let mut refusal = None;
        for (export, entry) in self.exports().iter().zip(&self.loaded.entries) {
            if export.name != path || export.kind != kind {
                continue;
            }
            let entry = match (entry, &export.status) {
                // SAFETY: the linker gave this address to the entry's symbol; `self` keeps the
                // image, which holds it.
                (Some(entry), _) => unsafe { &**entry },
                (None, Status::Refused { reason }) => {
                    refusal = Some(reason.as_str());
                    continue;
                }
                (None, Status::Foreign { .. }) => {
                    refusal = Some(FOREIGN);
                    continue;
                }
                (None, _) => continue,
            };
            if entry.type_id() == TypeId::of::<T>() {
                return Ok(entry);
            }
            return Err(Error::WrongType(WrongType {
                kind: kind_name(kind),
                path: path.to_owned(),
                actual: entry.type_name().to_owned(),
                requested: type_name::<T>().to_owned(),
            }));
        }
        match refusal {
            Some(reason) => Err(Error::NotExportable {
                path: path.to_owned(),
                reason: reason.to_owned(),
            }),
            None => Err(Error::NoSuchExport(self.no_such(path, kind))),
        }
    }

    /// The address of an exported function, and its type as the compiler spells it.
    pub(crate) fn function_entry(&self, path: &str) -> Result<(*mut (), &'static str), Error> {
        let kind = ExportKind::Function;
        let mut exports = self.loaded.offer.exports.iter().zip(&self.loaded.entries);
        let entry = exports.find_map(|(export, entry)| {
            let wanted = export.name == path && export.kind == kind;
            entry.filter(|_| wanted)
        });
        match entry {
            // SAFETY: as in `entry`.
            Some(entry) => unsafe { Ok(((*entry).address(), (*entry).type_name())) },
            // There is none of any type: this says why.
            None => Err(self
                .entry::<()>(path, kind)
                .err()
                .unwrap_or_else(|| Error::NoSuchExport(self.no_such(path, kind)))),
        }
    }

    pub(crate) fn no_such(&self, path: &str, kind: ExportKind) -> NoSuchExport {
        let of_kind = |kind| {
            self.exports()
                .iter()
                .filter(move |export| export.kind == kind && export.is_exported())
        };
        let distance =
            |name: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &path.to_lowercase());
        let mut nearest: Vec<(usize, &str)> = of_kind(kind)
            .map(|export| (distance(&export.name), export.name.as_str()))
            // A name that shares less than half of its letters is no help.
            .filter(|(distance, name)| {
                *distance * 2 <= name.len().max(path.len()) || name.ends_with(&format!("::{path}"))
            })
            .collect();
        nearest.sort_unstable();
        let hint = if self.loaded.offer.private.iter().any(|name| name == path) {
            Some("there is one of that name, but it is private: make it `pub`".to_owned())
        } else {
            let other = self
                .exports()
                .iter()
                .find(|export| export.name == path && export.kind != kind);
            other.map(|export| {
                format!(
                    "that is a {}: `{}`",
                    kind_name(export.kind),
                    export.signature
                )
            })
        };
        NoSuchExport {
            kind: kind_name(kind),
            name: path.to_owned(),
            module: self.loaded.offer.name.clone(),
            nearest: nearest
                .into_iter()
                .take(SUGGESTIONS)
                .map(|(_, name)| name.to_owned())
                .collect(),
            hint,
        }
    }

    /// What still uses the module, as far as is known: handles, and thread-local destructors that
    /// are still to run.
    pub fn lingerers(&self) -> Vec<Lingerer> {
        let mut lingerers = Vec::new();
        match Arc::strong_count(&self.loaded) - 1 {
            0 => {}
            count => lingerers.push(Lingerer::Handles { count }),
        }
        match self.loaded.image.pending_destructors() {
            0 => {}
            count => lingerers.push(Lingerer::ThreadLocalDestructors { count }),
        }
        lingerers
    }

    /// Frees the module: its memory, its registrations, its thread-locals. String and byte literals
    /// stay: a `&'static str` that came out of the module is good for ever.
    ///
    /// # Errors
    /// [`StillInUse`], which gives the module back, while a handle to it lives or a thread has yet to
    /// run a thread-local destructor of it. Where what the module runs at its end (exit handlers,
    /// destructors of static objects) makes such a thread-local, that has run, once.
    ///
    /// # Safety
    /// Nothing may use the module any more, beside what is checked: no thread runs in its code or
    /// will return to it, and no pointer into it is used again: function pointers, trait objects and
    /// closures of its types, references to its statics, types whose drop glue is its code.
    pub unsafe fn unload(self) -> Result<Unloaded, StillInUse> {
        let lingerers = self.lingerers();
        if !lingerers.is_empty() {
            return Err(StillInUse::new(self, lingerers));
        }
        let mut loaded = match Arc::try_unwrap(self.loaded) {
            Ok(loaded) => loaded,
            // A handle cannot have been made since: that takes the module, which is here.
            Err(loaded) => {
                let count = Arc::strong_count(&loaded) - 1;
                return Err(StillInUse::new(
                    Module { loaded },
                    vec![Lingerer::Handles { count }],
                ));
            }
        };
        let bytes = loaded.image.memory();
        // SAFETY: the caller vouches that the module is idle, so that its destructors may run.
        unsafe { loaded.image.finalize() };
        // What those made for this thread goes with the thread.
        let count = loaded.image.pending_destructors();
        if count > 0 {
            let loaded = Arc::new(loaded);
            return Err(StillInUse::new(
                Module { loaded },
                vec![Lingerer::ThreadLocalDestructors { count }],
            ));
        }
        // SAFETY: after its destructors nothing uses the image, which is dropped once, here.
        unsafe {
            ManuallyDrop::drop(&mut loaded.image);
            ManuallyDrop::drop(&mut loaded.closures);
        }
        Ok(Unloaded { bytes })
    }
}

impl fmt::Debug for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Module({} v{} at {:x?})",
            self.loaded.offer.name,
            self.loaded.version,
            self.loaded.image.range()
        )
    }
}

fn kind_name(kind: ExportKind) -> &'static str {
    match kind {
        ExportKind::Function => "function",
        ExportKind::Global => "global",
        ExportKind::Type => "type",
    }
}
