//! Comparing a library with the host's copy of it, function by function.

use std::borrow::Cow;

use object::elf;
use object::endian::LittleEndian as LE;

use super::Host;
use crate::error::Error;
use crate::names::{demangled, is_rust_name};
use crate::read::{Library, Object, SymbolPlace};

/// How a library's symbols compare with the host's of the same names.
#[derive(Clone, Debug, Default)]
pub struct Likeness {
    /// How many the host has in the same size.
    pub same: usize,
    /// Those that the host has in another size, demangled.
    pub different: Vec<String>,
}

impl Host {
    /// Compares the functions and variables that a library defines with the host's.
    ///
    /// # Errors
    /// When an object of the library is damaged.
    pub fn compare(&self, library: &Library) -> Result<Likeness, Error> {
        let mut likeness = Likeness::default();
        for object in library.objects() {
            let object = object?;
            for (number, symbol) in (0u32..).zip(object.symbols()) {
                let size = symbol.st_size.get(LE);
                let name = object.symbol_name(number);
                let defined = symbol.st_bind() != elf::STB_LOCAL
                    && object.place(number) != SymbolPlace::Undefined;
                // Symbols without the crate's hash may be another library's.
                if !defined || size == 0 || !is_rust_name(name) {
                    continue;
                }
                match self.symbols().size(name) {
                    Some(same) if same == size => likeness.same += 1,
                    Some(_) => likeness.different.push(demangled(name)),
                    None => {}
                }
            }
        }
        Ok(likeness)
    }

    /// Whether the host's copy of the standard library is, function by function, the one that `sample` is of: names and
    /// sizes.
    ///
    /// Link-time optimization rewrites functions' interfaces; binding to those crashes. Comparing the
    /// sizes of a sample tells: none or one in a hundred differs in a plain host, a third under thin
    /// and nearly all under fat LTO.
    pub(super) fn has_functions_of<'n>(
        &self,
        sample: impl Iterator<Item = (Cow<'n, [u8]>, u64)>,
    ) -> bool {
        const ENOUGH: usize = 200;
        const FEWEST: usize = 20;
        let compared = sample
            .filter_map(|(name, size)| Some((self.symbols.size(&name)?, size)))
            .take(ENOUGH);
        let (mut count, mut different) = (0, 0);
        for (own, size) in compared {
            count += 1;
            different += usize::from(own != size);
        }
        count >= FEWEST && different * 10 <= count
    }
}

/// The functions of the standard library for [`Host::adapt`], with their sizes.
pub(crate) fn sample(standard: &Library) -> impl Iterator<Item = (Cow<'_, [u8]>, u64)> {
    standard.sample().flat_map(|object| {
        let functions: Vec<_> = functions(&object)
            .map(|(name, size)| (Cow::Owned(name.to_owned()), size))
            .collect();
        functions
    })
}

/// The functions that an object defines for others, mangled as std's are, with their sizes.
pub(crate) fn functions(object: &Object) -> impl Iterator<Item = (&[u8], u64)> {
    let symbols = (0u32..).zip(object.symbols());
    let functions = symbols.filter(|(number, symbol)| {
        symbol.st_type() == elf::STT_FUNC
            && symbol.st_bind() != elf::STB_LOCAL
            && object.place(*number) != SymbolPlace::Undefined
    });
    functions
        .map(|(number, symbol)| (object.symbol_name(number), symbol.st_size.get(LE)))
        .filter(|(name, _)| name.starts_with(b"_R"))
}
