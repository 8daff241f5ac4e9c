//! Macs with Intel processors: one piece of memory mapped twice (`mach_vm_remap`), once to be run and once to be
//! written.

use std::{io, ptr};

use libc::{
    KERN_SUCCESS, PROT_EXEC, PROT_READ, PROT_WRITE, boolean_t, kern_return_t, mach_port_t,
    mach_vm_address_t, mach_vm_offset_t, mach_vm_size_t, vm_inherit_t, vm_prot_t,
};

use super::super::{map, succeeded, unmap};
use crate::Writing;

// `mach/vm_statistics.h` and `mach/vm_inherit.h`.
const VM_FLAGS_ANYWHERE: i32 = 1;
const VM_INHERIT_SHARE: vm_inherit_t = 0;

unsafe extern "C" {
    /// This process, as `mach_task_self()` gives it.
    static mach_task_self_: mach_port_t;

    /// <https://developer.apple.com/documentation/kernel/1402218-mach_vm_remap>
    fn mach_vm_remap(
        target: mach_port_t,
        address: *mut mach_vm_address_t,
        len: mach_vm_size_t,
        mask: mach_vm_offset_t,
        flags: i32,
        source: mach_port_t,
        source_address: mach_vm_address_t,
        copy: boolean_t,
        protection: *mut vm_prot_t,
        highest_protection: *mut vm_prot_t,
        inheritance: vm_inherit_t,
    ) -> kern_return_t;
}

/// See [the interface](super::super::super).
pub(crate) struct CodeMemory {
    executable: View,
    writable: View,
}

struct View {
    address: usize,
    len: usize,
}

impl CodeMemory {
    pub(crate) fn map(len: usize, at: Option<usize>, writing: Writing) -> io::Result<CodeMemory> {
        if writing != Writing::TwoViews {
            // A page cannot be changed here while other threads run what lies in it.
            return Err(io::ErrorKind::Unsupported.into());
        }
        // SAFETY: the address is a wish; where it is in use the kernel picks another.
        let address = unsafe { map(at.unwrap_or(0), len, PROT_READ | PROT_WRITE, 0) }?;
        let executable = View { address, len };
        if at.is_some_and(|wanted| wanted != address) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let writable = executable.again()?;
        let start = ptr::with_exposed_provenance_mut(address);
        // SAFETY: the mapping was made above, and nothing refers to it yet.
        succeeded(unsafe { libc::mprotect(start, len, PROT_READ | PROT_EXEC) })?;
        Ok(CodeMemory {
            executable,
            writable,
        })
    }

    pub(crate) fn executable(&self) -> usize {
        self.executable.address
    }

    pub(crate) fn view(&self) -> Option<usize> {
        Some(self.writable.address)
    }

    /// Pages come with their first use.
    pub(crate) fn commit(&self, _offset: usize, _len: usize) -> io::Result<()> {
        Ok(())
    }

    /// # Safety
    /// The bytes lie within this memory, and nobody else reads or writes them.
    pub(crate) unsafe fn write(&self, offset: usize, bytes: &[u8]) -> io::Result<()> {
        let to = ptr::with_exposed_provenance_mut(self.writable.address + offset);
        // SAFETY: passed on to the caller.
        unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len()) };
        Ok(())
    }
}

impl View {
    /// The same memory at another address, which the kernel picks.
    fn again(&self) -> io::Result<View> {
        let (mut address, mut protection, mut highest) = (0, 0, 0);
        let len = self.len as mach_vm_size_t;
        let source = self.address as mach_vm_address_t;
        // SAFETY: it makes a mapping where there is none, and writes to the three variables.
        let answer = unsafe {
            mach_vm_remap(
                mach_task_self_,
                &mut address,
                len,
                0,
                VM_FLAGS_ANYWHERE,
                mach_task_self_,
                source,
                0,
                &mut protection,
                &mut highest,
                VM_INHERIT_SHARE,
            )
        };
        if answer != KERN_SUCCESS {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        let view: *mut u8 = ptr::with_exposed_provenance_mut(address as usize);
        Ok(View {
            address: view.expose_provenance(),
            len: self.len,
        })
    }
}

impl Drop for View {
    fn drop(&mut self) {
        // SAFETY: the mapping is ours, and the heap drops it when nothing refers to it any more. Where the kernel
        // refuses, addresses are lost and nothing else.
        let _ = unsafe { unmap(self.address, self.len) };
    }
}

/// A number that another process which shares heap memory with this one does not have.
pub(crate) fn process() -> usize {
    std::process::id() as usize
}
