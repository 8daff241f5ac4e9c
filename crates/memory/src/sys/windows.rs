//! Windows: `VirtualAlloc`, `VirtualProtect` and `VirtualFree`.
//!
//! Windows counts in two units: pages, and the coarser places where a reservation may start. And it keeps reservations
//! apart: one call changes pages of one reservation only, and the addresses of one are given back all together.

use std::{io, ptr, sync::OnceLock};

use windows_sys::Win32::{
    Foundation::{
        ERROR_COMMITMENT_LIMIT, ERROR_DYNAMIC_CODE_BLOCKED, ERROR_INVALID_ADDRESS,
        ERROR_INVALID_PARAMETER, ERROR_NOT_ENOUGH_MEMORY,
    },
    System::{
        Diagnostics::Debug::FlushInstructionCache,
        Memory::{
            MEM_COMMIT, MEM_DECOMMIT, MEM_RELEASE, MEM_RESERVE, MEMORY_BASIC_INFORMATION,
            PAGE_EXECUTE_READ, PAGE_NOACCESS, PAGE_READONLY, PAGE_READWRITE, VirtualAlloc,
            VirtualFree, VirtualProtect, VirtualQuery,
        },
        SystemInformation::{GetSystemInfo, SYSTEM_INFO},
        Threading::GetCurrentProcess,
    },
};

use crate::Protection;

mod memory;

pub(crate) use memory::CodeMemory;

/// The size of a page, and the unit of reservations, both in bytes; and the highest address of a program.
fn units() -> (usize, usize, usize) {
    static UNITS: OnceLock<(usize, usize, usize)> = OnceLock::new();
    *UNITS.get_or_init(|| {
        let mut info = SYSTEM_INFO::default();
        // SAFETY: it fills the structure in and cannot fail.
        unsafe { GetSystemInfo(&mut info) };
        (
            info.dwPageSize as usize,
            info.dwAllocationGranularity as usize,
            info.lpMaximumApplicationAddress.addr(),
        )
    })
}

/// The size of a page in bytes, a power of two.
pub(crate) fn page_size() -> usize {
    units().0
}

/// Reservations start at multiples of this many bytes, a power of two.
pub(crate) fn granularity() -> usize {
    units().1
}

/// No program has memory above this.
fn highest_address() -> usize {
    units().2
}

/// `VirtualAlloc`: `len` bytes of zeroed, writable memory wherever the system likes.
pub(crate) fn allocate(len: usize) -> io::Result<usize> {
    // SAFETY: no address is given, so that the system picks one that nothing else uses.
    let base = unsafe { VirtualAlloc(ptr::null(), len, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE) };
    checked(base)
}

/// `VirtualAlloc`: keeps `len` bytes wherever the system likes for us, inaccessible and costing no memory.
pub(crate) fn reserve(len: usize) -> io::Result<usize> {
    // SAFETY: no address is given, so that the system picks one that nothing else uses.
    checked(unsafe { VirtualAlloc(ptr::null(), len, MEM_RESERVE, PAGE_NOACCESS) })
}

/// `VirtualAlloc`: keeps `len` bytes at `address` for us, inaccessible and costing no memory.
///
/// An error when any of it is in use already; nothing is ever replaced.
pub(crate) fn reserve_at(address: usize, len: usize) -> io::Result<()> {
    let wanted = ptr::with_exposed_provenance(address);
    // SAFETY: a reservation never replaces another.
    let base = checked(unsafe { VirtualAlloc(wanted, len, MEM_RESERVE, PAGE_NOACCESS) })?;
    if base == address {
        return Ok(());
    }
    // It was rounded down to the unit of reservations.
    // SAFETY: this reservation was made above, and nobody else knows of it.
    unsafe { unmap(base, len) }?;
    Err(io::ErrorKind::InvalidInput.into())
}

/// `VirtualAlloc`: gives reserved pages zeroed memory and makes them readable and writable.
///
/// # Safety
/// The pages belong to the caller, reserved and unused.
pub(crate) unsafe fn commit(address: usize, len: usize) -> io::Result<()> {
    let one = |address, len| {
        let start = ptr::with_exposed_provenance(address);
        // SAFETY: passed on to the caller.
        checked(unsafe { VirtualAlloc(start, len, MEM_COMMIT, PAGE_READWRITE) }).map(drop)
    };
    let done = by_reservation(address, len, one);
    if done.is_err() {
        // SAFETY: nothing uses pages that the caller never got.
        let _ = unsafe { decommit(address, len) };
    }
    done
}

/// `VirtualProtect`: gives the pages this protection and no other; what becomes executable is seen by instruction
/// fetches of every processor.
///
/// # Safety
/// The pages belong to the caller, with memory, and no reference into them claims more than `protection` grants.
pub(crate) unsafe fn protect(address: usize, len: usize, protection: Protection) -> io::Result<()> {
    let flags = match protection {
        Protection::ReadExecute => PAGE_EXECUTE_READ,
        Protection::Read => PAGE_READONLY,
        Protection::ReadWrite => PAGE_READWRITE,
    };
    by_reservation(address, len, |address, len| {
        let mut before = 0;
        let start = ptr::with_exposed_provenance(address);
        // SAFETY: passed on to the caller.
        succeeded(unsafe { VirtualProtect(start, len, flags, &mut before) })
    })?;
    if protection == Protection::ReadExecute {
        code_written(address, len);
    }
    Ok(())
}

/// `FlushInstructionCache`: has the bytes seen by instruction fetches of every processor.
pub(crate) fn code_written(address: usize, len: usize) {
    // SAFETY: it changes no memory; the handle is a constant that stands for this process. It fails only for addresses
    // that are not mapped.
    unsafe {
        FlushInstructionCache(
            GetCurrentProcess(),
            ptr::with_exposed_provenance(address),
            len,
        )
    };
}

/// A number for this process: no other one ever shares memory of a heap with it.
pub(crate) fn process() -> usize {
    1
}

/// Nothing: Windows has no call that saves more time than it costs.
pub(crate) fn populate(_address: usize, _len: usize) {}

/// `VirtualFree`: the memory of the pages goes back to the system, their addresses stay reserved.
///
/// # Safety
/// The pages belong to the caller and nothing uses them any more.
pub(crate) unsafe fn decommit(address: usize, len: usize) -> io::Result<()> {
    by_reservation(address, len, |address, len| {
        let start = ptr::with_exposed_provenance_mut(address);
        // SAFETY: passed on to the caller.
        succeeded(unsafe { VirtualFree(start, len, MEM_DECOMMIT) })
    })
}

/// `VirtualFree`: memory and addresses go back to the system.
///
/// # Safety
/// The pages belong to the caller, are all of what one [`allocate`] or [`reserve_at`] gave, and nothing uses them any
/// more.
pub(crate) unsafe fn unmap(address: usize, _len: usize) -> io::Result<()> {
    // SAFETY: passed on to the caller. The length must be left out: a reservation goes as a whole.
    succeeded(unsafe { VirtualFree(ptr::with_exposed_provenance_mut(address), 0, MEM_RELEASE) })
}

/// What a user can do about an error of this backend.
pub(crate) fn advice(error: &io::Error) -> &'static str {
    match error.raw_os_error().map(i32::cast_unsigned) {
        Some(ERROR_NOT_ENOUGH_MEMORY | ERROR_COMMITMENT_LIMIT) => {
            "free some memory, enlarge the paging file, or raise the limit of the job that this process belongs to"
        }
        Some(ERROR_DYNAMIC_CODE_BLOCKED) => {
            "a policy keeps this process from making written memory executable: allow it (Arbitrary Code Guard, \
             `ProcessDynamicCodePolicy`)"
        }
        _ => "see VirtualAlloc and VirtualProtect for what the system means by it",
    }
}

/// Does `change` to a range: in one call where all of it belongs to one reservation, else piece by piece.
fn by_reservation(
    address: usize,
    len: usize,
    change: impl Fn(usize, usize) -> io::Result<()>,
) -> io::Result<()> {
    match change(address, len) {
        Err(error) if spans_reservations(&error) => {}
        answer => return answer,
    }
    let end = address + len;
    let mut at = address;
    while at < end {
        let mut info = MEMORY_BASIC_INFORMATION::default();
        let size = size_of_val(&info);
        // SAFETY: it fills the structure in, whose size is given.
        if unsafe { VirtualQuery(ptr::with_exposed_provenance(at), &mut info, size) } == 0 {
            return Err(io::Error::last_os_error());
        }
        // Alike pages beside one another, never of two reservations.
        let piece = (info.BaseAddress.addr() + info.RegionSize).min(end) - at;
        change(at, piece)?;
        at += piece;
    }
    Ok(())
}

/// Whether this is what the system says of a range that more than one reservation has a part in: the first one where
/// memory or protection were asked for, the second where memory was given back.
fn spans_reservations(error: &io::Error) -> bool {
    matches!(
        error.raw_os_error().map(i32::cast_unsigned),
        Some(ERROR_INVALID_ADDRESS | ERROR_INVALID_PARAMETER)
    )
}

fn checked<T>(base: *mut T) -> io::Result<usize> {
    if base.is_null() {
        return Err(io::Error::last_os_error());
    }
    Ok(base.expose_provenance())
}

fn succeeded(answer: windows_sys::core::BOOL) -> io::Result<()> {
    if answer == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}
