//! Memory for many small functions that come and go one by one.
//!
//! From top to bottom: a [`Heap`] has one [`Inner`] in each process. That has shards, one a processor, whose chunks
//! small functions lie in ([`shard`], [`chunk`], [`bits`]); chunks and long functions lie in [`regions`], which [`sys`]
//! maps. A function ([`installed`]) knows its [`home`].

mod bits;
mod chunk;
mod home;
mod inner;
mod installed;
mod options;
mod regions;
mod shard;

use std::{
    fmt,
    ops::Range,
    ptr::NonNull,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicPtr, Ordering},
    },
};

use self::inner::Inner;
pub use self::{
    installed::Installed,
    options::{Granule, HeapOptions, Writing},
};
use crate::{Error, sys};

/// Executable memory for many small functions, that are installed and freed one by one, from any thread.
///
/// Cloning it is cheap and gives a handle to the same heap. Its memory goes back to the system when the last handle and
/// the last function are gone.
///
/// After `fork`, a child can run the functions that its parent keeps, but not free them, and what it installs lies in
/// memory of its own.
#[derive(Clone)]
pub struct Heap(Arc<Shared>);

struct Shared {
    options: HeapOptions,
    /// The heap as this process has it, or, in a forked child that has not installed yet, its parent.
    current: AtomicPtr<Inner>,
}

/// How much of a heap is in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeapStatistics {
    /// Bytes of address space kept for functions, used or not.
    pub reserved: usize,
    /// Bytes of it that functions take up: their lengths rounded up to granules, or to pages above 16 KiB.
    pub used: usize,
    /// How many functions there are.
    pub functions: usize,
    /// How many stretches of address space functions share. Each is mapped once or twice.
    pub regions: usize,
}

impl Heap {
    /// A heap anywhere in memory, for functions at multiples of 64 bytes.
    ///
    /// A first region of 16 MiB of address space is mapped at once (half of that and so on down to 1 MiB where there is
    /// less room), further ones when it is full. They cost memory as functions are put in.
    ///
    /// # Errors
    /// [`Error::Refused`] where the system has no memory, or a policy keeps the process from making any executable.
    pub fn new() -> Result<Heap, Error> {
        Heap::with(HeapOptions::new())
    }

    /// A heap such that every byte of every function lies within 2 GiB of every byte of `near`, and of every other
    /// function of the heap.
    ///
    /// # Errors
    /// As [`Heap::new`], [`Error::BadNear`] where `near` is not a range or longer than 2 GiB, [`Error::NoAddressSpace`]
    /// where nothing near it is free.
    pub fn near(near: Range<usize>) -> Result<Heap, Error> {
        Heap::with(HeapOptions::new().near(near))
    }

    /// A heap as the options say.
    ///
    /// # Errors
    /// As [`HeapOptions::build`].
    pub fn with(options: HeapOptions) -> Result<Heap, Error> {
        let current = AtomicPtr::new(Inner::new(&options)?.as_ptr());
        Ok(Heap(Arc::new(Shared { options, current })))
    }

    /// The heap that all of the program can share, made at the first call.
    ///
    /// # Errors
    /// As [`Heap::new`]; a later call tries again.
    pub fn global() -> Result<&'static Heap, Error> {
        static GLOBAL: OnceLock<Heap> = OnceLock::new();
        match GLOBAL.get() {
            Some(heap) => Ok(heap),
            None => {
                let heap = Heap::new()?;
                Ok(GLOBAL.get_or_init(|| heap))
            }
        }
    }

    /// Copies the bytes into the heap. They are executable, and seen by instruction fetches of all threads, when it returns.
    ///
    /// # Errors
    /// [`Error::Empty`] and [`Error::TooLong`] for a length of 0 or above [`MAX_BLOCK_LEN`](crate::MAX_BLOCK_LEN),
    /// [`Error::NoAddressSpace`] where nothing near enough is free, [`Error::Refused`] where the system has no memory.
    #[inline]
    pub fn install(&self, bytes: &[u8]) -> Result<Installed, Error> {
        self.install_with(bytes.len(), |room, _| room.copy_from_slice(bytes))
    }

    /// Makes room for `len` bytes and has `write` fill it in, which is told the address that they will run at.
    ///
    /// What `write` finds there is unspecified, and the slice is not at that address. Bytes must be written, not read back,
    /// where speed matters. It may use the heap itself; where it panics, the room is free again.
    ///
    /// # Errors
    /// As [`install`](Heap::install).
    #[inline]
    pub fn install_with(
        &self,
        len: usize,
        write: impl FnOnce(&mut [u8], usize),
    ) -> Result<Installed, Error> {
        Installed::new(self.inner()?, len, write)
    }

    /// How much of it is in use at this moment.
    pub fn statistics(&self) -> HeapStatistics {
        self.inner().map(Inner::statistics).unwrap_or_default()
    }

    /// How functions get into its memory. With [`HeapOptions::writing`] left out, this is what the system has.
    pub fn writing(&self) -> Option<Writing> {
        self.inner().ok().and_then(Inner::writing)
    }

    #[inline]
    fn inner(&self) -> Result<&Inner, Error> {
        let current = self.0.current.load(Ordering::Acquire);
        // SAFETY: it is there as long as this handle is.
        let inner = unsafe { &*current };
        if inner.process == sys::process() {
            Ok(inner)
        } else {
            self.after_fork(current)
        }
    }

    /// Gives this process, which was forked from the one that made the heap, memory of its own.
    #[cold]
    fn after_fork(&self, parents: *mut Inner) -> Result<&Inner, Error> {
        let own = Inner::new(&self.0.options)?;
        let answer = self.0.current.compare_exchange(
            parents,
            own.as_ptr(),
            Ordering::AcqRel,
            Ordering::Acquire,
        );
        let current = match answer {
            Ok(_) => own.as_ptr(),
            Err(other_thread) => {
                // SAFETY: nobody else knows of it.
                unsafe { Inner::close(own) };
                other_thread
            }
        };
        // SAFETY: as in `inner`.
        Ok(unsafe { &*current })
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let Some(current) = NonNull::new(*self.current.get_mut()) else {
            return;
        };
        // SAFETY: it is there as long as this is.
        if unsafe { current.as_ref() }.process == sys::process() {
            // SAFETY: the last handle goes.
            unsafe { Inner::close(current) };
        }
    }
}

impl fmt::Debug for Heap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Heap({:?}, {:?})", self.0.options, self.statistics())
    }
}
