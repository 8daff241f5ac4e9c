//! The memory of a heap on Linux: one piece of memory mapped twice, once to be run and once to be written.

use std::{io, ptr};

use rustix::{
    fs::{MemfdFlags, ftruncate, memfd_create},
    io::Errno,
    mm::{Advice, MapFlags, ProtFlags, madvise, mmap, munmap},
    process::{Resource, getrlimit},
};

use super::flips::Flips;
use crate::Writing;

/// See [the interface](super::super).
pub(crate) struct CodeMemory(Way);

enum Way {
    TwoViews(TwoViews),
    Flips(Flips),
}

struct TwoViews {
    executable: usize,
    writable: usize,
    len: usize,
}

impl CodeMemory {
    pub(crate) fn map(len: usize, at: Option<usize>, writing: Writing) -> io::Result<CodeMemory> {
        Ok(CodeMemory(match writing {
            Writing::TwoViews => Way::TwoViews(TwoViews::map(len, at)?),
            Writing::Flips => Way::Flips(Flips::map(len, at)?),
        }))
    }

    pub(crate) fn executable(&self) -> usize {
        match &self.0 {
            Way::TwoViews(views) => views.executable,
            Way::Flips(flips) => flips.executable(),
        }
    }

    pub(crate) fn view(&self) -> Option<usize> {
        match &self.0 {
            Way::TwoViews(views) => Some(views.writable),
            Way::Flips(_) => None,
        }
    }

    pub(crate) fn commit(&self, offset: usize, len: usize) -> io::Result<()> {
        match &self.0 {
            Way::TwoViews(views) => views.commit(offset, len),
            // `write` says itself when there is no memory.
            Way::Flips(_) => Ok(()),
        }
    }

    /// # Safety
    /// The bytes lie within this memory, and nobody else reads or writes them.
    pub(crate) unsafe fn write(&self, offset: usize, bytes: &[u8]) -> io::Result<()> {
        match &self.0 {
            Way::TwoViews(views) => {
                let to = ptr::with_exposed_provenance_mut::<u8>(views.writable + offset);
                // SAFETY: passed on to the caller.
                unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len()) };
                Ok(())
            }
            // SAFETY: passed on to the caller.
            Way::Flips(flips) => unsafe { flips.write(offset, bytes) },
        }
    }
}

impl TwoViews {
    fn map(len: usize, at: Option<usize>) -> io::Result<TwoViews> {
        // Growing a file past this limit ends the process with a signal.
        if let Some(limit) = getrlimit(Resource::Fsize).current
            && limit < len as u64
        {
            return Err(io::ErrorKind::Unsupported.into());
        }
        // Nobody shall execute it as a program; the flag does not keep it from being mapped executable. Kernels before
        // 6.3 do not know it: https://docs.kernel.org/userspace-api/mfd_noexec.html
        let flags = MemfdFlags::CLOEXEC | MemfdFlags::NOEXEC_SEAL;
        let file = match memfd_create("jitney", flags) {
            Err(Errno::INVAL) => memfd_create("jitney", MemfdFlags::CLOEXEC),
            answer => answer,
        }
        .map_err(unsupported)?;
        ftruncate(&file, len as u64)?;

        let (hint, place) = match at {
            Some(address) => (address, MapFlags::SHARED | MapFlags::FIXED_NOREPLACE),
            None => (0, MapFlags::SHARED),
        };
        let view = |hint, protection, flags| {
            let hint = ptr::with_exposed_provenance_mut(hint);
            // SAFETY: no existing mapping is replaced. What is in the file belongs to these two views alone, since its
            // descriptor is closed below.
            unsafe { mmap(hint, len, protection, flags, &file, 0) }
                .map(|view| view.expose_provenance())
        };
        let executable =
            view(hint, ProtFlags::READ | ProtFlags::EXEC, place).map_err(unsupported)?;
        let unmapped = |error: io::Error| {
            // SAFETY: this mapping was made above, and nobody else knows of it.
            let _ = unsafe { munmap(ptr::with_exposed_provenance_mut(executable), len) };
            error
        };
        if at.is_some_and(|address| address != executable) {
            // Kernels before 4.17 take the address for a mere hint.
            return Err(unmapped(io::ErrorKind::AlreadyExists.into()));
        }
        let writable = view(0, ProtFlags::READ | ProtFlags::WRITE, MapFlags::SHARED)
            .map_err(|errno| unmapped(errno.into()))?;
        Ok(TwoViews {
            executable,
            writable,
            len,
        })
    }

    fn commit(&self, offset: usize, len: usize) -> io::Result<()> {
        let pages = |start: usize, advice| {
            let start = ptr::with_exposed_provenance_mut(start + offset);
            // SAFETY: the contents stay as they are.
            unsafe { madvise(start, len, advice) }
        };
        match pages(self.writable, Advice::LinuxPopulateWrite) {
            // Kernels before 5.14 do not know it; pages come with the first write then.
            Err(Errno::INVAL) => return Ok(()),
            answer => answer?,
        }
        // This one saves faults and nothing more.
        let _ = pages(self.executable, Advice::LinuxPopulateRead);
        Ok(())
    }
}

impl Drop for TwoViews {
    fn drop(&mut self) {
        for view in [self.executable, self.writable] {
            // SAFETY: the mapping is ours, and the heap drops it when nothing refers to it any more. Where the kernel
            // refuses, addresses are lost and nothing else.
            let _ = unsafe { munmap(ptr::with_exposed_provenance_mut(view), self.len) };
        }
    }
}

/// Tells "this system or a policy does not have it" from a want of memory or of addresses.
fn unsupported(errno: Errno) -> io::Error {
    match errno {
        // No such call; filtered away; SELinux; a mount that forbids executing; no more descriptors.
        Errno::NOSYS | Errno::PERM | Errno::ACCESS | Errno::INVAL | Errno::MFILE | Errno::NFILE => {
            io::ErrorKind::Unsupported.into()
        }
        _ => errno.into(),
    }
}
