//! Placing: the layout of an image and the address of each section.
//!
//! An image is one block of memory in three runs of pages: code and stubs; constants, GOT, unwind
//! table and the thread-locals' initial contents; and variables. Only the last stays writable, and
//! no page of it is ever executable.

use std::ops::Range;

use jitney_memory::{Arena, Block, MAX_BLOCK_LEN, Protection, page_size};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::rows::Rows;

use crate::anchor::Anchor;
use crate::arch::STUB_SIZE;
use crate::error::Error;
use crate::reach::Part;
use crate::read::{Class, Object};
use crate::static_room::StaticRoom;
use crate::target::{Edge, ObjectId, SectionId};
use crate::tls::ThreadLocalImage;

/// Where a thread-local variable's section is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ThreadLocalPlace {
    /// In a block that each thread makes on first use.
    Dynamic {
        /// The number of the image's thread-locals.
        module: u64,
        /// The section's offset in each thread's block.
        offset: u64,
    },
    /// In the room that the host lends, at this offset from the thread pointer.
    Fixed(i64),
}

/// An image's thread-locals as a whole.
#[derive(Debug)]
pub(crate) struct ThreadLocalLayout {
    pub(crate) home: ThreadLocalHome,
    /// Offset in the image of the initial contents.
    pub(crate) template: u64,
    pub(crate) initialized: u64,
    pub(crate) size: u64,
    pub(crate) align: u64,
}

/// Where an image's thread-locals live.
#[derive(Debug)]
pub(crate) enum ThreadLocalHome {
    Dynamic(ThreadLocalImage),
    /// From this offset from the thread pointer on.
    Fixed(i64),
}

/// An image with all its addresses, its memory still empty and writable.
#[derive(Debug)]
pub(crate) struct PlacedImage {
    pub(crate) block: Block,
    /// Address of the image's first byte; later than the block's for a large alignment.
    pub(crate) base: u64,
    /// What its code calls `__dso_handle`; the first byte where it does not.
    pub(crate) handle: u64,
    /// Sections with bytes in the image, with their offsets from `base`.
    pub(crate) sections: Vec<(SectionId, u64)>,
    pub(crate) code: Range<u64>,
    pub(crate) stubs: Range<u64>,
    pub(crate) got: Range<u64>,
    /// Words for the addresses that IFUNC resolvers choose, writable.
    pub(crate) slots: Range<u64>,
    pub(crate) anchor: Anchor,
    pub(crate) edges: Edges,
    pub(crate) frames: Range<u64>,
    pub(crate) thread_locals: Option<ThreadLocalLayout>,
    read_only: Range<u64>,
}

/// The addresses at which the parts of an image meet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edges {
    start: u64,
    code_end: u64,
    data: u64,
    data_end: u64,
    end: u64,
}

impl Edges {
    pub(crate) fn at(&self, edge: Edge) -> u64 {
        match edge {
            Edge::Start => self.start,
            Edge::CodeEnd => self.code_end,
            Edge::Data => self.data,
            Edge::DataEnd => self.data_end,
            Edge::End => self.end,
        }
    }
}

/// The addresses of sections.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    /// By the module's objects and their sections; 0 for one that is not placed.
    module: Vec<Vec<u64>>,
    /// By the pool's objects and their sections; likewise.
    pub(crate) shared: Rows<u64>,
    pub(crate) thread_locals: FxHashMap<SectionId, ThreadLocalPlace>,
}

impl Addresses {
    /// Room for the addresses of a module whose objects have so many sections.
    pub(crate) fn new(sections: impl Iterator<Item = usize>) -> Addresses {
        Addresses {
            module: sections.map(|count| vec![0; count]).collect(),
            ..Addresses::default()
        }
    }

    #[inline]
    pub(crate) fn get(&self, section: SectionId) -> Option<u64> {
        if section.object.is_module() {
            let sections = self.module.get(section.object.index())?;
            sections
                .get(section.index as usize)
                .copied()
                .filter(|address| *address != 0)
        } else {
            Some(self.shared.get(section.object, section.index)).filter(|address| *address != 0)
        }
    }

    /// Whether a section has a place, be it in each thread's block.
    pub(crate) fn contains(&self, section: SectionId) -> bool {
        self.get(section).is_some() || self.thread_locals.contains_key(&section)
    }

    pub(crate) fn set(&mut self, section: SectionId, address: u64) {
        if section.object.is_module() {
            self.module[section.object.index()][section.index as usize] = address;
        } else {
            self.shared.set(section.object, section.index, address);
        }
    }
}

/// Lays out the sections of one image, takes memory for it and records each section's address.
/// Sections that have an address already (literals) are left out; those of a set lie in one piece.
/// `None` for an image of nothing.
///
/// # Errors
/// When there is no memory for it.
pub(crate) fn place<'o>(
    part: &Part,
    sets: &[Vec<SectionId>],
    object: impl Fn(ObjectId) -> &'o Object,
    arena: &Arena,
    room: Option<&mut StaticRoom>,
    addresses: &mut Addresses,
) -> Result<Option<PlacedImage>, Error> {
    let header = |id: SectionId| &object(id.object).sections[id.index as usize];
    let mut cursor = Cursor::default();
    let mut sections = Vec::with_capacity(part.sections.len());
    let in_sets: FxHashSet<SectionId> = sets
        .iter()
        .flatten()
        .filter(|id| part.sections.binary_search(id).is_ok())
        .copied()
        .collect();
    // Each header is looked at once: there may be ten thousand of them, too many for a processor's cache.
    let (mut code, mut constants, mut filled, mut zeroed) = Default::default();
    let sort_in = |id: SectionId| {
        let header = header(id);
        let run: &mut Vec<(SectionId, u64, u64)> = match header.class {
            Class::Code => &mut code,
            Class::ReadOnly => &mut constants,
            Class::Writable if header.zeroed => &mut zeroed,
            Class::Writable => &mut filled,
            Class::ThreadLocal | Class::NotLoaded => return,
        };
        if addresses.get(id).is_none() {
            run.push((id, header.size, header.align));
        }
    };
    let alone = |id: &&SectionId| in_sets.is_empty() || !in_sets.contains(*id);
    // A set lies in one piece.
    let together = sets.iter().flatten().filter(|id| in_sets.contains(id));
    part.sections
        .iter()
        .filter(alone)
        .chain(together)
        .copied()
        .for_each(sort_in);
    let put_all = |cursor: &mut Cursor,
                   run: Vec<(SectionId, u64, u64)>,
                   sections: &mut Vec<(SectionId, u64)>| {
        let put = |(id, size, align)| (id, cursor.put(size, align));
        sections.extend(run.into_iter().map(put));
    };
    put_all(&mut cursor, code, &mut sections);
    let stubs = cursor.put_range(part.needs.stubs * STUB_SIZE, STUB_SIZE);
    let code_end = cursor.at;
    let code = 0..cursor.next_page();

    let got = cursor.put_range(part.needs.got_words * 8, 8);
    // The terminating zero word comes after the entries.
    let frames = match part.needs.frame_bytes {
        0 => 0..0,
        bytes => cursor.put_range(bytes + 4, 8),
    };
    put_all(&mut cursor, constants, &mut sections);
    let before = sections.len();
    let thread_locals =
        place_thread_locals(part, &object, room, &mut cursor, &mut sections, addresses)?;
    let initial_values = before..sections.len();
    let read_only = code.end..cursor.next_page();
    let slots = cursor.put_range(part.needs.slots * 8, 8);
    put_all(&mut cursor, filled, &mut sections);
    let filled = cursor.at;
    put_all(&mut cursor, zeroed, &mut sections);
    if sections.is_empty() && thread_locals.is_none() {
        return Ok(None);
    }
    let end = cursor.at;
    // Empty sections and thread-locals that are all zero take no bytes, and need an address.
    let len = cursor.next_page().max(page_size() as u64);

    let slack = if cursor.align > page_size() as u64 {
        cursor.align
    } else {
        0
    };
    check_size(part, len + slack, &object)?;
    let block = arena.block((len + slack) as usize)?;
    block.expect_writes(filled as usize);
    let base = (block.address() as u64).next_multiple_of(cursor.align.max(1));
    for (number, (id, offset)) in sections.iter().enumerate() {
        if !initial_values.contains(&number) {
            addresses.set(*id, base + offset);
        }
    }
    Ok(Some(PlacedImage {
        block,
        base,
        handle: base,
        sections,
        code,
        stubs,
        got,
        slots,
        anchor: part.anchor,
        edges: Edges {
            start: base,
            code_end: base + code_end,
            data: base + read_only.end,
            data_end: base + filled,
            end: base + end,
        },
        frames,
        thread_locals,
        read_only,
    }))
}

/// Refuses what no image can have, naming the section that takes the most.
fn check_size<'o>(
    part: &Part,
    needed: u64,
    object: &impl Fn(ObjectId) -> &'o Object,
) -> Result<(), Error> {
    let limit = MAX_BLOCK_LEN as u64;
    if needed <= limit {
        return Ok(());
    }
    let size = |id: &SectionId| object(id.object).sections[id.index as usize].size;
    let largest = part.sections.iter().copied().max_by_key(size);
    Err(largest.map_or(Error::NothingToLink, |id| Error::TooLarge {
        needed,
        limit,
        object: object(id.object).name.clone(),
        section: object(id.object).shown_section_name(id.index),
        size: size(&id),
    }))
}

/// The initialized variables come first, so that the rest of a block is zero.
fn place_thread_locals<'o>(
    part: &Part,
    object: &impl Fn(ObjectId) -> &'o Object,
    room: Option<&mut StaticRoom>,
    cursor: &mut Cursor,
    sections: &mut Vec<(SectionId, u64)>,
    addresses: &mut Addresses,
) -> Result<Option<ThreadLocalLayout>, Error> {
    let header = |id: SectionId| &object(id.object).sections[id.index as usize];
    let variables = || {
        part.sections
            .iter()
            .copied()
            .filter(|id| header(*id).class == Class::ThreadLocal)
    };
    if variables().next().is_none() {
        return Ok(None);
    }
    let align = variables().map(|id| header(id).align).max().unwrap_or(1);
    let template = cursor.put(0, align);
    let mut block = Cursor::default();
    let mut offsets = Vec::new();
    let mut initialized = 0;
    for zeroed in [false, true] {
        for id in variables().filter(|id| header(*id).zeroed == zeroed) {
            let offset = block.put(header(id).size, header(id).align);
            offsets.push((id, offset));
            if !zeroed {
                sections.push((id, template + offset));
            }
        }
        if !zeroed {
            initialized = block.at;
        }
    }
    cursor.put(initialized, 1);
    let size = block.at;
    // Every thread that uses one of the variables takes as much memory.
    check_size(part, size, object)?;
    let home = match room.and_then(|room| room.take(size, align)) {
        Some(from_thread_pointer) => ThreadLocalHome::Fixed(from_thread_pointer),
        None => ThreadLocalHome::Dynamic(ThreadLocalImage::reserve()),
    };
    for (id, offset) in offsets {
        let place = match &home {
            ThreadLocalHome::Dynamic(image) => ThreadLocalPlace::Dynamic {
                module: image.module(),
                offset,
            },
            ThreadLocalHome::Fixed(start) => ThreadLocalPlace::Fixed(start + offset as i64),
        };
        addresses.thread_locals.insert(id, place);
    }
    Ok(Some(ThreadLocalLayout {
        home,
        template,
        initialized,
        size,
        align,
    }))
}

impl PlacedImage {
    /// The image's bytes, from its first on.
    pub(crate) fn memory(&mut self) -> &mut [u8] {
        let skip = self.base as usize - self.block.address();
        &mut self.block.as_mut_slice()[skip..]
    }

    /// What each run of the block's pages may be used for once it is sealed.
    pub(crate) fn protections(&self) -> Vec<(Range<usize>, Protection)> {
        let shift = self.base as usize - self.block.address();
        let run = |range: &Range<u64>| range.start as usize + shift..range.end as usize + shift;
        let (code, read_only) = (run(&self.code), run(&self.read_only));
        let variables = read_only.end..self.block.len();
        [
            (code, Protection::ReadExecute),
            (read_only, Protection::Read),
            (variables, Protection::ReadWrite),
        ]
        .into_iter()
        .filter(|(range, _)| !range.is_empty())
        .collect()
    }
}

#[derive(Debug, Default)]
struct Cursor {
    at: u64,
    align: u64,
}

impl Cursor {
    fn put(&mut self, size: u64, align: u64) -> u64 {
        self.align = self.align.max(align);
        let start = self.at.next_multiple_of(align);
        self.at = start + size;
        start
    }

    fn put_range(&mut self, size: u64, align: u64) -> Range<u64> {
        let start = self.put(size, align);
        start..start + size
    }

    fn next_page(&mut self) -> u64 {
        self.at = self.at.next_multiple_of(page_size() as u64);
        self.at
    }
}
