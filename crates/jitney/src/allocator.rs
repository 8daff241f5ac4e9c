//! Programs with a global allocator of their own.
//!
//! Memory crosses between a program's code and the standard library, which is the host's, so both
//! must use one allocator. A host that runs programs therefore makes its own allocator one that can
//! be switched, and the program's takes over when the program starts. What the host allocated before is
//! kept apart (`host_heap.rs`), and goes back where it came from.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use crate::host_heap::HostHeap;

/// A global allocator that gives way to that of the program that is run.
///
/// Until then memory comes from pages of its own, so that a program finds the C library's heap as a
/// process that has just started does. A Rust program gets its own `#[global_allocator]`, or [`System`];
/// beside a program in C nothing changes.
///
/// ```
/// use jitney::{Jit, ProgramAllocator};
///
/// #[global_allocator]
/// static ALLOCATOR: ProgramAllocator = ProgramAllocator::new();
///
/// # fn main() -> Result<(), jitney::Error> {
/// let jit = Jit::new()?;
/// assert!(jit.lend_allocator(&ALLOCATOR));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct ProgramAllocator {
    /// The program's; null where it has none.
    functions: AtomicPtr<AllocatorFunctions>,
    /// Whether it is [`System`]'s turn, and no more the host's own heap's.
    system: AtomicBool,
    heap: HostHeap,
}

/// The host's allocator, if it lends it.
static LENT: OnceLock<&'static ProgramAllocator> = OnceLock::new();

/// Takes note of a host's allocator, if it is what the process allocates with.
pub(crate) fn lend(allocator: &'static ProgramAllocator) -> bool {
    allocator.is_global() && ptr::eq(*LENT.get_or_init(|| allocator), allocator)
}

/// The host's allocator, if it lends it.
pub(crate) fn lent() -> Option<&'static ProgramAllocator> {
    LENT.get().copied()
}

/// The functions that rustc makes of a `#[global_allocator]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AllocatorFunctions {
    pub(crate) allocate: unsafe fn(usize, usize) -> *mut u8,
    pub(crate) allocate_zeroed: unsafe fn(usize, usize) -> *mut u8,
    pub(crate) deallocate: unsafe fn(*mut u8, usize, usize),
    pub(crate) reallocate: unsafe fn(*mut u8, usize, usize, usize) -> *mut u8,
}

/// The mangled names of those functions after the compiler's hash, in the order of the fields.
pub(crate) const NAMES: [&str; 4] = [
    "_7___rustc12___rust_alloc",
    "_7___rustc19___rust_alloc_zeroed",
    "_7___rustc14___rust_dealloc",
    "_7___rustc14___rust_realloc",
];

impl AllocatorFunctions {
    /// The functions at the addresses of [`NAMES`].
    ///
    /// # Safety
    /// They are the functions that rustc made of a `#[global_allocator]`, with this compiler.
    pub(crate) unsafe fn at(addresses: [usize; 4]) -> AllocatorFunctions {
        let [allocate, allocate_zeroed, deallocate, reallocate] = addresses;
        // SAFETY: the caller's promise; the signatures are those of `alloc`'s declarations.
        unsafe {
            AllocatorFunctions {
                allocate: std::mem::transmute::<usize, unsafe fn(usize, usize) -> *mut u8>(
                    allocate,
                ),
                allocate_zeroed: std::mem::transmute::<usize, unsafe fn(usize, usize) -> *mut u8>(
                    allocate_zeroed,
                ),
                deallocate: std::mem::transmute::<usize, unsafe fn(*mut u8, usize, usize)>(
                    deallocate,
                ),
                reallocate: std::mem::transmute::<
                    usize,
                    unsafe fn(*mut u8, usize, usize, usize) -> *mut u8,
                >(reallocate),
            }
        }
    }
}

impl ProgramAllocator {
    /// An allocator for a host that runs no program yet.
    #[allow(clippy::new_without_default)]
    pub const fn new() -> ProgramAllocator {
        ProgramAllocator {
            functions: AtomicPtr::new(ptr::null_mut()),
            system: AtomicBool::new(false),
            heap: HostHeap::new(),
        }
    }

    /// Whether this is what the process allocates with.
    fn is_global(&self) -> bool {
        static ASKED: AtomicBool = AtomicBool::new(false);
        static PROBE: AllocatorFunctions = AllocatorFunctions {
            allocate: |size, align| {
                ASKED.store(true, Ordering::Relaxed);
                // SAFETY: the compiler passes the parts of a valid layout.
                unsafe { System.alloc(Layout::from_size_align_unchecked(size, align)) }
            },
            allocate_zeroed: |size, align| {
                // SAFETY: as above.
                unsafe { System.alloc_zeroed(Layout::from_size_align_unchecked(size, align)) }
            },
            deallocate: |memory, size, align| {
                // SAFETY: as above; all memory so far is `System`'s.
                unsafe { System.dealloc(memory, Layout::from_size_align_unchecked(size, align)) }
            },
            reallocate: |memory, size, align, new_size| {
                // SAFETY: as above.
                unsafe {
                    let layout = Layout::from_size_align_unchecked(size, align);
                    System.realloc(memory, layout, new_size)
                }
            },
        };
        let before = self
            .functions
            .swap((&raw const PROBE).cast_mut(), Ordering::AcqRel);
        drop(black_box(Box::new(0u64)));
        self.functions.store(before, Ordering::Release);
        ASKED.load(Ordering::Relaxed)
    }

    /// Hands over to a Rust program's functions, or to [`System`], for the rest of the process's life.
    pub(crate) fn switch(&self, functions: Option<AllocatorFunctions>) {
        self.system.store(true, Ordering::Release);
        if let Some(functions) = functions {
            let functions = Box::leak(Box::new(functions));
            self.functions.store(functions, Ordering::Release);
        }
        self.heap.shrink();
    }

    /// Stays beside a program that is not Rust.
    pub(crate) fn stay(&self) {
        self.heap.shrink();
    }

    /// A piece of the host's own heap, while it is its turn, and whether it is zero.
    #[inline]
    fn of_host(&self, layout: Layout) -> Option<(*mut u8, bool)> {
        match self.system.load(Ordering::Acquire) {
            true => None,
            false => self.heap.allocate(layout),
        }
    }

    #[inline]
    fn functions(&self) -> Option<&AllocatorFunctions> {
        // SAFETY: null, or one of the tables above, which live for ever and are not written again.
        unsafe { self.functions.load(Ordering::Acquire).as_ref() }
    }
}

// SAFETY: `System` and `HostHeap` are right allocators, and so is what rustc makes of a program's. What the host's heap
// gave goes back to it, and everything else to whose turn it is; that changes once, before the program's first allocation.
unsafe impl GlobalAlloc for ProgramAllocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match self.functions() {
            None => match self.of_host(layout) {
                Some((piece, _)) => piece,
                // SAFETY: the caller's contract, passed on; here and in the other methods.
                None => unsafe { System.alloc(layout) },
            },
            // SAFETY: as above.
            Some(program) => unsafe { (program.allocate)(layout.size(), layout.align()) },
        }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        match self.functions() {
            None => match self.of_host(layout) {
                Some((piece, true)) => piece,
                Some((piece, false)) => {
                    // SAFETY: the piece has at least this size.
                    unsafe { piece.write_bytes(0, layout.size()) };
                    piece
                }
                // SAFETY: as in `alloc`.
                None => unsafe { System.alloc_zeroed(layout) },
            },
            // SAFETY: as in `alloc`.
            Some(program) => unsafe { (program.allocate_zeroed)(layout.size(), layout.align()) },
        }
    }

    #[inline]
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        if self.heap.holds(memory) {
            // SAFETY: it came from that heap, and the caller uses it no more.
            return unsafe { self.heap.free(memory, layout) };
        }
        match self.functions() {
            // SAFETY: as in `alloc`.
            None => unsafe { System.dealloc(memory, layout) },
            // SAFETY: as in `alloc`.
            Some(program) => unsafe { (program.deallocate)(memory, layout.size(), layout.align()) },
        }
    }

    #[inline]
    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if self.heap.holds(memory) {
            if HostHeap::serves(layout, new_size) {
                return memory;
            }
            // SAFETY: the caller's contract: `new_size` makes a valid layout. The new piece is another one, and has room
            // for what is copied.
            unsafe {
                let new = self.alloc(Layout::from_size_align_unchecked(new_size, layout.align()));
                if !new.is_null() {
                    ptr::copy_nonoverlapping(memory, new, layout.size().min(new_size));
                    self.heap.free(memory, layout);
                }
                return new;
            }
        }
        match self.functions() {
            // SAFETY: as in `alloc`.
            None => unsafe { System.realloc(memory, layout, new_size) },
            // SAFETY: as in `alloc`.
            Some(program) => unsafe {
                (program.reallocate)(memory, layout.size(), layout.align(), new_size)
            },
        }
    }
}
