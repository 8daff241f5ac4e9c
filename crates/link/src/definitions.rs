//! What the caller of a link gives beside objects: symbols of its own, a say in what the host may
//! give, and a last resort.

use std::collections::HashMap;
use std::fmt;

/// Finds the address of a symbol, given its name.
pub type FindSymbol<'a> = &'a dyn Fn(&str) -> Option<usize>;

/// Says whether a symbol of that name may be used.
pub type AllowSymbol<'a> = &'a dyn Fn(&str) -> bool;

/// Symbols that the caller defines, and what it allows.
///
/// They are for the module's own objects alone: sections of the standard library and of
/// dependencies are shared between modules, and see none of it.
#[derive(Default)]
pub struct Definitions<'a> {
    /// Symbols and their addresses. They come before the host's, the archives' and the shared
    /// libraries' of the same names ("interposing"), and in the place of a weak definition in the
    /// objects; a strong one there is an error.
    pub symbols: HashMap<String, usize>,
    /// Symbols and their addresses that take the place of the host's and the shared libraries' alone.
    pub instead: HashMap<&'static str, usize>,
    /// Asked for the address of a symbol that is defined nowhere else.
    pub last_resort: Option<FindSymbol<'a>>,
    /// Asked whether the module may bind to a symbol of the host or of a shared library. One that it
    /// may not is undefined, unless an archive or the last resort defines it.
    pub allow: Option<AllowSymbol<'a>>,
}

impl Definitions<'_> {
    /// The address that the caller gives a name.
    pub(crate) fn find(&self, name: &[u8]) -> Option<u64> {
        if self.symbols.is_empty() {
            return None;
        }
        let address = self.symbols.get(str::from_utf8(name).ok()?)?;
        Some(*address as u64)
    }

    /// The address that the caller gives a name in the place of the host's.
    pub(crate) fn instead(&self, name: &[u8]) -> Option<u64> {
        if self.instead.is_empty() {
            return None;
        }
        let address = self.instead.get(str::from_utf8(name).ok()?)?;
        Some(*address as u64)
    }

    /// Whether the host and shared libraries may give a name.
    pub(crate) fn allows(&self, name: &[u8]) -> bool {
        self.allow
            .is_none_or(|allow| allow(&String::from_utf8_lossy(name)))
    }

    /// What the caller gives for a name that nothing defines.
    pub(crate) fn last_resort(&self, name: &[u8]) -> Option<u64> {
        let address = self.last_resort?(str::from_utf8(name).ok()?)?;
        Some(address as u64)
    }
}

impl fmt::Debug for Definitions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Definitions")
            .field("symbols", &self.symbols)
            .field("instead", &self.instead)
            .field("last_resort", &self.last_resort.is_some())
            .field("allow", &self.allow.is_some())
            .finish()
    }
}
