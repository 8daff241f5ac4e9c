//! Resolving: what each symbol refers to.
//!
//! The order in which definitions are looked for, and why, is in ARCHITECTURE.md under
//! "Resolution". In short: a module's own symbols first; then what jitney must supply itself; then
//! the host, so that std's and shared crates' statics are the host's; then the dependencies' and
//! the standard library's archives; then shared libraries.

use std::cell::OnceCell;
use std::sync::Arc;

use object::elf;
use object::endian::LittleEndian as LE;
use rustc_hash::FxHashMap;

use crate::definitions::Definitions;
use crate::destructors;
use crate::error::{Error, Undefined};
use crate::globals::Globals;
use crate::host::{Host, HostSymbol};
use crate::names::{demangled, is_rust_name, versioned};
use crate::pool::PoolObjects;
use crate::read::{Class, Definition, HostLibrary, Library, Object, Origin, Symbol, SymbolPlace};
use crate::sets::{self, Sets};
use crate::shared_library::{self, ThreadLocal};
use crate::supplied;
use crate::target::{ObjectId, SectionId, Target, Targets};

/// How many users of an undefined symbol an error names.
const USERS_NAMED: usize = 3;

/// Finds what symbols refer to, remembering each answer.
pub(crate) struct Resolver<'link> {
    host: &'link Host,
    dependencies: Option<&'link Library>,
    host_crates: Option<&'link HostLibrary>,
    standard: &'link Library,
    module: &'link [Arc<Object>],
    globals: &'link Globals<'link>,
    objects: &'link mut PoolObjects,
    definitions: &'link Definitions<'link>,
    targets: Targets,
    sets: Sets,
    /// Whether the module has code of Rust, once somebody has asked.
    has_rust: OnceCell<bool>,
    undefined: Vec<Undefined>,
    /// Where in `undefined` a name is.
    undefined_names: FxHashMap<String, usize>,
    /// Where in `undefined` a symbol that was looked for in vain is.
    missing: FxHashMap<(ObjectId, u32), usize>,
}

impl<'link> Resolver<'link> {
    pub(crate) fn new(
        host: &'link Host,
        (dependencies, host_crates): (Option<&'link Library>, Option<&'link HostLibrary>),
        standard: &'link Library,
        module: &'link [Arc<Object>],
        globals: &'link Globals<'link>,
        objects: &'link mut PoolObjects,
        definitions: &'link Definitions<'link>,
    ) -> Resolver<'link> {
        Resolver {
            host,
            dependencies,
            host_crates,
            standard,
            module,
            globals,
            objects,
            definitions,
            targets: Targets::new(module.iter().map(|object| object.symbols().len())),
            sets: Sets::default(),
            has_rust: OnceCell::new(),
            undefined: Vec::new(),
            undefined_names: FxHashMap::default(),
            missing: FxHashMap::default(),
        }
    }

    /// An object by its number. The pool's are shared, so the answer does not borrow the resolver.
    pub(crate) fn object(&self, id: ObjectId) -> ObjectRef<'link> {
        if id.is_module() {
            ObjectRef::Module(&self.module[id.index()])
        } else {
            ObjectRef::Pool(self.objects.share(id))
        }
    }

    pub(crate) fn host(&self) -> &'link Host {
        self.host
    }

    #[inline]
    pub(crate) fn targets(&self) -> &Targets {
        &self.targets
    }

    /// Sections that go with what was resolved since the last call.
    pub(crate) fn new_members(&mut self) -> Vec<SectionId> {
        self.sets.take_new()
    }

    /// What is known at the end: every symbol's target, and the sets of sections that belong
    /// together.
    ///
    /// # Errors
    /// [`Error::Undefined`] with every symbol that nothing defines.
    pub(crate) fn finish(self) -> Result<(Targets, Vec<Vec<SectionId>>), Error> {
        if self.undefined.is_empty() {
            Ok((self.targets, self.sets.into_members()))
        } else {
            Err(Error::Undefined(self.undefined))
        }
    }

    /// What a symbol of an object refers to. `user` is the place that asks, for the error.
    #[inline]
    pub(crate) fn resolve(
        &mut self,
        id: ObjectId,
        symbol: u32,
        user: Place,
    ) -> Result<Target, Error> {
        match self.targets.get(id, symbol) {
            Some(target) => Ok(target),
            None => self.resolve_first(id, symbol, user),
        }
    }

    fn resolve_first(&mut self, id: ObjectId, symbol: u32, user: Place) -> Result<Target, Error> {
        let object = self.object(id);
        if !self.missing.is_empty()
            && let Some(known) = self.missing.get(&(id, symbol))
        {
            note_user(&mut self.undefined[*known], &object, user);
            return Ok(Target::Far(0));
        }
        let target = match self.find(id, &object, symbol)? {
            Some(target) => {
                self.targets.set(id, symbol, target);
                target
            }
            None => {
                let known = self.note_undefined(object.symbol_name(symbol));
                self.missing.insert((id, symbol), known);
                note_user(&mut self.undefined[known], &object, user);
                Target::Far(0)
            }
        };
        Ok(target)
    }

    fn note_undefined(&mut self, name: &[u8]) -> usize {
        let name = String::from_utf8_lossy(name).into_owned();
        *self.undefined_names.entry(name).or_insert_with_key(|name| {
            self.undefined.push(Undefined {
                symbol: name.clone(),
                needed_by: Vec::new(),
            });
            self.undefined.len() - 1
        })
    }

    fn find(
        &mut self,
        id: ObjectId,
        object: &Object,
        symbol: u32,
    ) -> Result<Option<Target>, Error> {
        let Some(record) = object.symbols().get(symbol as usize) else {
            return Ok(Some(Target::Far(0)));
        };
        let name = object.symbol_name(symbol);
        let section = match object.place(symbol) {
            SymbolPlace::Absolute => return Ok(Some(Target::Far(record.st_value.get(LE)))),
            SymbolPlace::Undefined if name.is_empty() => return Ok(Some(Target::Far(0))),
            SymbolPlace::Undefined => {
                return self.find_undefined(id, object, name, record);
            }
            SymbolPlace::Section(section) => section,
        };
        let own = defined_here(id, object, symbol, section)?;
        if record.st_bind() == elf::STB_LOCAL {
            let shared = object.origin != Origin::Module;
            return Ok(Some(if shared {
                self.host_local(object, symbol, section).unwrap_or(own)
            } else {
                own
            }));
        }
        if object.origin == Origin::Module {
            if let Some(target) = self.interposed(name, record) {
                return Ok(Some(target));
            }
            return Ok(Some(match self.globals.get(name) {
                Some((id, symbol)) => self.defined_in_module(*id, *symbol)?,
                None => own,
            }));
        }
        // A C library that both the host and a dependency carry may be two versions of it: a
        // dependency's C code keeps to its own. Rust names hold a hash and cannot be mistaken.
        if object.origin == Origin::Dependency && !is_rust_name(name) {
            return Ok(Some(own));
        }
        if let Some(target) = self.find_in_host(name, record.st_size.get(LE)) {
            return Ok(Some(from_host(target)));
        }
        // Of a crate of the host's, what the host's linker left out.
        if object.origin == Origin::Host && !is_rust_name(name) {
            return Ok(Some(own));
        }
        Ok(Some(match self.find_definition(object, name)? {
            Some(definition) => self.defined_in_library(definition)?,
            None => own,
        }))
    }

    fn find_undefined(
        &mut self,
        id: ObjectId,
        object: &Object,
        name: &[u8],
        record: &Symbol,
    ) -> Result<Option<Target>, Error> {
        let weak = record.st_bind() == elf::STB_WEAK;
        let thread_local = record.st_type() == elf::STT_TLS;
        if id.is_module() {
            if let Some(address) = self.definitions.find(name) {
                return Ok(Some(Target::Far(address)));
            }
            let base = || versioned(name).and_then(|parts| self.globals.get(parts.name));
            if let Some((id, symbol)) = self.globals.get(name).or_else(base) {
                return self.defined_in_module(*id, *symbol).map(Some);
            }
        }
        if let Some(target) = self.find_set(id, object, name) {
            return Ok(Some(target));
        }
        if let Some(target) = supplied::before_host(name) {
            return Ok(Some(target));
        }
        let allowed = !id.is_module() || self.definitions.allows(name);
        if matches!(object.origin, Origin::Module | Origin::Dependency)
            && !is_rust_name(name)
            && let Some(library) = self.dependencies
            && let Some(definition) = library.find(name)?
        {
            return self.defined_in_library(definition).map(Some);
        }
        if id.is_module()
            && let Some(target) = supplied::edge(name)
        {
            return Ok(Some(target));
        }
        if id.is_module()
            && allowed
            && let Some(address) = self
                .definitions
                .instead(name)
                .or_else(|| self.find_c_function(name))
        {
            return Ok(Some(Target::Far(address)));
        }
        match allowed.then(|| self.find_in_host(name, 0)).flatten() {
            Some(HostSymbol::Code(address)) if id.is_module() && destructors::is_register(name) => {
                // SAFETY: the host's symbol of that name is std's function.
                return Ok(Some(Target::Address(unsafe {
                    destructors::counting(address)
                })));
            }
            Some(found @ HostSymbol::Code(_)) => return Ok(Some(from_host(found))),
            Some(found) => {
                // A variable of the same name but another size is another variable.
                let definition = self.find_definition(object, name)?;
                let size =
                    definition.map_or(0, |d| d.object.symbols()[d.symbol as usize].st_size.get(LE));
                if self.find_in_host(name, size).is_some() {
                    return Ok(Some(from_host(found)));
                }
            }
            None => {}
        }
        if let Some(definition) = self.find_definition(object, name)? {
            return self.defined_in_library(definition).map(Some);
        }
        let target = supplied::after_libraries(name)
            .or_else(|| {
                let address = shared_library::find(name).filter(|_| allowed)?;
                if thread_local {
                    let ThreadLocal { module, offset } = shared_library::thread_local(address)?;
                    return Some(Target::LibraryThreadLocal { module, offset });
                }
                // An executable can hold the one copy of a library's variable.
                Some(if self.host.range().contains(&(address as usize)) {
                    Target::Address(address)
                } else {
                    Target::Far(address)
                })
            })
            .or_else(|| {
                let address = self.definitions.last_resort(name);
                address.filter(|_| id.is_module()).map(Target::Far)
            })
            .or(weak.then_some(Target::Far(0)));
        Ok(target)
    }

    /// The caller's address for a symbol that the module defines, but weakly.
    fn interposed(&self, name: &[u8], record: &Symbol) -> Option<Target> {
        let weak = record.st_bind() == elf::STB_WEAK;
        let address = self.definitions.find(name).filter(|_| weak)?;
        Some(Target::Far(address))
    }

    /// The C library's function where Rust's standard library has one of the same name: its `sqrt` and `fmod` set no
    /// `errno`. As a system linker finds them, Rust gets its own and a module without Rust the C library's.
    fn find_c_function(&self, name: &[u8]) -> Option<u64> {
        if is_rust_name(name) || !self.standard.defines(name) || self.has_rust() {
            return None;
        }
        shared_library::find(name)
    }

    fn has_rust(&self) -> bool {
        *self.has_rust.get_or_init(|| {
            self.module.iter().any(|object| {
                let count = object.symbols().len() as u32;
                (0..count).any(|symbol| is_rust_name(object.symbol_name(symbol)))
            })
        })
    }

    /// The start or end of a set of sections.
    fn find_set(&mut self, id: ObjectId, object: &Object, name: &[u8]) -> Option<Target> {
        if id.is_module() {
            self.sets.find(name, None, sets::of_module(self.module))
        } else {
            self.sets
                .find(name, Some(id), std::iter::once((id, object)))
        }
    }

    /// The host's symbol of a name, if it is the one that is meant.
    ///
    /// A LOCAL name that is not Rust's is a C function's or variable's own business (`helper`,
    /// `x.0`), whatever somebody else calls by that name; except where the system linker made it
    /// LOCAL, which it does with the hidden globals of the standard library (`__udivti3`).
    fn find_in_host(&self, name: &[u8], size: u64) -> Option<HostSymbol> {
        let (symbol, local) = self.host.find(name, size)?;
        (!local || is_rust_name(name) || self.standard.defines(name)).then_some(symbol)
    }

    /// The definition of a name in the archives, for an object that needs it.
    fn find_definition(&self, object: &Object, name: &[u8]) -> Result<Option<Definition>, Error> {
        let of_host = object.origin == Origin::Host;
        if let Some(dependencies) = self.dependencies.filter(|_| !of_host)
            && let Some(definition) = dependencies.find(name)?
        {
            return Ok(Some(definition));
        }
        // The C code of a host's crate comes before std's helpers of the same name; otherwise these archives come last,
        // since most modules need nothing of them, and then they are not even opened.
        let host_first = of_host && !is_rust_name(name);
        if host_first && let Some(definition) = self.find_in_host_crates(name)? {
            return Ok(Some(definition));
        }
        match self.standard.find(name)? {
            Some(definition) => Ok(Some(definition)),
            None => self.find_in_host_crates(name),
        }
    }

    fn find_in_host_crates(&self, name: &[u8]) -> Result<Option<Definition>, Error> {
        match self.host_crates {
            Some(library) => library.get()?.find(name),
            None => Ok(None),
        }
    }

    /// Whether the host has all that a section of an object refers to: its constructors have run then.
    pub(crate) fn is_in_host(
        &mut self,
        id: ObjectId,
        object: &Object,
        section: u32,
    ) -> Result<bool, Error> {
        for relocation in object.relocations(section) {
            let place = Place {
                section,
                offset: relocation.r_offset.get(LE),
            };
            let target = self.resolve(id, relocation.r_sym(LE, false), place)?;
            if !matches!(target, Target::Address(_)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn defined_in_module(&self, id: ObjectId, symbol: u32) -> Result<Target, Error> {
        let object = &self.module[id.index()];
        defined_in(id, object, symbol)
    }

    fn defined_in_library(&mut self, definition: Definition) -> Result<Target, Error> {
        let Definition {
            archive,
            object,
            symbol,
        } = definition;
        let id = self.objects.add(&object, archive);
        defined_in(id, &object, symbol)
    }

    /// The host's own copy of a LOCAL symbol of std or of a dependency.
    ///
    /// Statics and thread-locals must be the host's, or there would be two of them; so must the one
    /// constant whose address is compared (std's panic canary). Functions are taken from the host
    /// because it has them already.
    fn host_local(&self, object: &Object, symbol: u32, section: u32) -> Option<Target> {
        let record = &object.symbols()[symbol as usize];
        let (named, before) = if object.symbol_name(symbol).is_empty() {
            // LLVM names LOCAL statics by their section's symbol.
            let owner = object.section_owner(section);
            (owner, object.symbols()[owner as usize].st_value.get(LE))
        } else {
            (symbol, 0)
        };
        let name = object.symbol_name(named);
        if !is_rust_name(name) {
            return None;
        }
        let class = object.sections[section as usize].class;
        if class == Class::ReadOnly && !name.ends_with(b"6CANARY") {
            return None;
        }
        let size = if named == symbol {
            record.st_size.get(LE)
        } else {
            object.symbols()[named as usize].st_size.get(LE)
        };
        match (self.host.find(name, size)?.0, class) {
            (HostSymbol::Code(address), Class::Code) => {
                Some(Target::Address(address.wrapping_sub(before)))
            }
            (HostSymbol::Data(address), Class::Writable | Class::ReadOnly) => {
                Some(Target::Address(address.wrapping_sub(before)))
            }
            (HostSymbol::ThreadLocal(offset), Class::ThreadLocal) => {
                Some(Target::HostThreadLocal(offset.wrapping_sub(before as i64)))
            }
            _ => None,
        }
    }
}

/// Remembers who needs an undefined symbol: the first few.
fn note_user(undefined: &mut Undefined, object: &Object, user: Place) {
    if undefined.needed_by.len() < USERS_NAMED {
        let user = format!("{} in `{}`", describe(object, user), object.name);
        if !undefined.needed_by.contains(&user) {
            undefined.needed_by.push(user);
        }
    }
}

/// A borrowed object of the module or a shared one of the pool.
pub(crate) enum ObjectRef<'link> {
    Module(&'link Object),
    Pool(Arc<Object>),
}

impl std::ops::Deref for ObjectRef<'_> {
    type Target = Object;

    fn deref(&self) -> &Object {
        match self {
            ObjectRef::Module(object) => object,
            ObjectRef::Pool(object) => object,
        }
    }
}

/// A place in an object: a section, and an offset in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) section: u32,
    pub(crate) offset: u64,
}

/// The name of the function or variable at a place, or `section .text.f` where none is known.
pub(crate) fn describe(object: &Object, place: Place) -> String {
    let Place { section, offset } = place;
    let symbols = (0u32..).zip(object.symbols());
    let around = symbols
        .filter(|(number, symbol)| {
            let start = symbol.st_value.get(LE);
            let size = symbol.st_size.get(LE);
            (start..start.saturating_add(size)).contains(&offset)
                && object.place(*number) == SymbolPlace::Section(section)
        })
        .map(|(number, _)| object.symbol_name(number))
        .find(|name| !name.is_empty());
    match around.unwrap_or_else(|| object.symbol_name(object.section_owner(section))) {
        [] => format!("section {}", object.shown_section_name(section)),
        name => format!("`{}`", demangled(name)),
    }
}

fn from_host(symbol: HostSymbol) -> Target {
    match symbol {
        HostSymbol::Code(address) | HostSymbol::Data(address) => Target::Address(address),
        HostSymbol::ThreadLocal(offset) => Target::HostThreadLocal(offset),
    }
}

/// What a symbol that an object defines refers to.
fn defined_in(id: ObjectId, object: &Object, symbol: u32) -> Result<Target, Error> {
    match object.place(symbol) {
        SymbolPlace::Section(section) => defined_here(id, object, symbol, section),
        _ => Ok(Target::Far(
            object.symbols()[symbol as usize].st_value.get(LE),
        )),
    }
}

fn defined_here(id: ObjectId, object: &Object, symbol: u32, section: u32) -> Result<Target, Error> {
    let record = &object.symbols()[symbol as usize];
    // A COMMON symbol's value is its alignment; it has a section of its own.
    let offset = match record.st_shndx.get(LE) {
        elf::SHN_COMMON => 0,
        _ => record.st_value.get(LE),
    };
    let refused = |reason: &str| Error::Relocation {
        object: object.name.clone(),
        section: object.shown_section_name(section),
        offset,
        symbol: String::from_utf8_lossy(object.symbol_name(symbol)).into_owned(),
        reason: reason.to_owned(),
    };
    let target = SectionId {
        object: id,
        index: section,
    };
    match object.sections[section as usize].class {
        Class::ThreadLocal => Ok(Target::ThreadLocal {
            section: target,
            offset,
        }),
        Class::NotLoaded => Err(refused(
            "it is in a section that is not part of the running program",
        )),
        _ if record.st_type() == elf::STT_GNU_IFUNC => Ok(Target::Indirect {
            section: target,
            offset,
        }),
        _ => Ok(Target::Section {
            section: target,
            offset,
        }),
    }
}
