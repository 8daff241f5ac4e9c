//! What a symbol turned out to be.

use rustc_hash::FxHashMap;

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
    /// An address within reach of every image: the host's, or a small constant.
    Address(u64),
    /// An address anywhere in the process: a shared library's.
    Far(u64),
    /// A place in a section that has or gets an address.
    Section { section: SectionId, offset: u64 },
    /// A thread-local variable of the host, by its offset from the thread pointer.
    HostThreadLocal(i64),
    /// A thread-local variable of a module or of the pool.
    ThreadLocal { section: SectionId, offset: u64 },
}

/// What the symbols of a link's objects refer to.
pub(crate) type Targets = FxHashMap<(ObjectId, u32), Target>;
