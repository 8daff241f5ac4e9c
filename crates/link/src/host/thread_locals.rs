//! The host's thread-locals: where they are for the calling thread, and where new threads get
//! their initial contents from.

use std::ops::Range;

/// The thread-local block of the host.
#[derive(Clone, Debug)]
pub(super) struct ThreadLocals {
    pub(super) size: u64,
    /// A power of two.
    pub(super) align: u64,
    /// Where the initial contents are in memory.
    pub(super) initialized: Range<usize>,
    /// Whether the loader made them read-only (RELRO).
    pub(super) read_only: bool,
    /// The loader's number for the block of a shared library; `None` for the executable's.
    pub(super) module: Option<u64>,
}

/// The initial contents of the host's thread-locals, from which new threads get theirs.
#[derive(Clone, Debug)]
pub(crate) struct ThreadLocalTemplate {
    pub(crate) initialized: Range<usize>,
    /// The first variable's offset from the thread pointer.
    pub(crate) offset_of_first: i64,
    /// Whether the loader made it read-only (RELRO).
    pub(crate) read_only: bool,
    /// A power of two.
    pub(crate) align: u64,
}

impl ThreadLocals {
    /// Whether a loader would have made such a block.
    pub(super) fn is_possible(&self) -> bool {
        const MAX: u64 = 1 << 40;
        self.align.is_power_of_two() && self.align <= MAX && self.size <= MAX
    }

    /// Where symbols' values count from.
    ///
    /// System V ABI, x86-64 supplement, "Thread-Local Storage", variant II: the executable's block
    /// ends at the thread pointer. That of a shared library is anywhere, and offsets are in it.
    pub(super) fn offset_of_first(&self) -> i64 {
        match self.module {
            None => -(self.size.next_multiple_of(self.align) as i64),
            Some(_) => 0,
        }
    }

    pub(super) fn module(&self) -> Option<u64> {
        self.module
    }

    pub(super) fn template(&self) -> Option<ThreadLocalTemplate> {
        self.module.is_none().then(|| ThreadLocalTemplate {
            initialized: self.initialized.clone(),
            offset_of_first: self.offset_of_first(),
            read_only: self.read_only,
            align: self.align,
        })
    }
}
