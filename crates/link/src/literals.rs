//! String and byte literals, kept once for the whole process and never given back.
//!
//! A module hands out `&'static str`s that point to its literals; the type says that they live for
//! ever, and a host may well keep one after the module is gone. So literals do not belong to the
//! module's image. They are kept here by content: loading the same text ten thousand times keeps
//! its literals once.
//!
//! Only anonymous constants without relocations come here (`.rodata..L…`, mergeable strings and
//! constants). Named statics have an identity that merging would break.

use std::hash::Hasher;

use hashbrown::HashTable;
use jitney_memory::{Arena, Block};
use rustc_hash::FxHasher;

use crate::error::Error;
use crate::read::{Class, Object};

/// The size of one chunk of literals, in bytes. A longer literal gets a chunk of its own.
const CHUNK: usize = 64 * 1024;

/// The literals of all modules.
#[derive(Debug, Default)]
pub(crate) struct Literals {
    /// Written to at the end only, never executable, and never freed.
    chunks: Vec<Chunk>,
    known: HashTable<Literal>,
}

#[derive(Debug)]
struct Chunk {
    memory: Block,
    used: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Literal {
    address: usize,
    len: usize,
}

/// How far the literals were filled before [`Literals::keep`], for taking back what it added.
#[derive(Debug)]
pub(crate) struct Mark {
    chunks: usize,
    used: usize,
    added: Vec<Literal>,
}

/// Whether a section holds literals and nothing that has an identity.
pub(crate) fn is_literal(object: &Object, section: u32) -> bool {
    let header = &object.sections[section as usize];
    let name = object.section_name(section);
    header.class == Class::ReadOnly
        && !header.zeroed
        && header.size > 0
        && header.align <= 64
        && (name.starts_with(b".rodata..L")
            || name.starts_with(b".rodata.str")
            || name.starts_with(b".rodata.cst"))
        && object.relocations(section).is_empty()
        && object.section_owner(section) == 0
}

impl Literals {
    pub(crate) fn mark(&self) -> Mark {
        let used = self.chunks.last().map_or(0, |chunk| chunk.used);
        Mark {
            chunks: self.chunks.len(),
            used,
            added: Vec::new(),
        }
    }

    /// Keeps a literal, and returns its address.
    ///
    /// # Errors
    /// When there is no memory for another chunk.
    pub(crate) fn keep(
        &mut self,
        arena: &Arena,
        mark: &mut Mark,
        bytes: &[u8],
        align: u64,
    ) -> Result<u64, Error> {
        let align = align as usize;
        let hash = hash(bytes);
        let same = |known: &Literal| known.address.is_multiple_of(align) && known.bytes() == bytes;
        if let Some(known) = self.known.find(hash, same) {
            return Ok(known.address as u64);
        }
        let has_room =
            |chunk: &Chunk| chunk.used.next_multiple_of(align) + bytes.len() <= chunk.memory.len();
        if !self.chunks.last().is_some_and(has_room) {
            self.chunks.push(Chunk {
                memory: arena.block(bytes.len().max(CHUNK))?,
                used: 0,
            });
        }
        let chunk = self.chunks.last_mut().expect("one was just made sure of");
        let start = chunk.used.next_multiple_of(align);
        let literal = Literal {
            address: chunk.memory.address() + start,
            len: bytes.len(),
        };
        // SAFETY: `start..start + len` lies in the chunk, past everything handed out: a raw write
        // disturbs no reference to the literals before it.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), literal.address as *mut u8, literal.len)
        };
        chunk.used = start + bytes.len();
        self.known
            .insert_unique(hash, literal, |known| self::hash(known.bytes()));
        mark.added.push(literal);
        Ok(literal.address as u64)
    }

    /// Takes back what was kept since `mark`; nothing may refer to it.
    pub(crate) fn undo(&mut self, mark: Mark) {
        for literal in mark.added {
            if let Ok(entry) = self
                .known
                .find_entry(hash(literal.bytes()), |known| *known == literal)
            {
                entry.remove();
            }
        }
        self.chunks.truncate(mark.chunks);
        if let Some(chunk) = self.chunks.last_mut() {
            chunk.used = mark.used;
        }
    }

    /// The bytes of memory that literals occupy.
    pub(crate) fn memory(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.used).sum()
    }
}

impl Literal {
    fn bytes(&self) -> &[u8] {
        // SAFETY: a literal in the table was written at this address and is never changed; chunks
        // are freed only after their literals left the table.
        unsafe { std::slice::from_raw_parts(self.address as *const u8, self.len) }
    }
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(bytes);
    hasher.finish()
}
