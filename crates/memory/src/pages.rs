//! Pages that belong to one owner, wherever they come from: what a block and the code made of it have in common.
//! Dropping them gives them back to where they came from.

use std::sync::Arc;

use crate::{Error, Protection, arena::Shared, sys};

/// Whole pages, all ours.
#[derive(Debug)]
pub(crate) struct Pages {
    address: usize,
    len: usize,
    /// The arena that they return to; `None` for a mapping of their own.
    home: Option<Arc<Shared>>,
}

impl Pages {
    /// Zeroed, writable pages anywhere; `len` is a multiple of the page size.
    pub(crate) fn anywhere(len: usize) -> Result<Pages, Error> {
        match sys::allocate(len) {
            Ok(address) => Ok(Pages {
                address,
                len,
                home: None,
            }),
            Err(source) => Err(Error::Refused {
                action: "map",
                address: None,
                len,
                source,
            }),
        }
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
            home: Some(home),
        };
        // SAFETY: nothing refers to pages that were free.
        match unsafe { sys::commit(address, len) } {
            Ok(()) => Ok(pages),
            Err(source) => Err(Error::Refused {
                action: "make writable",
                address: Some(address),
                len,
                source,
            }),
        }
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
            Some(home) => unsafe { home.give_back(self.address, self.len) },
            None => {
                // SAFETY: as above. The kernel can refuse, where mappings merged and it has no room to divide them
                // again; the pages then stay ours for ever, which harms nobody.
                let _ = unsafe { sys::unmap(self.address, self.len) };
            }
        }
    }
}
