//! From an address to the code that holds it: [`code_at`], [`is_code`] and [`is_raw_code`], for handlers of signals and for whoever
//! prints addresses. Sealed code and heaps enter what they own here, and take it out before it is unmapped.
//!
//! It is a tree like a processor's page table: three levels of 4096 entries, the last of which has an entry for each
//! 4 KiB of address space. Readers only load, wait for nothing and allocate nothing. An entry says all there is to say
//! in one word, so that no reader holds on to something that a writer would have to keep. Nodes of the tree are made
//! when something is entered and stay for ever: 32 KiB for each 16 MiB of addresses where code ever lay.

use std::{
    ops::Range,
    ptr,
    sync::atomic::{AtomicPtr, AtomicU64, Ordering},
};

use crate::tags::Tags;

/// What an entry is for. Smaller than any page there is.
const UNIT: usize = 1 << UNIT_BITS;
const UNIT_BITS: u32 = 12;
const LEVEL_BITS: u32 = 12;
const ENTRIES: usize = 1 << LEVEL_BITS;
/// Addresses of programs, on every processor that this crate runs on.
const ADDRESS_BITS: u32 = UNIT_BITS + 3 * LEVEL_BITS;

struct Leaf([AtomicU64; ENTRIES]);
struct Node([AtomicPtr<Leaf>; ENTRIES]);

static ROOT: [AtomicPtr<Node>; ENTRIES] = [const { AtomicPtr::new(ptr::null_mut()) }; ENTRIES];

// The two lowest bits of an entry say what follows; an entry of 0 is for addresses that hold nothing of ours.
const KIND: u64 = 0b11;
/// A piece that starts and ends at pages of its own. Two flags for this page, then 28 bits for how far ahead the piece
/// starts, in units, and 32 for its length, in bytes.
const PIECE: u64 = 1;
const EXECUTABLE: u64 = 0b0100;
const RAW: u64 = 0b1000;
const AHEAD_SHIFT: u32 = 4;
const AHEAD_BITS: u32 = 28;
const LEN_SHIFT: u32 = AHEAD_SHIFT + AHEAD_BITS;
/// Many small functions: a pointer to their [`Tags`].
const SMALL: u64 = 2;
/// Executable memory of a heap that no function lies in.
const EMPTY: u64 = 3;

/// The sealed [`Code`](crate::Code) or the [`Installed`](crate::Installed) function that holds this address.
///
/// Code counts whole, with its constants and variables. The answer was right at some moment during the call; what is
/// known to be there throughout, since the caller runs in it or owns it, is found. It waits for no other thread, allocates
/// nothing and uses no thread-local storage, so that a signal handler may call it.
pub fn code_at(address: usize) -> Option<Range<usize>> {
    let entry = entry(address)?.load(Ordering::Acquire);
    match entry & KIND {
        PIECE => {
            let ahead = (entry >> AHEAD_SHIFT) as usize & ((1 << AHEAD_BITS) - 1);
            let start = (address & !(UNIT - 1)) - ahead * UNIT;
            let piece = start..start + (entry >> LEN_SHIFT) as usize;
            piece.contains(&address).then_some(piece)
        }
        SMALL => {
            let tags = ptr::with_exposed_provenance::<Tags>((entry & !KIND) as usize);
            // SAFETY: tags that were entered once are never freed.
            unsafe { &*tags }.piece_at(address)
        }
        _ => None,
    }
}

/// Whether this address lies in memory that this crate has made executable, whether or not a function is there: pages
/// of sealed [`Code`](crate::Code) that are [`ReadExecute`](crate::Protection::ReadExecute), and all memory of heaps.
///
/// A signal handler may call it.
pub fn is_code(address: usize) -> bool {
    let entry = entry(address).map_or(0, |entry| entry.load(Ordering::Acquire));
    match entry & KIND {
        PIECE => entry & EXECUTABLE != 0,
        kind => kind != 0,
    }
}

/// As [`is_code`], but without code whose makers [vouch](crate::Block::vouched) for it.
///
/// A signal handler may call it.
pub fn is_raw_code(address: usize) -> bool {
    let entry = entry(address).map_or(0, |entry| entry.load(Ordering::Acquire));
    match entry & KIND {
        PIECE => entry & EXECUTABLE != 0 && entry & RAW != 0,
        kind => kind != 0,
    }
}

fn entry(address: usize) -> Option<&'static AtomicU64> {
    let [root, node, leaf] = path(address)?;
    let node_ptr = ROOT[root].load(Ordering::Acquire);
    // SAFETY: null, or a node, which is never freed.
    let leaf_ptr = unsafe { node_ptr.as_ref() }?.0[node].load(Ordering::Acquire);
    // SAFETY: the same.
    Some(&unsafe { leaf_ptr.as_ref() }?.0[leaf])
}

/// Where the entry for this address stands at each level; `None` for addresses that no program has.
fn path(address: usize) -> Option<[usize; 3]> {
    let address = address as u64;
    let index = |level: u32| (address >> (UNIT_BITS + level * LEVEL_BITS)) as usize % ENTRIES;
    (address >> ADDRESS_BITS == 0).then(|| [index(2), index(1), index(0)])
}

/// Sets the entries for all of `range`, which is made of whole units and belongs to the caller.
fn set(range: Range<usize>, mut value: impl FnMut(usize) -> u64) {
    for address in range.step_by(UNIT) {
        let Some([root, node, leaf]) = path(address) else {
            continue;
        };
        let node = &made(&ROOT[root]).0[node];
        made(node).0[leaf].store(value(address), Ordering::Release);
    }
}

/// What the pointer points to; made, full of zeroes, where that is nothing.
///
/// # Safety of its callers
/// `T` is [`Leaf`] or [`Node`]: zeroes stand for a valid one.
fn made<T: Zeroed>(pointer: &AtomicPtr<T>) -> &'static T {
    let mut found = pointer.load(Ordering::Acquire);
    if found.is_null() {
        let new = Box::into_raw(T::zeroed());
        let null = ptr::null_mut();
        match pointer.compare_exchange(null, new, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => found = new,
            Err(other_thread) => {
                // SAFETY: it came from a box above, and nobody else knows of it.
                drop(unsafe { Box::from_raw(new) });
                found = other_thread;
            }
        }
    }
    // SAFETY: it is never freed.
    unsafe { &*found }
}

trait Zeroed: 'static {
    fn zeroed() -> Box<Self>;
}

impl Zeroed for Leaf {
    fn zeroed() -> Box<Leaf> {
        // SAFETY: an integer may be 0.
        unsafe { Box::new_zeroed().assume_init() }
    }
}

impl Zeroed for Node {
    fn zeroed() -> Box<Node> {
        // SAFETY: a pointer may be null.
        unsafe { Box::new_zeroed().assume_init() }
    }
}

/// Addresses that were entered. Dropping it takes them out; it has to be dropped before they are unmapped.
#[derive(Debug)]
pub(crate) struct Entered(Range<usize>);

impl Entered {
    /// Enters a piece of `len` bytes that has its pages for itself; `executable` tells for each address of a page.
    pub(crate) fn piece(
        start: usize,
        len: usize,
        raw: bool,
        executable: impl Fn(usize) -> bool,
    ) -> Entered {
        let range = start..(start + len).next_multiple_of(UNIT);
        set(range.clone(), |address| {
            let ahead = ((address - start) / UNIT) as u64;
            let executable = if executable(address) { EXECUTABLE } else { 0 };
            let raw = if raw { RAW } else { 0 };
            PIECE | executable | raw | ahead << AHEAD_SHIFT | (len as u64) << LEN_SHIFT
        });
        Entered(range)
    }

    /// Enters executable memory that no function lies in yet.
    pub(crate) fn empty(range: Range<usize>) -> Entered {
        set(range.clone(), |_| EMPTY);
        Entered(range)
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        set(self.0.clone(), |_| 0);
    }
}

/// Within memory that was [entered as empty](Entered::empty): says that the functions in `range` are those of `tags`.
pub(crate) fn enter_small(range: Range<usize>, tags: &'static Tags) {
    let entry = ptr::from_ref(tags).expose_provenance() as u64 | SMALL;
    set(range, |_| entry);
}

/// Within memory that was [entered as empty](Entered::empty): says that `len` bytes from `start` are one function.
pub(crate) fn enter_large(start: usize, len: usize) {
    std::mem::forget(Entered::piece(start, len, true, |_| true));
}

/// Within memory that was [entered as empty](Entered::empty): makes it that again.
pub(crate) fn enter_empty(range: Range<usize>) {
    std::mem::forget(Entered::empty(range));
}
