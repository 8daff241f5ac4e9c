//! Addresses reserved near the running program, from which blocks are placed and to which they return.
//!
//! Machine code reaches other code and data by signed 32-bit displacements. An arena keeps all of its memory and the
//! program it lies near within one window of 2 GiB, so that everything in it reaches everything else in it.

use std::{
    fmt,
    ops::Range,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    Block, Error,
    block::whole_pages,
    free_ranges::FreeRanges,
    page_size,
    pages::Pages,
    reach::{self, REACH},
    sys,
};

/// The length of a region when nothing stands against it.
const MAX_REGION: usize = 64 << 20;
/// The shortest region worth reserving.
const MIN_REGION: usize = 16 << 20;
/// Addresses near the running program from which [blocks](Block) are placed, and to which they return when dropped.
///
/// Have one a program and share it: arenas near the same place compete for the same 2 GiB. Cloning it is cheap and gives a handle to the same arena. The addresses stay reserved until the last handle, the
/// last block and the last code from it are gone. Reserved addresses cost no memory.
#[derive(Clone)]
pub struct Arena(Arc<Shared>);

/// How much of an arena is in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistics {
    /// Bytes of address space kept, used or not.
    pub reserved: usize,
    /// Bytes of it in blocks and code, which is also the most memory that they can cost.
    pub used: usize,
    /// How many blocks and pieces of code there are.
    pub blocks: usize,
}

impl Arena {
    /// Reserves addresses such that every byte of every block lies within 2 GiB of every byte of `near`, and of every
    /// other block of this arena.
    ///
    /// A first region of 64 MiB is reserved at once, or half of that and so on down to 16 MiB where there is less
    /// room; further ones when it is full. Below `near` is preferred: above a program its heap grows.
    ///
    /// # Errors
    /// [`Error::BadNear`] where `near` is not a range or longer than 2 GiB, [`Error::NoAddressSpace`] where nothing
    /// near it is free.
    pub fn near(near: Range<usize>) -> Result<Arena, Error> {
        if near.start > near.end || near.end - near.start > REACH {
            return Err(Error::BadNear { near });
        }
        let mut state = State {
            window: near.clone(),
            ..State::default()
        };
        state.grow(&near, 0)?;
        Ok(Arena(Arc::new(Shared {
            near,
            state: Mutex::new(state),
        })))
    }

    /// A block of at least `len` bytes, zeroed and writable.
    ///
    /// # Errors
    /// [`Error::Empty`] and [`Error::TooLong`] for a length of 0 or above [`MAX_BLOCK_LEN`](crate::MAX_BLOCK_LEN),
    /// [`Error::NoAddressSpace`] where the arena is full and cannot grow, [`Error::Refused`] where the system has no
    /// memory.
    pub fn block(&self, len: usize) -> Result<Block, Error> {
        let len = whole_pages(len)?;
        let address = self.0.take(len)?;
        // SAFETY: the range was taken just now.
        unsafe { Pages::from_arena(self.0.clone(), address, len) }.map(Block::from_pages)
    }

    /// How much of it is in use at this moment.
    pub fn statistics(&self) -> Statistics {
        self.0.state().statistics
    }
}

impl fmt::Debug for Arena {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.0.state();
        let (start, end) = (self.0.near.start, self.0.near.end);
        write!(
            f,
            "Arena(near {start:#x}..{end:#x}, {:x?}, {:?})",
            state.regions, state.statistics
        )
    }
}

/// What the handles of an arena and the pages that came from it hold together.
pub(crate) struct Shared {
    near: Range<usize>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The least range that holds `near` and all regions; never longer than [`REACH`].
    window: Range<usize>,
    regions: Vec<Range<usize>>,
    free: FreeRanges,
    statistics: Statistics,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that runs under the lock can leave the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes `len` bytes of reserved, inaccessible pages and gives their address.
    fn take(&self, len: usize) -> Result<usize, Error> {
        let mut state = self.state();
        let address = match state.free.take(len) {
            Some(address) => address,
            None => state.grow(&self.near, len)?,
        };
        state.statistics.used += len;
        state.statistics.blocks += 1;
        Ok(address)
    }

    /// Takes back pages: their memory goes to the kernel, their addresses become free.
    ///
    /// # Safety
    /// They came from [`take`](Shared::take) and nothing refers to them any more.
    pub(crate) unsafe fn give_back(&self, address: usize, len: usize) {
        // SAFETY: passed on to the caller.
        if unsafe { sys::decommit(address, len) }.is_err() {
            // The kernel has no mapping left to divide a merged one with. The pages then count as used for as long
            // as the arena lives: nobody may be given what is perhaps still executable.
            return;
        }
        let mut state = self.state();
        state.free.give(address, len);
        state.statistics.used -= len;
        state.statistics.blocks -= 1;
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arena")
            .field("near", &self.near)
            .finish_non_exhaustive()
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        for region in &state.regions {
            // SAFETY: the region is ours, and all pages that came from it are gone, since they hold this arena. Where
            // the kernel refuses, addresses are lost and nothing else.
            let _ = unsafe { sys::unmap(region.start, region.len()) };
        }
    }
}

impl State {
    /// Reserves a further region, takes `wanted` bytes of it and gives their address; the rest becomes free.
    fn grow(&mut self, near: &Range<usize>, wanted: usize) -> Result<usize, Error> {
        let least = wanted.max(MIN_REGION);
        let mut len = wanted.max(MAX_REGION);
        loop {
            let reserved = reach::place(&mut self.window, near, len, |address| {
                sys::reserve_at(address, len)
            });
            match reserved {
                Ok((address, ())) => {
                    self.regions.push(address..address + len);
                    self.statistics.reserved += len;
                    if len > wanted {
                        self.free.give(address + wanted, len - wanted);
                    }
                    return Ok(address);
                }
                Err(source) if len == least => {
                    return Err(Error::NoAddressSpace {
                        near: near.clone(),
                        len,
                        source,
                    });
                }
                Err(_) => len = (len / 2).next_multiple_of(page_size()).max(least),
            }
        }
    }
}
