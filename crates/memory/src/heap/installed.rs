//! A function in a heap: from its bytes to its end.

use std::{fmt, io, ops::Range, slice};

use super::{chunk::fill_with_traps, home::Home, inner::Inner};
use crate::{Error, MAX_BLOCK_LEN, sys};

/// One function (or other piece of machine code) in a [`Heap`](crate::Heap). It can run, and nothing here can write to it.
///
/// Dropping it frees it, even while function pointers to it exist: turning an address into a function pointer is
/// `unsafe`, and whoever does so vouches that the function is still there at each call. It keeps its heap's memory, but
/// does not need the [`Heap`](crate::Heap) handle to be kept.
pub struct Installed {
    address: usize,
    len: usize,
    home: Home,
}

// SAFETY: the bytes do not change, and freeing them takes the locks of the heap.
unsafe impl Send for Installed {}
// SAFETY: the same.
unsafe impl Sync for Installed {}

impl Installed {
    #[inline]
    pub(super) fn new(
        inner: &Inner,
        len: usize,
        write: impl FnOnce(&mut [u8], usize),
    ) -> Result<Installed, Error> {
        match len {
            0 => return Err(Error::Empty),
            1..=MAX_BLOCK_LEN => {}
            _ => return Err(Error::TooLong { len }),
        }
        let room = Room {
            home: Some(inner.take(len)?),
            len,
        };
        room.filled(write)
    }

    /// Where it starts: an address at a multiple of the heap's [granule](crate::Granule).
    pub fn address(&self) -> usize {
        self.address
    }

    /// How many bytes were installed.
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        self.len
    }

    /// The start of it, to be turned into a function pointer.
    pub fn as_ptr(&self) -> *const u8 {
        std::ptr::with_exposed_provenance(self.address)
    }

    /// The bytes that were installed.
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: they are mapped, readable and initialized, and nobody changes them while `self` is there.
        unsafe { slice::from_raw_parts(self.as_ptr(), self.len) }
    }

    /// Writes the bytes that were installed to `out`, a file for example.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_to(&self, out: &mut impl io::Write) -> io::Result<()> {
        out.write_all(self.as_slice())
    }

    /// Keeps it for the rest of the process's life, together with its heap's memory, and gives its address.
    pub fn leak(self) -> usize {
        std::mem::ManuallyDrop::new(self).address
    }
}

impl Drop for Installed {
    #[inline]
    fn drop(&mut self) {
        if !self.home.is_ours() {
            // The memory is shared with the process that this one was forked from, and belongs to that.
            return;
        }
        self.home.withdraw();
        if let (Some(view), _) = self.home.place() {
            let view = std::ptr::with_exposed_provenance_mut(view);
            // SAFETY: the room is writable here, and ours until it is given back.
            unsafe { fill_with_traps(view, self.home.room(self.len)) };
        }
        // SAFETY: it was taken for this function.
        unsafe { self.home.give_back(self.len) };
    }
}

impl fmt::Debug for Installed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Range { start, end } = self.address..self.address + self.len;
        write!(f, "Installed({start:#x}..{end:#x})")
    }
}

/// Room that holds no function yet. It is given back where none comes: on an error, or a panic of the one who writes.
struct Room {
    home: Option<Home>,
    len: usize,
}

impl Room {
    #[inline]
    fn filled(mut self, write: impl FnOnce(&mut [u8], usize)) -> Result<Installed, Error> {
        let Some(home) = &self.home else {
            unreachable!("it is taken below")
        };
        let len = self.len;
        let (view, address) = home.place();
        match view {
            Some(view) => {
                let view = std::ptr::with_exposed_provenance_mut::<u8>(view);
                // SAFETY: the room is mapped, initialized (by the kernel, at the latest) and writable here, and ours
                // alone. What is behind the function's end is up to the next granule, or page.
                unsafe {
                    write(slice::from_raw_parts_mut(view, len), address);
                    let room = home.room(len);
                    if room != len {
                        fill_with_traps(view.add(len), room - len);
                    }
                }
            }
            None => {
                let mut bytes = vec![0; len];
                write(&mut bytes, address);
                let (memory, offset) = home.memory();
                // SAFETY: the room is ours alone.
                unsafe { memory.write(offset, &bytes) }.map_err(|source| Error::Refused {
                    action: "make executable",
                    address: Some(address),
                    len,
                    source,
                })?;
            }
        }
        sys::code_written(address, len);
        home.enter(len);
        let Some(home) = self.home.take() else {
            unreachable!("it was there above")
        };
        Ok(Installed { address, len, home })
    }
}

impl Drop for Room {
    #[inline]
    fn drop(&mut self) {
        if let Some(home) = &mut self.home {
            // SAFETY: it was taken for this function, which does not come to be.
            unsafe { home.give_back(self.len) };
        }
    }
}
