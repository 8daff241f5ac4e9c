//! The host's symbol table: in its own file, or in a symbol file.

use object::endian::LittleEndian as LE;

use super::index::{Index, Names};
use crate::read::{Bytes, Symbol, c_string, part, table};

/// A symbol table, found by name.
#[derive(Debug, Default)]
pub(super) struct SymbolTable {
    bytes: Bytes,
    /// Offset and number of the records.
    records: (u64, usize),
    /// Offset and length of the names.
    strings: (u64, u64),
    index: Index,
    names: Names,
}

impl SymbolTable {
    /// A table without an index yet. `None` when it does not fit the bytes.
    pub(super) fn new(
        bytes: Bytes,
        records: (u64, u64),
        strings: (u64, u64),
    ) -> Option<SymbolTable> {
        let count = usize::try_from(records.1).ok()? / size_of::<Symbol>();
        table::<Symbol>(&bytes, records.0, count)?;
        part(&bytes, strings)?;
        Some(SymbolTable {
            bytes,
            records: (records.0, count),
            strings,
            index: Index::default(),
            names: Names::All,
        })
    }

    /// Makes the table answer for these names.
    pub(super) fn indexed(mut self, names: Names) -> SymbolTable {
        self.index = Index::new(self.symbols(), self.strings(), names);
        self.names = names;
        self
    }

    /// The same table, answering for other names.
    pub(super) fn reindexed(&self, names: Names) -> SymbolTable {
        let other = SymbolTable {
            bytes: self.bytes.clone(),
            records: self.records,
            strings: self.strings,
            ..SymbolTable::default()
        };
        other.indexed(names)
    }

    pub(super) fn symbols(&self) -> &[Symbol] {
        table(&self.bytes, self.records.0, self.records.1).unwrap_or_default()
    }

    fn strings(&self) -> &[u8] {
        part(&self.bytes, self.strings).unwrap_or_default()
    }

    /// The symbols that can be found by name, with their names.
    pub(super) fn named(&self) -> impl Iterator<Item = (&Symbol, &[u8])> {
        let strings = self.strings();
        self.symbols()
            .iter()
            .filter_map(move |symbol| Some((symbol, self.names.of(symbol, strings)?)))
    }

    pub(super) fn name(&self, symbol: &Symbol) -> &[u8] {
        c_string(self.strings(), symbol.st_name.get(LE)).unwrap_or_default()
    }

    pub(super) fn len(&self) -> usize {
        self.records.1
    }

    /// The symbol of a name.
    pub(super) fn get(&self, name: &[u8]) -> Option<&Symbol> {
        let (symbols, strings) = (self.symbols(), self.strings());
        let number = self.index.get(name, symbols, strings, self.names)?;
        symbols.get(number)
    }

    /// The size of the symbol of a name, in bytes.
    pub(super) fn size(&self, name: &[u8]) -> Option<u64> {
        Some(self.get(name)?.st_size.get(LE))
    }
}
