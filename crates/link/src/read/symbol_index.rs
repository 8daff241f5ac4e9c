//! A hash table from symbol names to numbers that does not own the names.
//!
//! The names stay in the mapped files; the table holds four bytes a symbol. This is what keeps the
//! start-up cost of a large host at a fraction of the time that its symbols took to link.

use std::hash::Hasher;

use hashbrown::HashTable;
use rustc_hash::FxHasher;

/// Names to `T`s, where a `T` knows how to find its own name.
#[derive(Debug)]
pub(crate) struct SymbolIndex<T> {
    table: HashTable<T>,
}

fn hash(name: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(name);
    hasher.finish()
}

impl<T: Copy> SymbolIndex<T> {
    /// An index with room for `capacity` names. More names may be added; that costs a rehash.
    pub(crate) fn with_capacity(capacity: usize) -> SymbolIndex<T> {
        SymbolIndex {
            table: HashTable::with_capacity(capacity),
        }
    }

    /// Finds a name's entry.
    pub(crate) fn get<'n>(&self, name: &[u8], name_of: impl Fn(T) -> &'n [u8]) -> Option<T> {
        self.table
            .find(hash(name), |entry| name_of(*entry) == name)
            .copied()
    }

    /// Adds an entry, or lets `merge` decide what becomes of the one already there.
    pub(crate) fn insert<'n>(
        &mut self,
        name: &[u8],
        entry: T,
        name_of: impl Fn(T) -> &'n [u8],
        merge: impl FnOnce(&mut T),
    ) {
        let slot = self.table.entry(
            hash(name),
            |other| name_of(*other) == name,
            |other| hash(name_of(*other)),
        );
        match slot {
            hashbrown::hash_table::Entry::Occupied(mut slot) => merge(slot.get_mut()),
            hashbrown::hash_table::Entry::Vacant(slot) => {
                slot.insert(entry);
            }
        }
    }
}
