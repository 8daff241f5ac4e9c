//! What a symbol turned out to be.

use crate::rows::Rows;

/// An object of a link: one of the module's own, or one of the pool's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ObjectId(u32);

const MODULE: u32 = 1 << 31;

impl ObjectId {
    pub(crate) fn module(index: usize) -> ObjectId {
        ObjectId(index as u32 | MODULE)
    }

    pub(crate) fn pool(index: usize) -> ObjectId {
        ObjectId(index as u32)
    }

    pub(crate) fn is_module(self) -> bool {
        self.0 & MODULE != 0
    }

    /// Its place among the module's or the pool's objects.
    pub(crate) fn index(self) -> usize {
        (self.0 & !MODULE) as usize
    }
}

/// A section of an object of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct SectionId {
    pub(crate) object: ObjectId,
    pub(crate) index: u32,
}

/// What a reference to a symbol refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    /// An address of the host's, within reach of every image that lies near the host.
    Address(u64),
    /// An address anywhere in the process, a shared library's, or a number.
    Far(u64),
    /// A place in a section that has or gets an address.
    Section { section: SectionId, offset: u64 },
    /// A function that the resolver at this place chooses (IFUNC).
    Indirect { section: SectionId, offset: u64 },
    /// A thread-local variable of the host, by its offset from the thread pointer.
    HostThreadLocal(i64),
    /// A thread-local variable of a shared library, by the dynamic loader's number and the offset
    /// in the library's block.
    LibraryThreadLocal { module: u64, offset: u64 },
    /// A thread-local variable of a module or of the pool.
    ThreadLocal { section: SectionId, offset: u64 },
    /// The block that holds the thread-locals of the object that refers to it
    /// (`_TLS_MODULE_BASE_`).
    ThreadBlock,
    /// The GOT of the image that refers to it (`_GLOBAL_OFFSET_TABLE_`).
    Got,
    /// A word of the image that refers to it which holds its own address, as in a shared library: an
    /// identity that no other image has (`__dso_handle`). C++ passes its address, and the parts of glibc that are
    /// linked statically what it holds.
    Image,
    /// Where a part of the image that refers to it begins or ends (`etext`, `end`).
    Edge(Edge),
}

/// A border between the parts of an image, which system linkers name for the program to see
/// (<https://man7.org/linux/man-pages/man3/end.3.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Edge {
    /// The image's first byte (`__executable_start`).
    Start,
    /// Past its code (`etext`).
    CodeEnd,
    /// Its first variable (`data_start`).
    Data,
    /// Past the variables that have contents, before those that are zero (`edata`, `__bss_start`).
    DataEnd,
    /// Past all (`end`).
    End,
}

/// What the symbols of a link's objects refer to.
#[derive(Debug)]
pub(crate) struct Targets {
    /// By object and symbol: nearly all of a module's symbols are asked for.
    module: Vec<Vec<Option<Target>>>,
    /// Where in `of_pool` the target of a symbol of a pool's object is, counted from 1. A link asks for a few of
    /// thousands of them, or for nearly all of a new dependency's.
    pool: Rows<u32>,
    of_pool: Vec<Target>,
}

impl Targets {
    /// Room for the targets of a module whose objects have so many symbols.
    pub(crate) fn new(symbols: impl Iterator<Item = usize>) -> Targets {
        Targets {
            module: symbols.map(|count| vec![None; count.max(1)]).collect(),
            pool: Rows::default(),
            of_pool: Vec::new(),
        }
    }

    #[inline]
    pub(crate) fn get(&self, object: ObjectId, symbol: u32) -> Option<Target> {
        if object.is_module() {
            self.module[object.index()][symbol as usize]
        } else {
            let number = self.pool.get(object, symbol) as usize;
            self.of_pool.get(number.wrapping_sub(1)).copied()
        }
    }

    /// The targets of a module's object, by symbol; `None` for those that nobody asked for.
    pub(crate) fn of_module(&self, number: usize) -> &[Option<Target>] {
        &self.module[number]
    }

    pub(crate) fn set(&mut self, object: ObjectId, symbol: u32, target: Target) {
        if object.is_module() {
            self.module[object.index()][symbol as usize] = Some(target);
        } else {
            self.of_pool.push(target);
            self.pool.set(object, symbol, self.of_pool.len() as u32);
        }
    }
}
