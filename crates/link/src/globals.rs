//! The global symbols that a module's own objects define, and which of several definitions counts.

use std::sync::Arc;

use object::elf;
use object::endian::LittleEndian as LE;
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::definitions::Definitions;
use crate::error::Error;
use crate::names::versioned;
use crate::read::{Object, SymbolPlace};
use crate::target::ObjectId;

/// Names to the definitions that count. Empty for a module of one object, where each definition is the
/// one that counts and nothing else asks for it by name.
pub(crate) type Globals<'module> = FxHashMap<&'module [u8], (ObjectId, u32)>;

/// How much a definition counts: a later one takes an earlier one's place when it has more. Of two
/// COMMON ones the larger counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    Weak,
    Common(u64),
    Strong,
}

/// Gathers a module's global definitions. The rules are the system linker's (System V ABI, "Symbol
/// Table"): strong before COMMON before weak, and among equals the first.
///
/// # Errors
/// [`Error::Duplicate`] for two strong definitions, unless both are in COMDAT groups, which say that
/// one of them is enough; and for a strong one of a name that the caller defines.
pub(crate) fn globals<'m>(
    module: &'m [Arc<Object>],
    definitions: &Definitions<'_>,
) -> Result<Globals<'m>, Error> {
    if let [alone] = module
        && !alone.has_versions()
        && definitions.symbols.is_empty()
    {
        return Ok(Globals::default());
    }
    let symbols = module.iter().map(|object| object.symbols().len()).sum();
    let mut globals = Globals::with_capacity_and_hasher(symbols, FxBuildHasher);
    for (number, object) in module.iter().enumerate() {
        let has_versions = object.has_versions();
        for (index, symbol) in (0u32..).zip(object.symbols()) {
            let name = object.symbol_name(index);
            if symbol.st_bind() == elf::STB_LOCAL
                || name.is_empty()
                || object.place(index) == SymbolPlace::Undefined
            {
                continue;
            }
            // The default version of a name is what the plain name means.
            let name = match has_versions.then(|| versioned(name)).flatten() {
                Some(parts) if parts.is_default => parts.name,
                _ => name,
            };
            let definition = (ObjectId::module(number), index);
            if definitions.find(name).is_some() && strength(module, definition) == Strength::Strong
            {
                return Err(Error::Duplicate {
                    symbol: String::from_utf8_lossy(name).into_owned(),
                    places: [
                        "the caller's definitions".to_owned(),
                        shown_place(module, definition),
                    ],
                });
            }
            let known = globals.entry(name).or_insert(definition);
            let (new, old) = (strength(module, definition), strength(module, *known));
            if new > old {
                *known = definition;
            } else if new == Strength::Strong
                && old == Strength::Strong
                && *known != definition
                && !(grouped(module, definition) && grouped(module, *known))
            {
                return Err(Error::Duplicate {
                    symbol: String::from_utf8_lossy(name).into_owned(),
                    places: [*known, definition].map(|place| shown_place(module, place)),
                });
            }
        }
    }
    Ok(globals)
}

fn strength(module: &[Arc<Object>], (id, symbol): (ObjectId, u32)) -> Strength {
    let object = &module[id.index()];
    let record = &object.symbols()[symbol as usize];
    if object.is_common(symbol) {
        Strength::Common(record.st_size.get(LE))
    } else if record.st_bind() == elf::STB_WEAK {
        Strength::Weak
    } else {
        Strength::Strong
    }
}

/// Whether a definition is in a COMDAT group.
fn grouped(module: &[Arc<Object>], (id, symbol): (ObjectId, u32)) -> bool {
    let object = &module[id.index()];
    match object.place(symbol) {
        SymbolPlace::Section(section) => object.sections[section as usize].group.is_some(),
        _ => false,
    }
}

/// Where a definition is: `a.o` (.text+0x10).
fn shown_place(module: &[Arc<Object>], (id, symbol): (ObjectId, u32)) -> String {
    let object = &module[id.index()];
    match object.place(symbol) {
        SymbolPlace::Section(section) if !object.is_common(symbol) => format!(
            "`{}` ({}+{:#x})",
            object.name,
            object.shown_section_name(section),
            object.symbols()[symbol as usize].st_value.get(LE)
        ),
        _ => format!("`{}`", object.name),
    }
}
