//! Pages that belong to one owner, wherever they come from: what a block and the code made of it have in common.
//! Dropping them gives them back to where they came from.

use std::sync::Arc;

use crate::{Error, Protection, arena::Shared, sys};

/// Whole pages, all ours.
#[derive(Debug)]
pub(crate) struct Pages {
    address: usize,
    len: usize,
    home: Home,
    /// See [`Block::vouched`](crate::Block::vouched).
    pub(crate) vouched: bool,
}

#[derive(Debug)]
enum Home {
    /// A mapping of their own, with so many bytes before and behind them that nobody can touch.
    Own { guard: usize },
    /// The arena that they return to.
    Arena(Arc<Shared>),
}

impl Pages {
    /// Zeroed, writable pages anywhere; `len` is a multiple of the page size.
    pub(crate) fn anywhere(len: usize) -> Result<Pages, Error> {
        match sys::allocate(len) {
            Ok(address) => Ok(Pages {
                address,
                len,
                home: Home::Own { guard: 0 },
                vouched: false,
            }),
            Err(source) => Err(Error::Refused {
                action: "map",
                address: None,
                len,
                source,
            }),
        }
    }

    /// Zeroed, writable pages anywhere, between `guard` bytes that nobody can touch; both are multiples of the page
    /// size, and `guard` is not 0.
    pub(crate) fn guarded(len: usize, guard: usize) -> Result<Pages, Error> {
        let whole = guard
            .checked_mul(2)
            .and_then(|guards| guards.checked_add(len));
        let Some(whole) = whole else {
            return Err(Error::TooLong { len: guard });
        };
        let reserved = sys::reserve(whole).map_err(|source| Error::Refused {
            action: "reserve",
            address: None,
            len: whole,
            source,
        })?;
        let pages = Pages {
            address: reserved + guard,
            len,
            home: Home::Own { guard },
            vouched: false,
        };
        pages.commit()?;
        Ok(pages)
    }

    /// Gives reserved pages memory.
    fn commit(&self) -> Result<(), Error> {
        // SAFETY: nothing refers to pages that were only reserved until now.
        unsafe { sys::commit(self.address, self.len) }.map_err(|source| Error::Refused {
            action: "make writable",
            address: Some(self.address),
            len: self.len,
            source,
        })
    }

    /// Makes reserved pages of `home` ours. They return to it even where this fails.
    ///
    /// # Safety
    /// `len` bytes at `address` were taken from the free ranges of `home` just now.
    pub(crate) unsafe fn from_arena(
        home: Arc<Shared>,
        address: usize,
        len: usize,
    ) -> Result<Pages, Error> {
        let pages = Pages {
            address,
            len,
            home: Home::Arena(home),
            vouched: false,
        };
        pages.commit()?;
        Ok(pages)
    }

    pub(crate) fn address(&self) -> usize {
        self.address
    }

    /// The start of the pages. Their provenance was exposed where they were mapped, under `sys`.
    pub(crate) fn as_ptr(&self) -> *mut u8 {
        std::ptr::with_exposed_provenance_mut(self.address)
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Changes the protection of `len` bytes at `offset`; `action` says it in an error.
    ///
    /// # Safety
    /// No reference into them claims more than `protection` grants.
    pub(crate) unsafe fn protect(
        &self,
        offset: usize,
        len: usize,
        protection: Protection,
        action: &'static str,
    ) -> Result<(), Error> {
        debug_assert!(offset + len <= self.len);
        let address = self.address + offset;
        // SAFETY: these pages are ours; the rest is passed on to the caller.
        unsafe { sys::protect(address, len, protection) }.map_err(|source| Error::Refused {
            action,
            address: Some(address),
            len,
            source,
        })
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        match &self.home {
            // SAFETY: the owner goes, and with it every reference into the pages.
            Home::Arena(home) => unsafe { home.give_back(self.address, self.len) },
            Home::Own { guard } => {
                // SAFETY: as above. The kernel can refuse, where mappings merged and it has no room to divide them
                // again; the pages then stay ours for ever, which harms nobody.
                let _ = unsafe { sys::unmap(self.address - guard, self.len + 2 * guard) };
            }
        }
    }
}
