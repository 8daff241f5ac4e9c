//! macOS: `mmap`, `mprotect` and `munmap`.

use std::{io, ptr};

use libc::{
    MAP_ANON, MAP_FAILED, MAP_FIXED, MAP_NORESERVE, MAP_PRIVATE, PROT_EXEC, PROT_NONE, PROT_READ,
    PROT_WRITE, c_int, c_void,
};

use crate::Protection;

mod memory;

pub(crate) use memory::{CodeMemory, process};

unsafe extern "C" {
    /// <https://developer.apple.com/documentation/apple-silicon/porting-just-in-time-compilers-to-apple-silicon>
    fn sys_icache_invalidate(start: *mut c_void, len: usize);
}

/// The size of a page in bytes, a power of two.
pub(crate) fn page_size() -> usize {
    // SAFETY: it reads a number, which this system has.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) as usize }
}

/// Reservations start at multiples of this many bytes, a power of two.
pub(crate) fn granularity() -> usize {
    page_size()
}

/// `mmap`: `len` bytes of zeroed, writable memory wherever the kernel likes.
pub(crate) fn allocate(len: usize) -> io::Result<usize> {
    // SAFETY: no address is given, so that the kernel picks one that nothing else uses.
    unsafe { map(0, len, PROT_READ | PROT_WRITE, 0) }
}

/// `mmap`: keeps `len` bytes wherever the kernel likes for us, inaccessible and costing no memory.
pub(crate) fn reserve(len: usize) -> io::Result<usize> {
    // SAFETY: no address is given, so that the kernel picks one that nothing else uses.
    unsafe { map(0, len, PROT_NONE, MAP_NORESERVE) }
}

/// `mmap`: keeps `len` bytes at `address` for us, inaccessible and costing no memory.
///
/// An error when any of it is in use already; nothing is ever replaced.
pub(crate) fn reserve_at(address: usize, len: usize) -> io::Result<()> {
    // SAFETY: the address is a wish; where it is in use the kernel picks another.
    let base = unsafe { map(address, len, PROT_NONE, MAP_NORESERVE) }?;
    if base == address {
        return Ok(());
    }
    // SAFETY: this mapping was made above, and nobody else knows of it.
    unsafe { unmap(base, len) }?;
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
        Protection::ReadExecute => PROT_READ | PROT_EXEC,
        Protection::Read => PROT_READ,
        Protection::ReadWrite => PROT_READ | PROT_WRITE,
    };
    let start = ptr::with_exposed_provenance_mut(address);
    // SAFETY: passed on to the caller.
    succeeded(unsafe { libc::mprotect(start, len, flags) })?;
    if protection == Protection::ReadExecute {
        code_written(address, len);
    }
    Ok(())
}

/// `sys_icache_invalidate`: has the bytes seen by instruction fetches of every processor.
pub(crate) fn code_written(address: usize, len: usize) {
    // SAFETY: what is in the memory stays as it is.
    unsafe { sys_icache_invalidate(ptr::with_exposed_provenance_mut(address), len) };
}

/// Nothing: pages come with their first use.
pub(crate) fn populate(_address: usize, _len: usize) {}

/// `mmap` over the pages: their memory goes back to the kernel, their addresses stay reserved.
///
/// # Safety
/// The pages belong to the caller and nothing uses them any more.
pub(crate) unsafe fn decommit(address: usize, len: usize) -> io::Result<()> {
    // SAFETY: passed on to the caller.
    unsafe { map(address, len, PROT_NONE, MAP_NORESERVE | MAP_FIXED) }.map(drop)
}

/// `munmap`: memory and addresses go back to the kernel.
///
/// # Safety
/// The pages belong to the caller and nothing uses them any more.
pub(crate) unsafe fn unmap(address: usize, len: usize) -> io::Result<()> {
    // SAFETY: passed on to the caller.
    succeeded(unsafe { libc::munmap(ptr::with_exposed_provenance_mut(address), len) })
}

/// What a user can do about an error of this backend.
pub(crate) fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::OutOfMemory => {
            "free some memory, or raise the limit on address space (`ulimit -v`)"
        }
        io::ErrorKind::PermissionDenied => {
            "a program with the hardened runtime needs the entitlements `com.apple.security.cs.allow-jit` and \
             `com.apple.security.cs.allow-unsigned-executable-memory` to make code: sign it with them"
        }
        _ => "see mmap(2) and mprotect(2) for what the system means by it",
    }
}

/// # Safety
/// With `MAP_FIXED`, the addresses belong to the caller and nothing uses them any more.
unsafe fn map(address: usize, len: usize, protection: c_int, flags: c_int) -> io::Result<usize> {
    let wish = ptr::with_exposed_provenance_mut(address);
    let flags = flags | MAP_PRIVATE | MAP_ANON;
    // SAFETY: passed on to the caller.
    let base = unsafe { libc::mmap(wish, len, protection, flags, -1, 0) };
    if base == MAP_FAILED {
        return Err(io::Error::last_os_error());
    }
    Ok(base.expose_provenance())
}

fn succeeded(answer: c_int) -> io::Result<()> {
    if answer == -1 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}
