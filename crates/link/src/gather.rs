//! Gathering: which objects make up a module.
//!
//! Those that the caller names, and of the archives beside them each member that defines what is
//! undefined so far, until nothing changes: the order of archives does not matter, as between a
//! system linker's `--start-group` and `--end-group`. A reference that is weak brings no member
//! (System V ABI, "Symbol Table", on archives).

use std::collections::VecDeque;
use std::sync::Arc;

use object::elf;
use rustc_hash::FxHashSet;

use crate::error::Error;
use crate::read::{Library, Object, SymbolPlace};

/// A module's objects, in the order in which they were named or needed.
///
/// # Errors
/// When a member that is needed is damaged.
pub(crate) fn gather(
    named: Vec<Object>,
    archives: Option<&Library>,
    whole: bool,
) -> Result<Vec<Arc<Object>>, Error> {
    let mut objects: Vec<Arc<Object>> = named.into_iter().map(Arc::new).collect();
    let Some(archives) = archives else {
        return Ok(objects);
    };
    if whole {
        for object in archives.objects() {
            objects.push(object?);
        }
        return Ok(objects);
    }
    let mut names = Names::default();
    let mut members = FxHashSet::default();
    for object in &objects {
        names.take(object);
    }
    while let Some(name) = names.wanted.pop_front() {
        if names.defined.contains(&name) {
            continue;
        }
        let Some(definition) = archives.find(&name)? else {
            continue;
        };
        if members.insert(Arc::as_ptr(&definition.object).addr()) {
            names.take(&definition.object);
            objects.push(definition.object);
        }
    }
    Ok(objects)
}

/// The global names of the objects so far.
#[derive(Default)]
struct Names {
    defined: FxHashSet<Box<[u8]>>,
    /// In the order in which they were met.
    wanted: VecDeque<Box<[u8]>>,
    asked: FxHashSet<Box<[u8]>>,
}

impl Names {
    fn take(&mut self, object: &Object) {
        for (index, symbol) in (0u32..).zip(object.symbols()) {
            if symbol.st_bind() == elf::STB_LOCAL {
                continue;
            }
            let name = object.symbol_name(index);
            if object.place(index) != SymbolPlace::Undefined {
                self.defined.insert(name.into());
            } else if symbol.st_bind() != elf::STB_WEAK && self.asked.insert(name.into()) {
                self.wanted.push_back(name.into());
            }
        }
    }
}
