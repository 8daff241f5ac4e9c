//! What an image holds beside its sections: GOT entries, stubs and unwind entries, counted while
//! relocations are first visited.

use rustc_hash::FxHashSet;

use crate::target::{ObjectId, Target};

/// Something that a relocation needs in its own image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Need {
    /// A GOT entry with an address, or with a host thread-local's offset from the thread pointer.
    Address(Target),
    /// A pair of GOT entries: a thread-local's module and its offset there.
    ThreadLocal(Target),
    /// A pair of GOT entries: the module of an object's thread-locals, and offset 0. And another, for
    /// those of the object's variables that are in a shared library that is the host.
    ThreadBlock(ObjectId),
    /// Three GOT entries: the function that finds a thread-local, its module and its offset there.
    ThreadLocalDescriptor(Target),
    /// A GOT entry with its own address: the image's `__dso_handle`.
    Handle,
    /// A jump to a far address, with a GOT entry.
    Stub(Target),
    /// A jump to what an IFUNC's resolver chooses, with a slot for that.
    Indirect(Target),
}

impl Need {
    pub(crate) fn got_words(self) -> u64 {
        match self {
            Need::Address(_) | Need::Handle => 1,
            Need::ThreadLocal(_) => 2,
            Need::ThreadLocalDescriptor(_) => 3,
            Need::ThreadBlock(_) => 4,
            Need::Stub(_) | Need::Indirect(_) => 0,
        }
    }
}

/// What an image needs in all.
#[derive(Debug, Default)]
pub(crate) struct Needs {
    seen: FxHashSet<Need>,
    pub(crate) got_words: u64,
    pub(crate) stubs: u64,
    /// Slots for the addresses that IFUNC resolvers choose.
    pub(crate) slots: u64,
    pub(crate) frame_bytes: u64,
    cies: FxHashSet<(ObjectId, u32)>,
}

impl Needs {
    pub(crate) fn add(&mut self, need: Need) {
        if !self.seen.insert(need) {
            return;
        }
        self.got_words += need.got_words();
        match need {
            Need::Stub(target) => {
                self.stubs += 1;
                self.add(Need::Address(target));
            }
            // The address of such a function is that of its stub.
            Need::Address(target @ Target::Indirect { .. }) => self.add(Need::Indirect(target)),
            Need::Address(Target::Image) => self.add(Need::Handle),
            Need::Indirect(_) => {
                self.stubs += 1;
                self.slots += 1;
            }
            _ => {}
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
