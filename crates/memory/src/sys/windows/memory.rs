//! The memory of a heap on Windows: a section object, a piece of memory that can be mapped more than once.

use std::{io, ptr};

use windows_sys::Win32::{
    Foundation::{CloseHandle, ERROR_DYNAMIC_CODE_BLOCKED, HANDLE, INVALID_HANDLE_VALUE},
    System::Memory::{
        CreateFileMappingW, FILE_MAP_EXECUTE, FILE_MAP_READ, FILE_MAP_WRITE,
        MEMORY_MAPPED_VIEW_ADDRESS, MapViewOfFileEx, PAGE_EXECUTE_READWRITE, UnmapViewOfFile,
    },
};

use super::{checked, granularity, highest_address, succeeded};
use crate::Writing;

/// See [the interface](super::super).
///
/// The section object allows everything, as it has to for views that allow different things; no view of it is ever
/// writable and executable.
pub(crate) struct CodeMemory {
    section: Section,
    executable: View,
    /// With two views, the other one. With flips, a view of the pages in question exists while they are written.
    writable: Option<View>,
}

impl CodeMemory {
    pub(crate) fn map(len: usize, at: Option<usize>, writing: Writing) -> io::Result<CodeMemory> {
        let section = Section::new(len)?;
        let executable = section.view(at, FILE_MAP_READ | FILE_MAP_EXECUTE, 0, len)?;
        let writable = match writing {
            Writing::TwoViews => {
                Some(section.view(None, FILE_MAP_READ | FILE_MAP_WRITE, 0, len)?)
            }
            Writing::Flips => None,
        };
        Ok(CodeMemory {
            section,
            executable,
            writable,
        })
    }

    pub(crate) fn executable(&self) -> usize {
        self.executable.0
    }

    pub(crate) fn view(&self) -> Option<usize> {
        self.writable.as_ref().map(|view| view.0)
    }

    /// The system promised all of the memory when the section was made.
    pub(crate) fn commit(&self, _offset: usize, _len: usize) -> io::Result<()> {
        Ok(())
    }

    /// # Safety
    /// The bytes lie within this memory, and nobody else reads or writes them.
    pub(crate) unsafe fn write(&self, offset: usize, bytes: &[u8]) -> io::Result<()> {
        let first = offset & !(granularity() - 1);
        let within = offset - first;
        let flipped;
        let start = match &self.writable {
            Some(view) => view.0 + offset,
            None => {
                let access = FILE_MAP_READ | FILE_MAP_WRITE;
                flipped = self
                    .section
                    .view(None, access, first, within + bytes.len())?;
                flipped.0 + within
            }
        };
        let to = ptr::with_exposed_provenance_mut(start);
        // SAFETY: the bytes are in a writable view; the rest is passed on to the caller.
        unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len()) };
        Ok(())
    }
}

/// The handle of a section object. The object itself lives as long as a handle or a view does.
struct Section(HANDLE);

// SAFETY: a handle belongs to the process, not to a thread.
unsafe impl Send for Section {}
// SAFETY: as above; the system does its own locking.
unsafe impl Sync for Section {}

impl Section {
    fn new(len: usize) -> io::Result<Section> {
        let (high, low) = halves(len);
        let nothing = ptr::null();
        // SAFETY: without a file, a name and attributes, no pointer is read.
        let section = unsafe {
            CreateFileMappingW(
                INVALID_HANDLE_VALUE,
                nothing,
                PAGE_EXECUTE_READWRITE,
                high,
                low,
                ptr::null(),
            )
        };
        if section.is_null() {
            return Err(unsupported(io::Error::last_os_error()));
        }
        Ok(Section(section))
    }

    /// Maps `len` bytes from `offset`, a multiple of [`granularity`]; at the address, or anywhere.
    fn view(&self, at: Option<usize>, access: u32, offset: usize, len: usize) -> io::Result<View> {
        // Wine says yes to others, and maps nothing.
        if at.is_some_and(|at| at > highest_address().saturating_sub(len)) {
            return Err(io::ErrorKind::AddrNotAvailable.into());
        }
        let (high, low) = halves(offset);
        let place = ptr::with_exposed_provenance(at.unwrap_or(0));
        // SAFETY: a view never replaces anything.
        let view = unsafe { MapViewOfFileEx(self.0, access, high, low, len, place) };
        checked(view.Value).map(View).map_err(unsupported)
    }
}

impl Drop for Section {
    fn drop(&mut self) {
        // SAFETY: the handle is ours.
        unsafe { CloseHandle(self.0) };
    }
}

/// Where a section object is mapped.
struct View(usize);

impl Drop for View {
    fn drop(&mut self) {
        let view = MEMORY_MAPPED_VIEW_ADDRESS {
            Value: ptr::with_exposed_provenance_mut(self.0),
        };
        // SAFETY: the view is ours, and whoever drops it says that nothing refers to it any more. Where the system
        // refuses, addresses are lost and nothing else.
        let _ = succeeded(unsafe { UnmapViewOfFile(view) });
    }
}

/// A size or offset as the system wants it.
fn halves(number: usize) -> (u32, u32) {
    let number = number as u64;
    ((number >> 32) as u32, number as u32)
}

/// Tells "a policy does not allow it" from a want of memory or of addresses.
fn unsupported(error: io::Error) -> io::Error {
    match error.raw_os_error().map(i32::cast_unsigned) {
        Some(ERROR_DYNAMIC_CODE_BLOCKED) => io::ErrorKind::Unsupported.into(),
        _ => error,
    }
}
