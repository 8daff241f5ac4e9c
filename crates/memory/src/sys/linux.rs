//! Linux: `mmap`, `mprotect` and `munmap` through rustix. In the folder: what heaps and instruction caches need.

mod cache;
mod flips;
mod memory;
mod process;

pub(crate) use cache::code_written;
pub(crate) use memory::CodeMemory;
pub(crate) use process::process;

use std::io;

use rustix::mm::{
    Advice, MapFlags, MprotectFlags, ProtFlags, madvise, mmap_anonymous, mprotect, munmap,
};

use crate::Protection;

/// The size of a page in bytes, a power of two.
pub(crate) fn page_size() -> usize {
    rustix::param::page_size()
}

/// Reservations start at multiples of this many bytes, a power of two.
pub(crate) fn granularity() -> usize {
    page_size()
}

/// `mmap`: `len` bytes of zeroed, writable memory wherever the kernel likes.
pub(crate) fn allocate(len: usize) -> io::Result<usize> {
    // SAFETY: no address is given, so that the kernel picks one that nothing else uses.
    let base = unsafe {
        mmap_anonymous(
            std::ptr::null_mut(),
            len,
            ProtFlags::READ | ProtFlags::WRITE,
            MapFlags::PRIVATE,
        )
    }?;
    Ok(base.expose_provenance())
}

/// `mmap`: keeps `len` bytes wherever the kernel likes for us, inaccessible and costing no memory.
pub(crate) fn reserve(len: usize) -> io::Result<usize> {
    let flags = MapFlags::PRIVATE | MapFlags::NORESERVE;
    // SAFETY: no address is given, so that the kernel picks one that nothing else uses.
    let base = unsafe { mmap_anonymous(std::ptr::null_mut(), len, ProtFlags::empty(), flags) }?;
    Ok(base.expose_provenance())
}

/// `mmap`: keeps `len` bytes at `address` for us, inaccessible and costing no memory.
///
/// An error when any of it is in use already; nothing is ever replaced.
pub(crate) fn reserve_at(address: usize, len: usize) -> io::Result<()> {
    let hint = std::ptr::with_exposed_provenance_mut(address);
    let flags = MapFlags::PRIVATE | MapFlags::NORESERVE | MapFlags::FIXED_NOREPLACE;
    // SAFETY: with FIXED_NOREPLACE, existing mappings stay as they are.
    let base = unsafe { mmap_anonymous(hint, len, ProtFlags::empty(), flags) }?;
    if base.expose_provenance() == address {
        return Ok(());
    }
    // Kernels before 4.17 take the flag for a mere hint: https://man7.org/linux/man-pages/man2/mmap.2.html
    // SAFETY: this mapping was made above, and nobody else knows of it.
    unsafe { munmap(base, len) }?;
    Err(io::ErrorKind::AlreadyExists.into())
}

/// `mprotect`: makes reserved pages readable and writable; the kernel gives them zeroed memory when they are used.
///
/// # Safety
/// The pages belong to the caller, reserved and unused.
pub(crate) unsafe fn commit(address: usize, len: usize) -> io::Result<()> {
    // SAFETY: passed on to the caller.
    unsafe { protect(address, len, Protection::ReadWrite) }
}

/// `mprotect`: gives the pages this protection and no other; what becomes executable is seen by instruction fetches.
///
/// # Safety
/// The pages belong to the caller, and no reference into them claims more than `protection` grants.
pub(crate) unsafe fn protect(address: usize, len: usize, protection: Protection) -> io::Result<()> {
    let flags = match protection {
        Protection::ReadExecute => MprotectFlags::READ | MprotectFlags::EXEC,
        Protection::Read => MprotectFlags::READ,
        Protection::ReadWrite => MprotectFlags::READ | MprotectFlags::WRITE,
    };
    // SAFETY: passed on to the caller.
    unsafe { mprotect(std::ptr::with_exposed_provenance_mut(address), len, flags) }?;
    if protection == Protection::ReadExecute {
        code_written(address, len);
    }
    Ok(())
}

/// `madvise`: has all pages at once instead of one with each first write. Kernels before 5.14 do not know
/// it; nothing is lost then but time.
pub(crate) fn populate(address: usize, len: usize) {
    let start = std::ptr::with_exposed_provenance_mut(address);
    // SAFETY: the contents of the pages stay as they are.
    let _ = unsafe { madvise(start, len, Advice::LinuxPopulateWrite) };
}

/// `mmap` over the pages: their memory goes back to the kernel, their addresses stay reserved.
///
/// One call rather than `madvise` and `mprotect`: the fresh mapping merges with reserved neighbours, so that the
/// number of mappings does not grow with the number of blocks that have come and gone.
///
/// # Safety
/// The pages belong to the caller and nothing uses them any more.
pub(crate) unsafe fn decommit(address: usize, len: usize) -> io::Result<()> {
    let flags = MapFlags::PRIVATE | MapFlags::NORESERVE | MapFlags::FIXED;
    // SAFETY: passed on to the caller.
    unsafe {
        mmap_anonymous(
            std::ptr::with_exposed_provenance_mut(address),
            len,
            ProtFlags::empty(),
            flags,
        )
    }?;
    Ok(())
}

/// `munmap`: memory and addresses go back to the kernel.
///
/// # Safety
/// The pages belong to the caller and nothing uses them any more.
pub(crate) unsafe fn unmap(address: usize, len: usize) -> io::Result<()> {
    // SAFETY: passed on to the caller.
    unsafe { munmap(std::ptr::with_exposed_provenance_mut(address), len) }?;
    Ok(())
}

/// What a user can do about an error of this backend.
pub(crate) fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::OutOfMemory => {
            "free some memory, raise the limit on address space (`ulimit -v`) or the number of mappings that a \
             process may have (`sysctl vm.max_map_count`)"
        }
        io::ErrorKind::PermissionDenied => {
            "a policy keeps this process from making written memory executable: allow it (SELinux `execmem`, \
             systemd `MemoryDenyWriteExecute=no`, no `PR_SET_MDWE`)"
        }
        io::ErrorKind::WouldBlock => {
            "raise the limit on locked memory (`ulimit -l`) or do not lock future memory"
        }
        io::ErrorKind::Unsupported => {
            "leave it to the heap to find a way of writing that works here (`HeapOptions::writing`)"
        }
        _ => "see mmap(2) and mprotect(2) for what the system means by it",
    }
}
