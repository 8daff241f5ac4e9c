//! The words beside an image's sections as they fill up: its GOT, its stubs, and the slots for what
//! IFUNC resolvers choose. Reaching has counted them; relocating fills them in the order in which
//! they are first used.

use object::elf;
use object::endian::LittleEndian as LE;
use rustc_hash::FxHashMap;

use crate::anchor::Anchor;
use crate::arch::{self, STUB_SIZE, Values};
use crate::needs::Need;
use crate::place::{Edges, PlacedImage, ThreadLocalPlace};
use crate::read::{Class, Object, Relocation};
use crate::relocate::Known;
use crate::target::{ObjectId, SectionId, Target};

/// Whose thread-locals the local-dynamic accesses of a section go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LocalBlock {
    /// The host's: relative to the thread pointer.
    Host,
    /// Those of the image, or the shared library, with this number.
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
        Target::HostThreadLocal(_) => Some(LocalBlock::Host),
        Target::LibraryThreadLocal { module, .. } => Some(LocalBlock::Image(module)),
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

/// The image's GOT, stubs and slots.
pub(crate) struct Tables<'link> {
    pub(crate) known: &'link Known<'link>,
    anchor: Anchor,
    /// Where the image's `__dso_handle` is, once something has asked.
    handle: Option<u64>,
    edges: Edges,
    got: Vec<u64>,
    got_at: u64,
    got_of: FxHashMap<Need, u64>,
    /// The word that each stub jumps through.
    stubs: Vec<u64>,
    stubs_at: u64,
    stub_of: FxHashMap<Target, u64>,
    /// The resolver of each slot.
    slots: Vec<u64>,
    slots_at: u64,
    /// The bytes that the image has for each of the three.
    room: [u64; 3],
    /// The section being relocated: its object, and its relocations.
    current: Option<(ObjectId, &'link Object, &'link [Relocation])>,
    /// Whose block the local-dynamic accesses of that section go to, once one has asked.
    block: Option<LocalBlock>,
}

impl<'link> Tables<'link> {
    pub(crate) fn new(image: &PlacedImage, known: &'link Known<'link>) -> Tables<'link> {
        let base = image.base;
        Tables {
            known,
            anchor: image.anchor,
            handle: None,
            edges: image.edges,
            got: Vec::new(),
            got_at: base + image.got.start,
            got_of: FxHashMap::default(),
            stubs: Vec::new(),
            stubs_at: base + image.stubs.start,
            stub_of: FxHashMap::default(),
            slots: Vec::new(),
            slots_at: base + image.slots.start,
            room: [&image.got, &image.stubs, &image.slots].map(|range| range.end - range.start),
            current: None,
            block: None,
        }
    }

    /// Says which section is being relocated from now on.
    pub(crate) fn begin(
        &mut self,
        id: ObjectId,
        object: &'link Object,
        relocations: &'link [Relocation],
    ) {
        self.current = Some((id, object, relocations));
        self.block = None;
    }

    fn add_to_got(&mut self, need: Need, words: &[u64]) -> u64 {
        let address = self.got_at + self.got.len() as u64 * 8;
        self.got.extend(words);
        self.got_of.insert(need, address);
        address
    }

    fn add_stub(&mut self, target: Target, through: u64) -> u64 {
        let stub = self.stubs_at + self.stubs.len() as u64 * STUB_SIZE;
        self.stubs.push(through);
        self.stub_of.insert(target, stub);
        stub
    }

    /// The stub of a function that a resolver chooses: what every reference to it refers to.
    fn indirect(&mut self, target: Target, section: SectionId, offset: u64) -> u64 {
        if let Some(stub) = self.stub_of.get(&target) {
            return *stub;
        }
        let resolver = self.value(Target::Section { section, offset });
        let slot = self.slots_at + self.slots.len() as u64 * 8;
        self.slots.push(resolver);
        self.add_stub(target, slot)
    }

    /// The image's `__dso_handle`.
    fn handle(&mut self) -> u64 {
        if let Some(handle) = self.handle {
            return handle;
        }
        let address = self.got_at + self.got.len() as u64 * 8;
        self.handle = Some(self.add_to_got(Need::Handle, &[address]));
        address
    }

    /// Whether there is room for all that was asked for so far.
    ///
    /// Reaching counted it by the instructions as they are in the file. A damaged object, in which
    /// one relocation changes the instruction of another, may ask for more.
    pub(crate) fn fits(&self) -> bool {
        let [got, stubs, slots] = self.room;
        self.got.len() as u64 * 8 <= got
            && self.stubs.len() as u64 * STUB_SIZE <= stubs
            && self.slots.len() as u64 * 8 <= slots
    }

    /// Writes all of it into the image's memory, which begins with the image's first byte. Returns
    /// each slot's address and the resolver that fills it.
    pub(crate) fn write(self, image: &mut PlacedImage) -> Vec<(u64, u64)> {
        debug_assert!(self.fits());
        image.handle = self.handle.unwrap_or(image.base);
        let (got, stubs) = (image.got.start as usize, image.stubs.start as usize);
        let base = image.base;
        let memory = image.memory();
        for (place, word) in memory[got..].chunks_exact_mut(8).zip(&self.got) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        let size = STUB_SIZE as usize;
        for (index, (place, through)) in memory[stubs..]
            .chunks_exact_mut(size)
            .zip(&self.stubs)
            .enumerate()
        {
            arch::fill_stub(place, base + (stubs + index * size) as u64, *through);
        }
        let slots_at = self.slots_at;
        let at = |index: u64| slots_at + index * 8;
        (0u64..).map(at).zip(self.slots).collect()
    }
}

impl Values for Tables<'_> {
    #[inline]
    fn value(&mut self, target: Target) -> u64 {
        match target {
            Target::Address(address) | Target::Far(address) => address,
            Target::HostThreadLocal(offset) => offset as u64,
            Target::LibraryThreadLocal { offset, .. } => offset,
            // Offsets in the block count from there.
            Target::ThreadBlock => 0,
            Target::Section { section, offset } => self.known.section(section).wrapping_add(offset),
            Target::Indirect { section, offset } => self.indirect(target, section, offset),
            Target::ThreadLocal { section, offset } => match self.known.thread_local(section) {
                ThreadLocalPlace::Dynamic { offset: start, .. } => start.wrapping_add(offset),
                ThreadLocalPlace::Fixed(start) => start.wrapping_add_unsigned(offset) as u64,
            },
            Target::Got => self.got_at,
            Target::Image => self.handle(),
            Target::Edge(edge) => self.edges.at(edge),
        }
    }

    fn got(&mut self, target: Target) -> u64 {
        let need = Need::Address(target);
        match self.got_of.get(&need) {
            Some(address) => *address,
            None => {
                let value = self.value(target);
                self.add_to_got(need, &[value])
            }
        }
    }

    fn got_start(&self) -> u64 {
        self.got_at
    }

    fn size(&self, object: ObjectId, symbol: u32) -> u64 {
        self.known.size(object, symbol)
    }

    #[inline]
    fn is_near(&self, target: Target) -> bool {
        self.anchor.reaches(target)
    }

    fn thread_local_index(&mut self, target: Target) -> Result<u64, String> {
        let need = Need::ThreadLocal(target);
        if let Some(address) = self.got_of.get(&need) {
            return Ok(*address);
        }
        let words = self.module_and_offset(target)?;
        Ok(self.add_to_got(need, &words))
    }

    fn thread_local_descriptor(&mut self, target: Target) -> Result<u64, String> {
        let need = Need::ThreadLocalDescriptor(target);
        if let Some(address) = self.got_of.get(&need) {
            return Ok(*address);
        }
        let [module, offset] = self.module_and_offset(target)?;
        Ok(self.add_to_got(need, &[arch::find_thread_local(), module, offset]))
    }

    fn stub(&mut self, target: Target) -> u64 {
        if let Some(stub) = self.stub_of.get(&target) {
            return *stub;
        }
        let got = self.got(target);
        self.add_stub(target, got)
    }

    fn block_number(&mut self) -> Result<Option<u64>, String> {
        let block = match (self.block, self.current) {
            (Some(block), _) => block,
            (None, Some((id, object, relocations))) => {
                local_block(relocations, id, object, self.known)?
            }
            (None, None) => return Err("no section is being relocated".into()),
        };
        self.block = Some(block);
        Ok(match block {
            LocalBlock::Image(number) => Some(number),
            LocalBlock::Host => None,
        })
    }

    fn local_block(&mut self, object: ObjectId) -> Result<Option<u64>, String> {
        let Some(number) = self.block_number()? else {
            return Ok(None);
        };
        if Some(number) == self.known.host_module {
            let module = number;
            let start = Target::LibraryThreadLocal { module, offset: 0 };
            return self.thread_local_index(start).map(Some);
        }
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

impl Tables<'_> {
    /// What `__tls_get_addr` is asked with.
    fn module_and_offset(&mut self, target: Target) -> Result<[u64; 2], String> {
        match target {
            Target::LibraryThreadLocal { module, offset } => Ok([module, offset]),
            Target::ThreadLocal { section, .. } => match self.known.block_of(section) {
                Some(LocalBlock::Image(number)) => Ok([number, self.value(target)]),
                _ => Err("the variable is at a fixed offset".into()),
            },
            _ => Err("a plain variable is referred to as if it were thread-local".into()),
        }
    }
}
