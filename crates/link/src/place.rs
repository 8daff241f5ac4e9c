//! Placing: the layout of an image and the address of each section.
//!
//! An image is one block of memory in three runs of pages: code and stubs; constants, GOT, unwind
//! table and the thread-locals' initial contents; and variables. Only the last stays writable, and
//! no page of it is ever executable.

use std::ops::Range;

use jitney_memory::{Arena, Block, MAX_BLOCK_LEN, Protection, page_size};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::arch::STUB_SIZE;
use crate::error::Error;
use crate::reach::Part;
use crate::read::{Class, Object, Section};
use crate::static_room::StaticRoom;
use crate::target::{ObjectId, SectionId, Target};
use crate::tls::ThreadLocalImage;

/// Something that a relocation needs in its own image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Need {
    /// A GOT entry with an address, or with a host thread-local's offset from the thread pointer.
    Address(Target),
    /// A pair of GOT entries: a thread-local's module and its offset there.
    ThreadLocal(Target),
    /// A pair of GOT entries: the module of an object's thread-locals, and offset 0; and another for
    /// those variables of the object that are the host's.
    ThreadBlock(ObjectId),
    /// A jump to a far address, with a GOT entry.
    Stub(Target),
}

/// What the relocations of an image need in all, counted while they are first visited.
#[derive(Debug, Default)]
pub(crate) struct Needs {
    seen: FxHashSet<Need>,
    got_words: u64,
    stubs: u64,
    frame_bytes: u64,
    cies: FxHashSet<(ObjectId, u32)>,
}

impl Needs {
    pub(crate) fn add(&mut self, need: Need) {
        if !self.seen.insert(need) {
            return;
        }
        match need {
            Need::Address(_) => self.got_words += 1,
            Need::ThreadLocal(_) => self.got_words += 2,
            Need::ThreadBlock(_) => self.got_words += 4,
            Need::Stub(target) => {
                self.stubs += 1;
                self.add(Need::Address(target));
            }
        }
    }

    /// Counts an unwind entry, and its CIE the first time that an entry refers to it. Returns
    /// whether this was the first time.
    pub(crate) fn add_frame(
        &mut self,
        object: ObjectId,
        cie: u32,
        cie_len: usize,
        fde_len: usize,
    ) -> bool {
        self.frame_bytes += fde_len as u64;
        let first = self.cies.insert((object, cie));
        if first {
            self.frame_bytes += cie_len as u64;
        }
        first
    }
}

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
    /// Sections with bytes in the image, with their offsets from `base`.
    pub(crate) sections: Vec<(SectionId, u64)>,
    pub(crate) code: Range<u64>,
    pub(crate) stubs: Range<u64>,
    pub(crate) got: Range<u64>,
    pub(crate) frames: Range<u64>,
    pub(crate) thread_locals: Option<ThreadLocalLayout>,
    read_only: Range<u64>,
}

/// The addresses that a link gives out.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    pub(crate) sections: FxHashMap<SectionId, u64>,
    pub(crate) thread_locals: FxHashMap<SectionId, ThreadLocalPlace>,
}

/// Lays out the sections of one image, takes memory for it and records each section's address.
/// Sections that have an address already (literals) are left out. `None` for an image of nothing.
///
/// # Errors
/// When there is no memory for it.
pub(crate) fn place<'o>(
    part: &Part,
    object: impl Fn(ObjectId) -> &'o Object,
    arena: &Arena,
    room: Option<&mut StaticRoom>,
    addresses: &mut Addresses,
) -> Result<Option<PlacedImage>, Error> {
    let header = |id: SectionId| &object(id.object).sections[id.index as usize];
    let mut cursor = Cursor::default();
    let mut sections = Vec::with_capacity(part.sections.len());
    let mut put_all = |cursor: &mut Cursor, class: Class, addresses: &Addresses| {
        for id in &part.sections {
            let header = header(*id);
            if header.class == class && !addresses.sections.contains_key(id) {
                sections.push((*id, cursor.put(header.size, header.align)));
            }
        }
    };
    put_all(&mut cursor, Class::Code, addresses);
    let stubs = cursor.put_range(part.needs.stubs * STUB_SIZE, STUB_SIZE);
    let code = 0..cursor.next_page();

    let got = cursor.put_range(part.needs.got_words * 8, 8);
    // The terminating zero word comes after the entries.
    let frames = match part.needs.frame_bytes {
        0 => 0..0,
        bytes => cursor.put_range(bytes + 4, 8),
    };
    put_all(&mut cursor, Class::ReadOnly, addresses);
    let thread_locals =
        place_thread_locals(part, header, room, &mut cursor, &mut sections, addresses)?;
    let read_only = code.end..cursor.next_page();
    let mut put_writable = |cursor: &mut Cursor| {
        for id in &part.sections {
            let header = header(*id);
            if header.class == Class::Writable {
                sections.push((*id, cursor.put(header.size, header.align)));
            }
        }
    };
    put_writable(&mut cursor);
    if sections.is_empty() && thread_locals.is_none() {
        return Ok(None);
    }
    // Empty sections and thread-locals that are all zero take no bytes, and need an address.
    let len = cursor.next_page().max(page_size() as u64);

    let slack = if cursor.align > page_size() as u64 {
        cursor.align
    } else {
        0
    };
    let wanted = usize::try_from(len + slack).unwrap_or(usize::MAX);
    let block = arena.block(wanted)?;
    let base = (block.address() as u64).next_multiple_of(cursor.align.max(1));
    for (id, offset) in &sections {
        if header(*id).class != Class::ThreadLocal {
            addresses.sections.insert(*id, base + offset);
        }
    }
    Ok(Some(PlacedImage {
        block,
        base,
        sections,
        code,
        stubs,
        got,
        frames,
        thread_locals,
        read_only,
    }))
}

/// The initialized variables come first, so that the rest of a block is zero.
fn place_thread_locals<'o>(
    part: &Part,
    header: impl Fn(SectionId) -> &'o Section,
    room: Option<&mut StaticRoom>,
    cursor: &mut Cursor,
    sections: &mut Vec<(SectionId, u64)>,
    addresses: &mut Addresses,
) -> Result<Option<ThreadLocalLayout>, Error> {
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
    if size > MAX_BLOCK_LEN as u64 {
        // Every thread that uses one of the variables takes as much memory.
        return Err(jitney_memory::Error::TooLong { len: size as usize }.into());
    }
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
