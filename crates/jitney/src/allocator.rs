//! Programs with a global allocator of their own.
//!
//! Memory crosses between a program's code and the standard library, which is the host's, so both
//! must use one allocator. A host that runs programs therefore makes its own allocator one that can
//! be switched, and the program's takes over when the program starts.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

/// A global allocator that gives way to that of the program that is run.
///
/// Until then it is [`System`]. Memory that the host allocated before goes to the program's
/// allocator when it is freed after, so that has to be one that stands on [`System`] or frees
/// nothing, as nearly all do.
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
    /// Null while it is [`System`]'s turn.
    functions: AtomicPtr<AllocatorFunctions>,
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
    /// An allocator that is [`System`] for now.
    #[allow(clippy::new_without_default)]
    pub const fn new() -> ProgramAllocator {
        ProgramAllocator {
            functions: AtomicPtr::new(ptr::null_mut()),
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

    /// Hands over to a program's functions, for the rest of the process's life.
    pub(crate) fn switch(&self, functions: AllocatorFunctions) {
        let functions = Box::leak(Box::new(functions));
        self.functions.store(functions, Ordering::Release);
    }

    #[inline]
    fn functions(&self) -> Option<&AllocatorFunctions> {
        // SAFETY: null, or one of the tables above, which live for ever and are not written again.
        unsafe { self.functions.load(Ordering::Acquire).as_ref() }
    }
}

// SAFETY: `System` is a right allocator, and so is what rustc makes of a program's. The switch
// happens once, before the program's first allocation.
unsafe impl GlobalAlloc for ProgramAllocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match self.functions() {
            // SAFETY: the caller's contract, passed on; here and in the other methods.
            None => unsafe { System.alloc(layout) },
            // SAFETY: as above.
            Some(program) => unsafe { (program.allocate)(layout.size(), layout.align()) },
        }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        match self.functions() {
            // SAFETY: as in `alloc`.
            None => unsafe { System.alloc_zeroed(layout) },
            // SAFETY: as in `alloc`.
            Some(program) => unsafe { (program.allocate_zeroed)(layout.size(), layout.align()) },
        }
    }

    #[inline]
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        match self.functions() {
            // SAFETY: as in `alloc`.
            None => unsafe { System.dealloc(memory, layout) },
            // SAFETY: as in `alloc`.
            Some(program) => unsafe { (program.deallocate)(memory, layout.size(), layout.align()) },
        }
    }

    #[inline]
    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
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
