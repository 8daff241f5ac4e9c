//! Apple silicon: memory mapped with `MAP_JIT`, which is writable or executable for each thread on its own. Other
//! threads run what lies in a page while this one writes to it.
//! <https://developer.apple.com/documentation/apple-silicon/porting-just-in-time-compilers-to-apple-silicon>

use std::{io, ptr};

use libc::{MAP_JIT, PROT_EXEC, PROT_READ, PROT_WRITE, pthread_jit_write_protect_np};

use super::super::{map, unmap};
use crate::Writing;

/// See [the interface](super::super::super).
pub(crate) struct CodeMemory {
    executable: usize,
    len: usize,
}

impl CodeMemory {
    pub(crate) fn map(len: usize, at: Option<usize>, writing: Writing) -> io::Result<CodeMemory> {
        if writing != Writing::Flips {
            // The processor's executable memory has to be mapped as such, and can be once only.
            return Err(io::ErrorKind::Unsupported.into());
        }
        let protection = PROT_READ | PROT_WRITE | PROT_EXEC;
        // SAFETY: the address is a wish; where it is in use the kernel picks another.
        let executable = unsafe { map(at.unwrap_or(0), len, protection, MAP_JIT) }?;
        let memory = CodeMemory { executable, len };
        match at {
            Some(address) if address != executable => Err(io::ErrorKind::AlreadyExists.into()),
            _ => Ok(memory),
        }
    }

    pub(crate) fn executable(&self) -> usize {
        self.executable
    }

    pub(crate) fn view(&self) -> Option<usize> {
        None
    }

    /// Pages come with their first use.
    pub(crate) fn commit(&self, _offset: usize, _len: usize) -> io::Result<()> {
        Ok(())
    }

    /// # Safety
    /// The bytes lie within this memory, and nobody else reads or writes them.
    pub(crate) unsafe fn write(&self, offset: usize, bytes: &[u8]) -> io::Result<()> {
        let to = ptr::with_exposed_provenance_mut(self.executable + offset);
        // SAFETY: this thread runs nothing in such memory between the two calls, which change what it may do with it and
        // nothing else; the bytes are passed on to the caller.
        unsafe {
            pthread_jit_write_protect_np(0);
            ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len());
            pthread_jit_write_protect_np(1);
        }
        Ok(())
    }
}

impl Drop for CodeMemory {
    fn drop(&mut self) {
        // SAFETY: the mapping is ours, and the heap drops it when nothing refers to it any more. Where the kernel
        // refuses, addresses are lost and nothing else.
        let _ = unsafe { unmap(self.executable, self.len) };
    }
}

/// A number for this process: a child gets a copy of such memory, not the memory itself.
pub(crate) fn process() -> usize {
    1
}
