//! The memory of a heap where nothing may be mapped twice: pages are filled where they are not executable, made
//! executable there, and then moved over the ones they replace.
//!
//! A page of a heap holds many functions, and other threads may run one of them while another is installed: taking the
//! permission to execute away from it for that time is not possible. So each page has a place of its own in a second
//! range, the workshop, where it is put together from the old page and the new function and made executable. `mremap`
//! then moves it to its place: the kernel changes both under its lock of the address space, which a thread that
//! happens to fetch from the page at that moment waits for. Old functions have the same bytes before and after.
//!
//! The places in the workshop lie in the same order and all descend from one mapping, because the kernel merges moved
//! pages only when their former addresses follow one another too (`vma_merge` in the kernel's mm/vma.c). Ten thousand
//! functions cost no more mappings than ten.

use std::{
    io, ptr,
    sync::{Mutex, PoisonError},
};

use rustix::{
    io::Errno,
    mm::{Advice, MapFlags, MremapFlags, ProtFlags, madvise, mmap_anonymous, mremap_fixed, munmap},
};

use super::{page_size, protect, reserve_at};
use crate::Protection;

pub(super) struct Flips {
    executable: usize,
    len: usize,
    /// A page that is in use, so that what descends from this mapping can be told, and then the pages' own places.
    workshop: usize,
    /// One thread at a time replaces pages.
    pages: Mutex<Vec<Page>>,
}

#[derive(Clone, Copy, Default)]
struct Page {
    /// It was put in its place at least once.
    present: bool,
    /// Its place in the workshop could not be made writable again.
    stuck: bool,
}

impl Flips {
    pub(super) fn map(len: usize, at: Option<usize>) -> io::Result<Flips> {
        let executable = match at {
            Some(address) => reserve_at(address, len).map(|()| address)?,
            None => anywhere(len, ProtFlags::empty())?,
        };
        let workshop = anywhere(len + page_size(), ProtFlags::READ | ProtFlags::WRITE);
        let flips = Flips {
            executable,
            len,
            workshop: *workshop.as_ref().unwrap_or(&0),
            pages: Mutex::new(vec![Page::default(); len / page_size()]),
        };
        let first = ptr::with_exposed_provenance_mut::<u8>(workshop?);
        // SAFETY: the mapping was made above and nobody else knows of it.
        unsafe {
            // A huge page would be taken for the first write to any page, and divided again by the first move.
            let _ = madvise(first.cast(), len + page_size(), Advice::LinuxNoHugepage);
            first.write(1);
        }
        Ok(flips)
    }

    pub(super) fn executable(&self) -> usize {
        self.executable
    }

    /// # Safety
    /// The bytes lie within this memory, and nobody else reads or writes them.
    pub(super) unsafe fn write(&self, offset: usize, bytes: &[u8]) -> io::Result<()> {
        let page = page_size();
        let end = offset + bytes.len();
        let pages = offset / page..end.div_ceil(page);
        let (first, len) = (pages.start * page, pages.len() * page);
        let made = self.workshop + page + first;
        let place = self.executable + first;
        let (made_ptr, place_ptr) = (
            ptr::with_exposed_provenance_mut::<u8>(made),
            ptr::with_exposed_provenance_mut::<u8>(place),
        );

        // Nothing below can panic half-way.
        let mut all = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        let all = &mut all[pages];
        // SAFETY: `made` is `len` bytes that the lock makes ours, writable unless a page is stuck. Pages that are
        // present are readable, and functions in them do not change. The move replaces pages of this memory and
        // nothing else.
        unsafe {
            if all.iter().any(|page| page.stuck) {
                protect(made, len, Protection::ReadWrite)?;
                all.iter_mut().for_each(|page| page.stuck = false);
            }
            for index in (0..all.len()).filter(|&index| all[index].present) {
                let at = index * page;
                ptr::copy_nonoverlapping(place_ptr.add(at), made_ptr.add(at), page);
            }
            ptr::copy_nonoverlapping(bytes.as_ptr(), made_ptr.add(offset - first), bytes.len());
            let moved = protect(made, len, Protection::ReadExecute).and_then(|()| {
                let flags = MremapFlags::MAYMOVE | MremapFlags::DONTUNMAP;
                match mremap_fixed(made_ptr.cast(), len, len, flags, place_ptr.cast()) {
                    Ok(_) => Ok(()),
                    // Kernels before 5.7 do not know DONTUNMAP.
                    Err(Errno::INVAL) => Err(io::ErrorKind::Unsupported.into()),
                    Err(errno) => Err(errno.into()),
                }
            });
            // A move leaves zeroes behind.
            let stuck = protect(made, len, Protection::ReadWrite).is_err();
            all.iter_mut().for_each(|page| page.stuck = stuck);
            moved?;
        }
        all.iter_mut().for_each(|page| page.present = true);
        Ok(())
    }
}

impl Drop for Flips {
    fn drop(&mut self) {
        for (address, len) in [
            (self.executable, self.len),
            (self.workshop, self.len + page_size()),
        ] {
            if address != 0 {
                // SAFETY: the mapping is ours, and the heap drops it when nothing refers to it any more. Where the
                // kernel refuses, addresses are lost and nothing else.
                let _ = unsafe { munmap(ptr::with_exposed_provenance_mut(address), len) };
            }
        }
    }
}

fn anywhere(len: usize, protection: ProtFlags) -> io::Result<usize> {
    let flags = MapFlags::PRIVATE | MapFlags::NORESERVE;
    // SAFETY: no address is given, so that the kernel picks one that nothing else uses.
    let base = unsafe { mmap_anonymous(ptr::null_mut(), len, protection, flags) }?;
    Ok(base.expose_provenance())
}
