//! `VirtualQuery`.

use std::{ops::Range, ptr};

use windows_sys::Win32::System::{
    LibraryLoader::GetModuleHandleW,
    Memory::{
        MEM_COMMIT, MEM_FREE, MEMORY_BASIC_INFORMATION, PAGE_EXECUTE, PAGE_EXECUTE_READ,
        PAGE_EXECUTE_READWRITE, PAGE_EXECUTE_WRITECOPY, PAGE_GUARD, PAGE_READONLY, PAGE_READWRITE,
        PAGE_WRITECOPY, VirtualQuery,
    },
    ProcessStatus::GetMappedFileNameW,
    Threading::GetCurrentProcess,
};

use super::Mapping;

fn all() -> impl Iterator<Item = MEMORY_BASIC_INFORMATION> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let mut info = MEMORY_BASIC_INFORMATION::default();
        let size = size_of_val(&info);
        // SAFETY: it fills the structure in, whose size is given, or says that there is no memory there.
        let known = unsafe { VirtualQuery(ptr::without_provenance(at), &mut info, size) } != 0;
        at = info.BaseAddress.addr() + info.RegionSize;
        known.then_some(info)
    })
}

pub(crate) fn mappings() -> Vec<Mapping> {
    let known = all().filter(|info| info.State != MEM_FREE);
    let mapping = |info: MEMORY_BASIC_INFORMATION| {
        let permissions = match info.Protect {
            _ if info.State != MEM_COMMIT => "---",
            PAGE_READONLY => "r--",
            PAGE_READWRITE | PAGE_WRITECOPY => "rw-",
            PAGE_EXECUTE => "--x",
            PAGE_EXECUTE_READ => "r-x",
            PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY => "rwx",
            guarded if guarded & PAGE_GUARD != 0 => "---",
            _ => "---",
        };
        let mut name = [0; 512];
        // SAFETY: it writes a name no longer than is said.
        let len = unsafe {
            GetMappedFileNameW(
                GetCurrentProcess(),
                info.BaseAddress,
                name.as_mut_ptr(),
                name.len() as u32,
            )
        };
        let start = info.BaseAddress.addr();
        Mapping {
            range: start..start + info.RegionSize,
            permissions: format!("{permissions}p"),
            file: (len != 0).then(|| String::from_utf16_lossy(&name[..len as usize])),
        }
    };
    known.map(mapping).collect()
}

pub(crate) fn program() -> Range<usize> {
    // SAFETY: no name stands for the program itself.
    let base = unsafe { GetModuleHandleW(ptr::null()) };
    let own: Vec<_> = all().filter(|info| info.AllocationBase == base).collect();
    let last = own.last().unwrap();
    base.addr()..last.BaseAddress.addr() + last.RegionSize
}
