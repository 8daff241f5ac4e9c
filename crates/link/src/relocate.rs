//! Relocating: the bytes of each section, with every reference filled in, and the unwind table of
//! the code that the image holds.

use std::ops::Range;

use object::elf;
use object::endian::LittleEndian as LE;
use rustc_hash::FxHashMap;

use crate::arch::{self, STUB_SIZE, Site, Values};
use crate::error::Error;
use crate::place::{Addresses, Need, PlacedImage, ThreadLocalPlace};
use crate::read::{Class, Fde, Object, Relocation};
use crate::target::{ObjectId, SectionId, Target, Targets};
use crate::unwind_table::{Pointers, check_cie, check_fde};

/// What symbols refer to and where that is: all that relocating reads.
pub(crate) struct Known<'link> {
    pub(crate) targets: &'link Targets,
    pub(crate) new: &'link Addresses,
    pub(crate) pool_addresses: &'link FxHashMap<SectionId, u64>,
    pub(crate) pool_thread_locals: &'link FxHashMap<SectionId, ThreadLocalPlace>,
    /// The loader's number for the thread-locals of a host that is a shared library.
    pub(crate) host_module: Option<u64>,
}

/// Reaching hands over every section that a target is in, and placing gives each an address.
const PLACED: &str = "every section that was reached has been placed";

impl Known<'_> {
    /// What a symbol refers to. Undefined ones have ended the link before this.
    fn target(&self, object: ObjectId, symbol: u32) -> Target {
        self.settle(
            self.targets
                .get(&(object, symbol))
                .copied()
                .unwrap_or(Target::Far(0)),
        )
    }

    fn find_thread_local(&self, section: SectionId) -> Option<ThreadLocalPlace> {
        let new = self.new.thread_locals.get(&section);
        new.or_else(|| self.pool_thread_locals.get(&section))
            .copied()
    }

    fn thread_local(&self, section: SectionId) -> ThreadLocalPlace {
        self.find_thread_local(section).expect(PLACED)
    }

    /// The block that a section of thread-locals is in; `None` where nothing reached the section.
    fn block_of(&self, section: SectionId) -> Option<LocalBlock> {
        Some(match self.find_thread_local(section)? {
            ThreadLocalPlace::Dynamic { module, .. } => LocalBlock::Image(module),
            ThreadLocalPlace::Fixed(_) => LocalBlock::Host,
        })
    }

    /// The block of the host's own thread-locals.
    fn host_block(&self) -> LocalBlock {
        self.host_module.map_or(LocalBlock::Host, LocalBlock::Image)
    }

    /// A thread-local variable that got room in the host's block is as good as the host's own.
    fn settle(&self, target: Target) -> Target {
        if let Target::ThreadLocal { section, offset } = target
            && let ThreadLocalPlace::Fixed(start) = self.thread_local(section)
        {
            return Target::HostThreadLocal(start.wrapping_add_unsigned(offset));
        }
        target
    }
}

/// Fills an image.
///
/// # Errors
/// [`Error::Relocation`] for the first reference that cannot be made.
pub(crate) fn relocate<'o>(
    image: &mut PlacedImage,
    object: impl Fn(ObjectId) -> &'o Object,
    known: &Known<'_>,
) -> Result<(), Error> {
    let base = image.base;
    let skip = base as usize - image.block.address();
    let memory = &mut image.block.as_mut_slice()[skip..];
    let mut tables = Tables {
        known,
        got: Vec::new(),
        got_at: base + image.got.start,
        got_of: FxHashMap::default(),
        stubs: Vec::new(),
        stubs_at: base + image.stubs.start,
        stub_of: FxHashMap::default(),
        local_block: Ok(LocalBlock::Host),
    };
    for (id, offset) in &image.sections {
        let object = object(id.object);
        let data = object.data(id.index);
        let size = object.sections[id.index as usize].size as usize;
        let bytes = &mut memory[*offset as usize..*offset as usize + size];
        bytes[..data.len()].copy_from_slice(data);
        let relocations = object.relocations(id.index);
        tables.local_block = local_block(relocations, id.object, object, known);
        let mut site = Site {
            bytes,
            address: base + offset,
        };
        apply_all(&mut site, 0, relocations, *id, object, &mut tables)?;
    }

    let mut frames = Frames {
        at: image.frames.start,
        cies: FxHashMap::default(),
    };
    for (id, offset) in &image.sections {
        let object = object(id.object);
        if object.sections[id.index as usize].class == Class::Code {
            let start = base + offset;
            let code = start..start + object.sections[id.index as usize].size;
            for fde in object.frames()?.covering(id.index) {
                frames.add(
                    fde,
                    (*id, code.clone()),
                    object,
                    (memory, base),
                    &mut tables,
                )?;
            }
        }
    }

    debug_assert!(tables.got.len() as u64 * 8 <= image.got.end - image.got.start);
    debug_assert!(tables.stubs.len() as u64 * STUB_SIZE <= image.stubs.end - image.stubs.start);
    debug_assert!(frames.at <= image.frames.end);
    for (index, word) in tables.got.iter().enumerate() {
        let at = image.got.start as usize + index * 8;
        memory[at..at + 8].copy_from_slice(&word.to_le_bytes());
    }
    for (index, got) in tables.stubs.iter().enumerate() {
        let at = image.stubs.start + index as u64 * STUB_SIZE;
        arch::fill_stub(
            &mut memory[at as usize..][..STUB_SIZE as usize],
            base + at,
            *got,
        );
    }
    Ok(())
}

/// Applies relocations whose offsets count from `origin` in the site's own section.
fn apply_all(
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
    // A relaxed access to a thread-local has no call any more: the relocation for the call, which
    // the ABI puts next to it, must not touch the new instructions.
    let mut void = None;
    let mut last = None;
    for relocation in relocations {
        last = Some(relocation);
        let offset = relocation.r_offset.get(LE).wrapping_sub(origin);
        match void.take() {
            None => {}
            Some(expected) if expected == offset => continue,
            Some(_) => return Err(refused(relocation, NO_CALL.into())),
        }
        let target = tables.known.target(id.object, relocation.r_sym(LE, false));
        let kind = relocation.r_type(LE, false);
        let addend = relocation.r_addend.get(LE);
        void = arch::apply(kind, site, offset, target, addend, id.object, tables)
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
        crate::read::SymbolPlace::Section(section) if name.is_empty() => {
            object.symbol_name(object.section_owner(section))
        }
        _ => name,
    }
}

/// Whose thread-locals the local-dynamic accesses of a section go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LocalBlock {
    /// The host's: relative to the thread pointer.
    Host,
    /// Those of the image with this number.
    Image(u64),
}

/// Finds a section's block. One call gives it for several accesses, so they cannot be mixed.
fn local_block(
    relocations: &[Relocation],
    id: ObjectId,
    object: &Object,
    known: &Known<'_>,
) -> Result<LocalBlock, String> {
    let block_of = |target: Target| match target {
        Target::HostThreadLocal(_) => Some(known.host_block()),
        Target::ThreadLocal { section, .. } => known.block_of(section),
        _ => None,
    };
    let mut block = None;
    let mut wanted = false;
    for relocation in relocations {
        let kind = relocation.r_type(LE, false);
        wanted |= kind == elf::R_X86_64_TLSLD;
        if kind != elf::R_X86_64_DTPOFF32 {
            continue;
        }
        let this = block_of(known.target(id, relocation.r_sym(LE, false)));
        if block.is_some() && this != block {
            let reason = "one function uses thread-locals of two images through one block";
            return Err(reason.into());
        }
        block = this;
    }
    if block.is_none() && wanted {
        // Only the address of the block is taken here: it is the object's own.
        block = (0u32..)
            .zip(&object.sections)
            .filter(|(_, section)| section.class == Class::ThreadLocal)
            .find_map(|(index, _)| known.block_of(SectionId { object: id, index }));
    }
    block.ok_or_else(|| "the object has no thread-locals".into())
}

/// The image's GOT and stubs as they fill up.
struct Tables<'link> {
    known: &'link Known<'link>,
    got: Vec<u64>,
    got_at: u64,
    got_of: FxHashMap<Need, u64>,
    /// The GOT entry that each stub jumps through.
    stubs: Vec<u64>,
    stubs_at: u64,
    stub_of: FxHashMap<Target, u64>,
    /// The answer for the section being relocated.
    local_block: Result<LocalBlock, String>,
}

impl Tables<'_> {
    fn add_to_got(&mut self, need: Need, words: &[u64]) -> u64 {
        let address = self.got_at + self.got.len() as u64 * 8;
        self.got.extend(words);
        self.got_of.insert(need, address);
        address
    }
}

impl Values for Tables<'_> {
    fn value(&self, target: Target) -> u64 {
        match target {
            Target::Address(address) | Target::Far(address) => address,
            Target::HostThreadLocal(offset) => offset as u64,
            Target::Section { section, offset } => {
                let new = self.known.new.sections.get(&section);
                let address = new.or_else(|| self.known.pool_addresses.get(&section));
                address.expect(PLACED).wrapping_add(offset)
            }
            Target::ThreadLocal { section, offset } => match self.known.thread_local(section) {
                ThreadLocalPlace::Dynamic { offset: start, .. } => start.wrapping_add(offset),
                ThreadLocalPlace::Fixed(start) => start.wrapping_add_unsigned(offset) as u64,
            },
        }
    }

    fn got(&mut self, target: Target) -> u64 {
        let need = Need::Address(target);
        match self.got_of.get(&need) {
            Some(address) => *address,
            None => self.add_to_got(need, &[self.value(target)]),
        }
    }

    fn thread_local_index(&mut self, target: Target) -> Result<u64, String> {
        let need = Need::ThreadLocal(target);
        if let Some(address) = self.got_of.get(&need) {
            return Ok(*address);
        }
        let block = match target {
            Target::ThreadLocal { section, .. } => self.known.block_of(section),
            Target::HostThreadLocal(_) => Some(self.known.host_block()),
            _ => return Err("a plain variable is referred to as if it were thread-local".into()),
        };
        let Some(LocalBlock::Image(number)) = block else {
            return Err("the variable is at a fixed offset".into());
        };
        Ok(self.add_to_got(need, &[number, self.value(target)]))
    }

    fn host_is_fixed(&self) -> bool {
        self.known.host_module.is_none()
    }

    fn stub(&mut self, target: Target) -> u64 {
        if let Some(stub) = self.stub_of.get(&target) {
            return *stub;
        }
        let got = self.got(target);
        let stub = self.stubs_at + self.stubs.len() as u64 * STUB_SIZE;
        self.stubs.push(got);
        self.stub_of.insert(target, stub);
        stub
    }

    fn local_block(&mut self, object: ObjectId) -> Result<Option<u64>, String> {
        let block = self.local_block.clone()?;
        if block == self.known.host_block() {
            let start = Target::HostThreadLocal(0);
            return match block {
                LocalBlock::Image(_) => self.thread_local_index(start).map(Some),
                LocalBlock::Host => Ok(None),
            };
        }
        let LocalBlock::Image(number) = block else {
            return Ok(None);
        };
        let need = Need::ThreadBlock(object);
        let Some(address) = self.got_of.get(&need) else {
            return Ok(Some(self.add_to_got(need, &[number, 0])));
        };
        if self.got[((address - self.got_at) / 8) as usize] != number {
            return Err("an object uses thread-locals of two images through one block".into());
        }
        Ok(Some(*address))
    }
}

/// The image's unwind table as it fills up.
struct Frames {
    /// Offset in the image of the next entry.
    at: u64,
    /// Where each object's CIEs were copied to.
    cies: FxHashMap<(ObjectId, u32), (u64, Pointers)>,
}

impl Frames {
    /// Adds the entry for a function in the section `id`, whose addresses are `code`.
    fn add(
        &mut self,
        fde: &Fde,
        (id, code): (SectionId, Range<u64>),
        object: &Object,
        image: (&mut [u8], u64),
        tables: &mut Tables<'_>,
    ) -> Result<(), Error> {
        let (memory, base) = image;
        let damaged = |entry: &Fde, reason: String| Error::Damaged {
            object: object.name.clone(),
            reason: format!(".eh_frame+{:#x} holds {reason}", entry.bytes.start),
        };
        let (number, cie) = object.frames()?.cie(fde);
        let (cie_at, pointers) = match self.cies.get(&(id.object, number)) {
            Some(known) => *known,
            None => {
                let at = self.at;
                let bytes = copy(cie, at, id.object, object, (memory, base), tables)?;
                let pointers = check_cie(bytes).map_err(|reason| damaged(cie, reason))?;
                self.at += bytes.len() as u64;
                self.cies.insert((id.object, number), (at, pointers));
                (at, pointers)
            }
        };
        let at = self.at;
        let bytes = copy(fde, at, id.object, object, (memory, base), tables)?;
        // An FDE's second word is the distance back to its CIE.
        let distance = (at + 4 - cie_at) as u32;
        bytes[4..8].copy_from_slice(&distance.to_le_bytes());
        let covers =
            check_fde(bytes, base + at, pointers, code).map_err(|reason| damaged(fde, reason))?;
        if covers {
            self.at += bytes.len() as u64;
        } else {
            // libgcc cannot take back a table that covers nothing.
            bytes.fill(0);
        }
        Ok(())
    }
}

/// Copies an unwind entry to an offset in the image, and relocates it.
fn copy<'image>(
    entry: &Fde,
    at: u64,
    owner: ObjectId,
    object: &Object,
    (memory, base): (&'image mut [u8], u64),
    tables: &mut Tables<'_>,
) -> Result<&'image mut [u8], Error> {
    let data = entry.data(object);
    let bytes = &mut memory[at as usize..][..data.len()];
    bytes.copy_from_slice(data);
    let mut site = Site {
        bytes,
        address: base + at,
    };
    let section = SectionId {
        object: owner,
        index: entry.section,
    };
    let origin = u64::from(entry.bytes.start);
    apply_all(
        &mut site,
        origin,
        entry.relocations(object),
        section,
        object,
        tables,
    )?;
    Ok(site.bytes)
}
