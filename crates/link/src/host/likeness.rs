//! Comparing a library with the host's copy of it, function by function.

use object::elf;
use object::endian::LittleEndian as LE;

use super::Host;
use crate::error::Error;
use crate::names::{demangled, is_rust_name};
use crate::read::{Library, SymbolPlace};

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
                match self.symbols.size(name) {
                    Some(same) if same == size => likeness.same += 1,
                    Some(_) => likeness.different.push(demangled(name)),
                    None => {}
                }
            }
        }
        Ok(likeness)
    }

    /// Whether the host's copy of the standard library is, function by function, the one in
    /// `library`.
    ///
    /// Link-time optimization rewrites functions' interfaces; binding to those crashes. Comparing the
    /// sizes of a sample tells: none or one in a hundred differs in a plain host, a third under thin
    /// and nearly all under fat LTO.
    pub(super) fn has_functions_of(&self, library: &Library) -> bool {
        const ENOUGH: usize = 200;
        const FEWEST: usize = 20;
        let (mut compared, mut different) = (0, 0);
        for object in library.sample() {
            if compared >= ENOUGH {
                break;
            }
            for (number, symbol) in object.symbols().iter().enumerate() {
                let number = number as u32;
                let comparable = symbol.st_type() == elf::STT_FUNC
                    && symbol.st_bind() != elf::STB_LOCAL
                    && object.place(number) != SymbolPlace::Undefined;
                if !comparable || compared >= ENOUGH {
                    continue;
                }
                let name = object.symbol_name(number);
                if !name.starts_with(b"_R") {
                    continue;
                }
                if let Some(size) = self.symbols.size(name) {
                    compared += 1;
                    different += usize::from(size != symbol.st_size.get(LE));
                }
            }
        }
        compared >= FEWEST && different * 10 <= compared
    }
}
