//! The host: the program or shared library that this code is part of, its symbols and its
//! thread-locals, and what of them loaded code may bind to.
//!
//! LOCAL symbols count too: rustc makes most of a program local, and a static that a module shares
//! with the host must be the host's own. What kinds of hosts there are, and which of their symbols
//! serve, is in ARCHITECTURE.md under "The host".

mod canary;
mod code_hash;
#[cfg(test)]
mod damaged;
mod extract;
mod file;
mod index;
mod likeness;
mod loaded;
mod maps;
mod optimized;
mod symbol_file;
mod symbols;
mod thread_locals;

use std::borrow::Cow;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

use object::elf;
use object::endian::LittleEndian as LE;

use crate::error::{Error, HostError};
use loaded::Loaded;
use optimized::Supplied;
use symbols::SymbolTable;
use thread_locals::ThreadLocals;

pub(crate) use canary::observe as observe_exception;
pub use extract::symbol_file;
pub use likeness::Likeness;
pub(crate) use likeness::{functions, sample};
pub(crate) use optimized::is_mark;
pub(crate) use thread_locals::ThreadLocalTemplate;

/// The program or shared library that this code is part of.
#[derive(Debug)]
pub struct Host {
    symbols: SymbolTable,
    /// What the loader added to every address in the file.
    bias: u64,
    range: Range<usize>,
    thread_locals: Option<ThreadLocals>,
    compiler: Option<String>,
    path: PathBuf,
    modified: Option<SystemTime>,
    /// What differs in a host with link-time optimization; set once it is known whether this is one.
    adapted: OnceLock<Option<Optimized>>,
}

/// What a host with link-time optimization shares.
#[derive(Debug)]
struct Optimized {
    /// The symbols that may be bound to.
    symbols: SymbolTable,
    supplied: Supplied,
}

/// What a host symbol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HostSymbol {
    /// A function or an untyped label, at this address.
    Code(u64),
    /// A variable or constant, at this address.
    Data(u64),
    /// A thread-local variable, at this offset: from the thread pointer in an executable, from the
    /// start of its block in a shared library ([`Host::thread_local_module`]).
    ThreadLocal(i64),
}

impl Host {
    /// Finds the host and reads its symbols: its own, or those of a symbol file when it was
    /// stripped or `symbols` names one.
    ///
    /// # Errors
    /// [`HostError::Stripped`] when there are none, [`HostError::SymbolFile`] when a symbol file
    /// is not this host's, [`HostError::Replaced`] and [`HostError::Unreadable`] when the host's
    /// own file cannot be read.
    pub(crate) fn open(symbols: Option<&Path>) -> Result<Host, Error> {
        let loaded = Loaded::find()?;
        let file = loaded.open()?;
        Host::of(&loaded, &file, symbols)
    }

    /// Reads the symbols of an executable as if its program headers were loaded at `headers_address`.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn read(bytes: crate::read::Bytes, headers_address: u64) -> Result<Host, Error> {
        let file = file::File::read(bytes).map_err(unreadable)?;
        Host::of(&Loaded::as_if(&file, headers_address), &file, None)
    }

    fn of(loaded: &Loaded, file: &file::File, symbols: Option<&Path>) -> Result<Host, Error> {
        let (range, thread_locals) = (loaded.range(), loaded.thread_locals()?);
        let own = match symbols {
            None => file.symbols().map_err(unreadable)?,
            Some(_) => None,
        };
        let symbols = match own {
            Some(symbols) => symbols,
            None => symbol_file::of_host(loaded, file, symbols)?,
        };
        Ok(Host {
            symbols: symbols.indexed(index::Names::All),
            bias: loaded.bias,
            range: range.ok_or_else(|| unreadable("it has no part that is loaded".into()))?,
            thread_locals,
            compiler: file.compiler(),
            path: loaded.path(),
            modified: file.modified,
            adapted: OnceLock::new(),
        })
    }

    /// A host that has nothing, at the addresses of this one: what a link needs in it, it needs in
    /// any host.
    pub(crate) fn bare(&self) -> Host {
        Host {
            symbols: SymbolTable::default(),
            bias: self.bias,
            range: self.range.clone(),
            thread_locals: None,
            compiler: None,
            path: self.path.clone(),
            modified: None,
            adapted: OnceLock::from(None),
        }
    }

    /// Finds out, by comparing the host's functions with those of the same names in the standard library as it is in
    /// archives, which of the host's symbols may be bound to. `sample` are names and sizes. Once is enough.
    ///
    /// # Errors
    /// [`HostError::Optimized`] and [`HostError::SharedStandardLibrary`] when the host has not the
    /// one copy of the standard library's state that loaded code must share.
    pub(crate) fn adapt<'n>(
        &self,
        sample: impl Iterator<Item = (Cow<'n, [u8]>, u64)>,
    ) -> Result<(), Error> {
        if self.adapted.get().is_some() {
            return Ok(());
        }
        let optimized = match self.has_functions_of(sample) {
            true => None,
            false => {
                if let Some(path) = Loaded::shared_standard_library() {
                    return Err(Error::Host(HostError::SharedStandardLibrary { path }));
                }
                let symbols = self.symbols.reindexed(index::Names::Data);
                let supplied = Supplied::to(&symbols)?;
                Some(Optimized { symbols, supplied })
            }
        };
        self.adapted.get_or_init(|| optimized);
        Ok(())
    }

    fn optimized(&self) -> Option<&Optimized> {
        self.adapted.get()?.as_ref()
    }

    /// The symbols that may be bound to.
    fn symbols(&self) -> &SymbolTable {
        self.optimized()
            .map_or(&self.symbols, |optimized| &optimized.symbols)
    }

    /// Whether the host has a symbol of this name, whatever may be bound to.
    pub(crate) fn has(&self, name: &[u8]) -> bool {
        self.symbols().get(name).is_some()
    }

    /// Whether the host holds a function of this name, as it was compiled or rewritten.
    pub(crate) fn has_function(&self, name: &[u8]) -> bool {
        self.symbols.size(name).is_some()
    }

    /// Looks a name up; says also whether the symbol is LOCAL.
    ///
    /// `size`, where it is not 0, is what the wanted variable occupies: a host variable of another
    /// size is another variable. Of a host with link-time optimization only variables are found,
    /// functions of other languages, and what stands in for the functions that must be shared.
    pub(crate) fn find(&self, name: &[u8], size: u64) -> Option<(HostSymbol, bool)> {
        let Some(symbol) = self.symbols().get(name) else {
            let supplied = self.optimized()?.supplied.find(name)?;
            return Some((supplied, false));
        };
        let value = symbol.st_value.get(LE);
        let same_size = size == 0 || symbol.st_size.get(LE) == 0 || symbol.st_size.get(LE) == size;
        let address = self.bias.wrapping_add(value);
        let found = match symbol.st_type() {
            elf::STT_TLS => {
                let first = self.thread_locals.as_ref()?.offset_of_first();
                same_size.then_some(HostSymbol::ThreadLocal(first.wrapping_add(value as i64)))
            }
            elf::STT_OBJECT => same_size.then_some(HostSymbol::Data(address)),
            elf::STT_GNU_IFUNC => Some(HostSymbol::Code(resolved(address))),
            _ => Some(HostSymbol::Code(address)),
        };
        // A process has one unwinder; in a host that is linked statically it is a hidden part.
        let local = symbol.st_bind() == elf::STB_LOCAL && !name.starts_with(b"_Unwind_");
        Some((found?, local))
    }

    /// What the host has by a name, for an explanation: kind, size and address.
    pub(crate) fn describe(&self, name: &[u8]) -> Option<String> {
        let (found, local) = self.find(name, 0)?;
        let size = self
            .symbols()
            .get(name)
            .map_or(0, |symbol| symbol.st_size.get(LE));
        let binding = if local { "local " } else { "" };
        Some(match found {
            HostSymbol::Code(address) => {
                format!("{binding}function, {size} bytes, at {address:#x}")
            }
            HostSymbol::Data(address) => {
                format!("{binding}variable, {size} bytes, at {address:#x}")
            }
            HostSymbol::ThreadLocal(_) => format!("{binding}thread-local variable, {size} bytes"),
        })
    }

    /// Where new threads get the initial contents of the host's thread-locals from; `None` where
    /// these have no fixed places.
    pub(crate) fn thread_local_template(&self) -> Option<ThreadLocalTemplate> {
        self.thread_locals.as_ref()?.template()
    }

    /// The loader's number for the thread-locals of a host that is a shared library. `None` for an
    /// executable: its thread-locals are at fixed offsets from the thread pointer.
    pub(crate) fn thread_local_module(&self) -> Option<u64> {
        self.thread_locals.as_ref()?.module()
    }

    /// Where its file was when it was loaded. A newer one may be there by now.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// When the file that it was loaded from was written.
    pub fn modified(&self) -> Option<SystemTime> {
        self.modified
    }

    /// The addresses that the host occupies.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// How many symbols its table holds.
    pub fn symbol_count(&self) -> usize {
        self.symbols.len()
    }

    /// Whether it was built with link-time optimization: loaded code then shares its variables, and
    /// brings functions of its own.
    pub fn is_link_time_optimized(&self) -> bool {
        self.optimized().is_some()
    }

    /// The compiler that built the host, as its `.comment` section names it:
    /// `rustc 1.95.0 (59807616e 2026-04-14)`.
    pub fn compiler(&self) -> Option<&str> {
        self.compiler.as_deref()
    }
}

/// The function that an indirect one (IFUNC) stands for on this processor. Hosts that are linked
/// statically have glibc's string functions in this form.
fn resolved(resolver: u64) -> u64 {
    if cfg!(fuzzing) {
        // The host is made up, and so is its code.
        return resolver;
    }
    // SAFETY: an IFUNC symbol's value is the address of a function that takes nothing on this
    // architecture and returns an address. The loader called it when the program started.
    let resolver =
        unsafe { std::mem::transmute::<usize, extern "C" fn() -> usize>(resolver as usize) };
    resolver() as u64
}

fn unreadable(reason: String) -> Error {
    Error::Host(HostError::Unreadable { reason })
}
