//! The symbols that the caller of a link wants: what reaching starts from, and what the image offers.

use std::sync::Arc;

use object::elf;
use object::endian::LittleEndian as LE;
use rustc_hash::FxHashSet;

use crate::error::Error;
use crate::indirect;
use crate::names::is_rust_name;
use crate::place::Addresses;
use crate::read::{Class, Object, SymbolPlace};
use crate::resolve::{Place, Resolver};
use crate::target::{ObjectId, SectionId, Target};

/// The symbols of a module that the caller asks for, each definition once.
#[derive(Debug, Default)]
pub(crate) struct Roots(Vec<Root>);

#[derive(Debug)]
struct Root {
    /// Where the name is written: an object of the module and a symbol of it.
    name: (usize, u32),
    section: SectionId,
    offset: u64,
    size: u64,
    is_function: bool,
    /// It is the resolver of the function that is wanted (IFUNC).
    is_resolver: bool,
}

/// A symbol of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Symbol<'a> {
    /// Its name, mangled as it is in the object.
    pub name: &'a str,
    /// Its address.
    pub address: usize,
    /// What it occupies, in bytes; 0 where the object does not say.
    pub size: u64,
    /// Whether it is a function; otherwise a variable or constant.
    pub is_function: bool,
}

/// The symbols that an image offers.
#[derive(Debug, Default)]
pub(crate) struct Symbols {
    names: String,
    /// The end of each name in `names`, and the rest of the symbol.
    entries: Vec<(usize, Entry)>,
}

#[derive(Debug)]
struct Entry {
    address: usize,
    size: u64,
    is_function: bool,
    is_resolver: bool,
}

impl Roots {
    /// Asks the caller about each symbol that the module defines for others.
    ///
    /// # Errors
    /// When one of them cannot be linked, or lies outside its section.
    pub(crate) fn find(
        module: &[Arc<Object>],
        resolver: &mut Resolver<'_>,
        is_root: &dyn Fn(&[u8]) -> bool,
    ) -> Result<Roots, Error> {
        let mut roots = Vec::new();
        // Several objects may define a name; of these definitions the resolver takes one.
        let several = module.len() > 1;
        let mut seen = FxHashSet::default();
        for (number, object) in module.iter().enumerate() {
            for (index, symbol) in (0u32..).zip(object.symbols()) {
                if matches!(symbol.st_type(), elf::STT_SECTION | elf::STT_FILE) {
                    continue;
                }
                let name = object.symbol_name(index);
                let SymbolPlace::Section(section) = object.place(index) else {
                    continue;
                };
                let class = object.sections[section as usize].class;
                // rustc makes statics LOCAL that are meant for others; a C file's are its own business.
                if name.is_empty()
                    || symbol.st_bind() == elf::STB_LOCAL && !is_rust_name(name)
                    || matches!(class, Class::NotLoaded | Class::ThreadLocal)
                    || !is_root(name)
                {
                    continue;
                }
                let offset = symbol.st_value.get(LE);
                let place = Place { section, offset };
                let target = resolver.resolve(ObjectId::module(number), index, place)?;
                let (Target::Section { section, offset } | Target::Indirect { section, offset }) =
                    target
                else {
                    continue;
                };
                if several && !seen.insert((name, section, offset)) {
                    continue;
                }
                if offset > module[section.object.index()].sections[section.index as usize].size {
                    return Err(Error::Damaged {
                        object: object.name.clone(),
                        reason: format!(
                            "the symbol {} lies past the end of its section",
                            String::from_utf8_lossy(name)
                        ),
                    });
                }
                roots.push(Root {
                    name: (number, index),
                    section,
                    offset,
                    size: symbol.st_size.get(LE),
                    // fasm calls every label a function; other assemblers say nothing.
                    is_function: matches!(
                        symbol.st_type(),
                        elf::STT_FUNC | elf::STT_GNU_IFUNC | elf::STT_NOTYPE
                    ) && class == Class::Code,
                    is_resolver: matches!(target, Target::Indirect { .. }),
                });
            }
        }
        Ok(Roots(roots))
    }

    /// The sections that they are in.
    pub(crate) fn sections(&self) -> impl Iterator<Item = SectionId> {
        self.0.iter().map(|root| root.section)
    }

    /// The roots with their addresses.
    pub(crate) fn into_symbols(self, module: &[Arc<Object>], addresses: &Addresses) -> Symbols {
        let mut symbols = Symbols {
            names: String::with_capacity(self.0.len() * 24),
            entries: Vec::with_capacity(self.0.len()),
        };
        for root in self.0 {
            let (object, symbol) = root.name;
            let name = module[object].symbol_name(symbol);
            match str::from_utf8(name) {
                Ok(name) => symbols.names.push_str(name),
                Err(_) => symbols.names.push_str(&String::from_utf8_lossy(name)),
            }
            let start = addresses.get(root.section).unwrap_or_default();
            let entry = Entry {
                address: start.wrapping_add(root.offset) as usize,
                size: root.size,
                is_function: root.is_function,
                is_resolver: root.is_resolver,
            };
            symbols.entries.push((symbols.names.len(), entry));
        }
        symbols
    }
}

impl Symbols {
    /// Replaces resolvers by the functions that they choose.
    ///
    /// # Safety
    /// The image is sealed, and its resolvers are fit to run.
    pub(crate) unsafe fn choose(&mut self) {
        for (_, entry) in self.entries.iter_mut().filter(|(_, e)| e.is_resolver) {
            // SAFETY: the object says that it is a resolver; the rest is the caller's promise.
            entry.address = unsafe { indirect::choose(entry.address as u64) } as usize;
            entry.is_resolver = false;
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Symbol<'_>> {
        let mut start = 0;
        self.entries.iter().map(move |(end, entry)| {
            let name = &self.names[std::mem::replace(&mut start, *end)..*end];
            Symbol {
                name,
                address: entry.address,
                size: entry.size,
                is_function: entry.is_function,
            }
        })
    }
}
