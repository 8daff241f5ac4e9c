//! Symbols of the user's own for a source, and a say in what else it may use.

use std::sync::Arc;

use crate::callback::{Callback, Trampolined};
use crate::error::Error;
use crate::source::Source;

impl Source {
    /// Defines a symbol for the source: a function or variable at an address of this program.
    ///
    /// It comes before what this program, the archives and the shared libraries have under the name, so
    /// it can stand in for one of theirs ("interposing": `malloc`, `time`); before a weak definition in
    /// the source too. A strong one there makes loading fail. Only the source's own code is bound to it,
    /// not its dependencies.
    ///
    /// # Safety
    /// What the source takes the symbol for must be at that address, for as long as the module may use
    /// it.
    pub unsafe fn define(mut self, name: impl Into<String>, address: *const ()) -> Source {
        self.definitions.symbols.insert(name.into(), address.addr());
        self
    }

    /// Defines a C function for the source by a closure. The module keeps the closure.
    ///
    /// Its arguments are numbers, `bool`s or raw pointers, at most five of them no floats:
    /// `|id: u32, share: f64| -> i32 { … }`. A panic unwinds into the code that called it.
    ///
    /// # Errors
    /// When there is no memory.
    ///
    /// # Safety
    /// The source must declare the function with these types.
    pub unsafe fn define_closure<F>(
        mut self,
        name: impl Into<String>,
        closure: impl Callback<F>,
    ) -> Result<Source, Error> {
        let function = Trampolined::new(closure)?;
        self.definitions
            .symbols
            .insert(name.into(), function.address());
        self.definitions.closures.push(function);
        Ok(self)
    }

    /// Asks for the address of each symbol that is defined nowhere else, by its mangled name, when the
    /// module is loaded. `None` leaves it undefined, which is an error.
    ///
    /// # Safety
    /// What the source takes the symbol for must be at the address, as for [`Source::define`].
    pub unsafe fn resolve_with(
        mut self,
        find: impl Fn(&str) -> Option<*const ()> + Send + Sync + 'static,
    ) -> Source {
        self.definitions.last_resort = Some(Arc::new(find));
        self
    }

    /// Asks whether the source's own code may bind to a symbol of this program or of a shared library,
    /// by its mangled name. One that it may not is undefined, unless something else defines it.
    ///
    /// This finds out what code asks for by name; it is no sandbox, since machine code needs no names.
    pub fn allow(mut self, allow: impl Fn(&str) -> bool + Send + Sync + 'static) -> Source {
        self.definitions.allow = Some(Arc::new(allow));
        self
    }
}
