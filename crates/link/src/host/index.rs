//! A hash table from the host's symbol names to their numbers.
//!
//! Every process that links pays for it, so it must be quick for a program of a hundred thousand
//! symbols: the names stay in the file, and an entry takes four bytes.

use std::hash::Hasher;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use object::elf;
use object::endian::LittleEndian as LE;
use rustc_hash::FxHasher;

use crate::read::{Symbol, c_string};

/// Which names an index holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Names {
    #[default]
    All,
    /// Variables without what the optimizer added to their names, and functions that it cannot
    /// have changed: GLOBAL ones of other languages.
    Data,
}

/// Names to symbol numbers.
#[derive(Debug, Default)]
pub(super) struct Index {
    table: HashTable<Slot>,
}

/// A symbol's number, and [`AMBIGUOUS`].
#[derive(Clone, Copy, Debug)]
struct Slot(u32);

/// Set where several LOCAL symbols have one name.
const AMBIGUOUS: u32 = 1 << 31;

impl Slot {
    fn number(self) -> usize {
        (self.0 & !AMBIGUOUS) as usize
    }
}

fn hash(name: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(name);
    hasher.finish()
}

/// What the optimizer appends to the names of LOCAL symbols that it moved between objects.
const MOVED: &[u8] = b".llvm.";

/// A name without what the optimizer appended.
pub(super) fn as_written(name: &[u8]) -> &[u8] {
    let end = memchr::memmem::find(name, MOVED).unwrap_or(name.len());
    &name[..end]
}

impl Names {
    /// The name that a symbol is found by; `None` for one that nobody looks for.
    pub(super) fn of<'data>(self, symbol: &Symbol, strings: &'data [u8]) -> Option<&'data [u8]> {
        let offset = symbol.st_name.get(LE);
        let kind = symbol.st_type();
        let local = symbol.st_bind() == elf::STB_LOCAL;
        if symbol.st_shndx.get(LE) == elf::SHN_UNDEF || offset == 0 {
            return None;
        }
        match kind {
            elf::STT_SECTION | elf::STT_FILE => return None,
            // Labels: the tables of exception handlers, one for each function.
            elf::STT_NOTYPE if local => return None,
            _ => {}
        }
        let name = c_string(strings, offset)?;
        if self == Names::All {
            return Some(name);
        }
        match kind {
            elf::STT_OBJECT | elf::STT_TLS => Some(as_written(name)),
            _ if local || name.starts_with(b"_R") || name.starts_with(b"_ZN") => None,
            _ => Some(name),
        }
    }
}

impl Index {
    pub(super) fn new(symbols: &[Symbol], strings: &[u8], names: Names) -> Index {
        let capacity = match names {
            Names::All => symbols.len(),
            Names::Data => symbols.len() / 8,
        };
        let mut table = HashTable::<Slot>::with_capacity(capacity);
        let name_of = |slot: &Slot| {
            let symbol = &symbols[slot.number()];
            names.of(symbol, strings).unwrap_or_default()
        };
        let count = symbols.len().min(AMBIGUOUS as usize);
        for (number, symbol) in symbols[..count].iter().enumerate() {
            let Some(name) = names.of(symbol, strings) else {
                continue;
            };
            let slot = Slot(number as u32);
            let entry = table.entry(
                hash(name),
                |other| name_of(other) == name,
                |other| hash(name_of(other)),
            );
            match entry {
                Entry::Vacant(place) => {
                    place.insert(slot);
                }
                Entry::Occupied(mut other) => {
                    let other = other.get_mut();
                    let is_local = |symbol: &Symbol| symbol.st_bind() == elf::STB_LOCAL;
                    match (is_local(symbol), is_local(&symbols[other.number()])) {
                        (false, true) => *other = slot,
                        (true, true) => other.0 |= AMBIGUOUS,
                        _ => {}
                    }
                }
            }
        }
        Index { table }
    }

    /// The number of the one symbol of a name; `None` when there is none, or several LOCAL ones.
    pub(super) fn get(
        &self,
        name: &[u8],
        symbols: &[Symbol],
        strings: &[u8],
        names: Names,
    ) -> Option<usize> {
        let name_of = |slot: &Slot| names.of(symbols.get(slot.number())?, strings);
        let slot = self
            .table
            .find(hash(name), |slot| name_of(slot) == Some(name))?;
        (slot.0 & AMBIGUOUS == 0).then_some(slot.number())
    }
}
