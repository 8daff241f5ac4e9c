//! Relocating: the bytes of each section, with every reference filled in, and the unwind table of
//! the code that the image holds.

use std::sync::Arc;

use object::endian::LittleEndian as LE;

use crate::anchor::Anchor;
use crate::arch::{self, Reference, Site};
use crate::error::Error;
use crate::frames::Frames;
use crate::globals::Globals;
use crate::got::{LocalBlock, Tables};
use crate::place::{Addresses, PlacedImage, ThreadLocalPlace};
use crate::read::{Class, Object, Relocation, SymbolPlace};
use crate::target::{ObjectId, SectionId, Target, Targets};

/// What symbols refer to and where that is: all that relocating reads.
pub(crate) struct Known<'link> {
    pub(crate) targets: &'link Targets,
    pub(crate) new: &'link Addresses,
    pub(crate) pool: &'link Addresses,
    /// The loader's number for the host's thread-locals, where those have no fixed offsets.
    pub(crate) host_module: Option<u64>,
    pub(crate) module: &'link [Arc<Object>],
    pub(crate) globals: &'link Globals<'link>,
    pub(crate) plain: &'link [Vec<u64>],
}

/// The value of a symbol that needs a closer look.
const NOT_PLAIN: u64 = u64::MAX;

/// The addresses of a module's symbols, by object and symbol, as far as they are plain ones: most
/// relocations need to know no more.
pub(crate) fn plain_values(
    module: &[Arc<Object>],
    targets: &Targets,
    addresses: &Addresses,
    anchor: Anchor,
) -> Vec<Vec<u64>> {
    let value = |target: Option<Target>| match target? {
        Target::Section { section, offset } if section.object.is_module() => {
            Some(addresses.get(section)?.wrapping_add(offset))
        }
        Target::Address(address) if anchor == Anchor::Host => Some(address),
        _ => None,
    };
    let of_object = |number: usize| {
        targets
            .of_module(number)
            .iter()
            .map(|target| value(*target).unwrap_or(NOT_PLAIN))
            .collect()
    };
    (0..module.len()).map(of_object).collect()
}

/// Reaching hands over every section that a target is in, and placing gives each an address.
const PLACED: &str = "every section that was reached has been placed";

impl<'link> Known<'link> {
    /// What a symbol refers to. Undefined ones have ended the link before this.
    #[inline]
    pub(crate) fn target(&self, object: ObjectId, symbol: u32) -> Target {
        match self.targets.get(object, symbol) {
            Some(target @ (Target::ThreadLocal { .. } | Target::HostThreadLocal(_))) => {
                self.settle(target)
            }
            Some(target) => target,
            None => Target::Far(0),
        }
    }

    /// The plain addresses of an object's symbols; none for one of the pool's.
    fn plain(&self, object: ObjectId) -> &'link [u64] {
        match object.is_module() {
            true => &self.plain[object.index()],
            false => &[],
        }
    }

    /// Where a section is.
    #[inline]
    pub(crate) fn section(&self, section: SectionId) -> u64 {
        let new = self.new.get(section);
        new.or_else(|| self.pool.get(section)).expect(PLACED)
    }

    /// The size of what a symbol names: its definition's, where that is the module's.
    pub(crate) fn size(&self, object: ObjectId, symbol: u32) -> u64 {
        if !object.is_module() {
            return 0;
        }
        let module = &self.module[object.index()];
        let record = |object: &Object, symbol: u32| {
            let record = object.symbols().get(symbol as usize);
            record.map_or(0, |record| record.st_size.get(LE))
        };
        let own = record(module, symbol);
        match self.globals.get(module.symbol_name(symbol)) {
            Some((id, symbol)) if own == 0 => record(&self.module[id.index()], *symbol),
            _ => own,
        }
    }

    fn find_thread_local(&self, section: SectionId) -> Option<ThreadLocalPlace> {
        let new = self.new.thread_locals.get(&section);
        new.or_else(|| self.pool.thread_locals.get(&section))
            .copied()
    }

    pub(crate) fn thread_local(&self, section: SectionId) -> ThreadLocalPlace {
        self.find_thread_local(section).expect(PLACED)
    }

    /// The block that a section of thread-locals is in; `None` where nothing reached the section.
    pub(crate) fn block_of(&self, section: SectionId) -> Option<LocalBlock> {
        Some(match self.find_thread_local(section)? {
            ThreadLocalPlace::Dynamic { module, .. } => LocalBlock::Image(module),
            ThreadLocalPlace::Fixed(_) => LocalBlock::Host,
        })
    }

    /// A thread-local variable that got room in the host's block is as good as the host's own; and
    /// those of a host that is a shared library are a library's.
    fn settle(&self, target: Target) -> Target {
        match (target, self.host_module) {
            (Target::ThreadLocal { section, offset }, _) => match self.thread_local(section) {
                ThreadLocalPlace::Fixed(start) => {
                    Target::HostThreadLocal(start.wrapping_add_unsigned(offset))
                }
                ThreadLocalPlace::Dynamic { .. } => target,
            },
            (Target::HostThreadLocal(offset), Some(module)) => Target::LibraryThreadLocal {
                module,
                offset: offset as u64,
            },
            _ => target,
        }
    }
}

/// Fills an image. Returns the slots that IFUNC resolvers have to fill once it can run.
///
/// # Errors
/// [`Error::Relocation`] for the first reference that cannot be made.
pub(crate) fn relocate<'o>(
    image: &mut PlacedImage,
    object: impl Fn(ObjectId) -> &'o Object,
    known: &'o Known<'o>,
) -> Result<Vec<(u64, u64)>, Error> {
    let base = image.base;
    let mut tables = Tables::new(image, known);
    let mut frames = Frames::new(image.frames.start);
    let (frames_end, sections) = (image.frames.end, std::mem::take(&mut image.sections));
    let memory = image.memory();
    for (id, offset) in &sections {
        let object = object(id.object);
        let header = &object.sections[id.index as usize];
        let data = object.data(id.index);
        let bytes = &mut memory[*offset as usize..][..header.size as usize];
        bytes[..data.len()].copy_from_slice(data);
        let relocations = object.relocations(id.index);
        let address = base + offset;
        if !relocations.is_empty() {
            tables.begin(id.object, object, relocations);
            let mut site = Site { bytes, address };
            apply_all(&mut site, 0, relocations, *id, object, &mut tables)?;
        }
        if header.class == Class::Code {
            let code = address..address + header.size;
            frames.add_all(*id, code, object, memory, base, &mut tables)?;
        }
        if !tables.fits() {
            let section = object.shown_section_name(id.index);
            return Err(Error::Damaged {
                object: object.name.clone(),
                reason: format!("relocations of section {section} overlap each other"),
            });
        }
    }
    debug_assert!(frames.at <= frames_end);
    image.sections = sections;
    Ok(tables.write(image))
}

/// Applies relocations whose offsets count from `origin` in the site's own section.
pub(crate) fn apply_all(
    site: &mut Site<'_>,
    origin: u64,
    relocations: &[Relocation],
    id: SectionId,
    object: &Object,
    tables: &mut Tables<'_>,
) -> Result<(), Error> {
    let refused = |relocation: &Relocation, reason: String| Error::Relocation {
        object: object.name.clone(),
        section: object.shown_section_name(id.index),
        offset: relocation.r_offset.get(LE),
        symbol: String::from_utf8_lossy(symbol_name(object, relocation.r_sym(LE, false)))
            .into_owned(),
        reason,
    };
    let plain = tables.known.plain(id.object);
    // A relaxed access to a thread-local has no call any more: the relocation for the call, which
    // the ABI puts next to it, must not touch the new instructions.
    let mut void = None;
    let mut last = None;
    for relocation in relocations {
        let offset = relocation.r_offset.get(LE).wrapping_sub(origin);
        let symbol = relocation.r_sym(LE, false);
        let kind = relocation.r_type(LE, false);
        let addend = relocation.r_addend.get(LE);
        if void.is_none()
            && let Some(value) = plain.get(symbol as usize)
            && *value != NOT_PLAIN
            && arch::apply_plain(kind, site, offset, *value, addend)
        {
            continue;
        }
        last = Some(relocation);
        match void.take() {
            None => {}
            Some(expected) if expected == offset => continue,
            Some(_) => return Err(refused(relocation, NO_CALL.into())),
        }
        let reference = Reference {
            object: id.object,
            symbol,
            target: tables.known.target(id.object, symbol),
            addend,
        };
        void = arch::apply(kind, site, offset, reference, tables)
            .map_err(|reason| refused(relocation, reason))?;
    }
    match last {
        Some(relocation) if void.is_some() => Err(refused(relocation, NO_CALL.into())),
        _ => Ok(()),
    }
}

const NO_CALL: &str =
    "an access to a thread-local variable without a call of __tls_get_addr next to it";

/// A symbol's name, or for a section symbol that of what the section holds.
fn symbol_name(object: &Object, symbol: u32) -> &[u8] {
    let name = object.symbol_name(symbol);
    match object.place(symbol) {
        SymbolPlace::Section(section) if name.is_empty() => {
            object.symbol_name(object.section_owner(section))
        }
        _ => name,
    }
}
