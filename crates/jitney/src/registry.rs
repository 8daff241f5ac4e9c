//! The export registry: the entries that the build splices into a source, as they lie in an image.

use std::any::TypeId;
use std::sync::atomic::{AtomicPtr, Ordering};

use jitney_link::Symbol;

/// One entry, laid out as the spliced code lays it out. Both sides are built by one compiler, which
/// [`Jit::new`](crate::Jit::new) makes sure of.
#[repr(C)]
pub(crate) struct Entry {
    address: AtomicPtr<()>,
    id: TypeId,
    name: fn() -> &'static str,
}

/// What every entry's symbol name contains, before its number and two underscores.
const MARKER: &str = "__JITNEY_EXPORT_";

/// Whether a symbol is a registry entry.
pub(crate) fn is_entry(symbol: &[u8]) -> bool {
    symbol
        .windows(MARKER.len())
        .any(|window| window == MARKER.as_bytes())
}

/// Whether a variable can be an entry, by where it is and how large.
pub(crate) fn is_entry_sized(address: usize, size: u64) -> bool {
    address.is_multiple_of(align_of::<Entry>()) && size == size_of::<Entry>() as u64
}

/// The part of an entry's symbol name that tells which export it is for. None for another symbol; a closure that calls
/// the export is named after the entry that it stands in, but is a function.
pub(crate) fn marker<'s>(symbol: &Symbol<'s>) -> Option<&'s str> {
    let symbol = Some(symbol.name).filter(|_| !symbol.is_function)?;
    let entry = &symbol[symbol.find(MARKER)?..];
    let number = entry[MARKER.len()..].find("__")?;
    Some(&entry[..MARKER.len() + number + 2])
}

impl Entry {
    /// The export's address.
    pub(crate) fn address(&self) -> *mut () {
        self.address.load(Ordering::Relaxed)
    }

    /// The `TypeId` of the export's function pointer or static, as the compiler gave it.
    pub(crate) fn type_id(&self) -> TypeId {
        self.id
    }

    /// The type's name, as the compiler spells it.
    pub(crate) fn type_name(&self) -> &'static str {
        (self.name)()
    }
}
