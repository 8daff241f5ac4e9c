//! What an address of the process is part of: a library, its code, its thread-locals.

use std::ffi::{CStr, c_int, c_void};

/// The path of the shared library that an address lies in.
pub(crate) fn holding(address: u64) -> Option<String> {
    // SAFETY: all zeroes is a valid value of a C struct of pointers.
    let mut info: libc::Dl_info = unsafe { std::mem::zeroed() };
    // SAFETY: any address may be asked about; the call only writes to `info`.
    let found = unsafe { libc::dladdr(address as *const c_void, &mut info) } != 0;
    if !found || info.dli_fname.is_null() {
        return None;
    }
    // SAFETY: the loader's name of the library, a C string that lives as long as the library.
    let name = unsafe { CStr::from_ptr(info.dli_fname) };
    Some(name.to_string_lossy().into_owned())
}

/// Whether an address lies in the code of the program or of a shared library.
pub(crate) fn is_code(address: u64) -> bool {
    any_library(|info| {
        segments(info).any(|segment| {
            let start = info.dlpi_addr.wrapping_add(segment.p_vaddr);
            segment.p_type == libc::PT_LOAD
                && segment.p_flags & libc::PF_X != 0
                && address.wrapping_sub(start) < segment.p_memsz
        })
    })
}

/// A thread-local variable of a shared library, as `__tls_get_addr` is asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ThreadLocal {
    /// The dynamic loader's number for the library.
    pub(crate) module: u64,
    /// The variable's offset in each thread's block for the library.
    pub(crate) offset: u64,
}

/// The thread-local variable that lies at an address in the calling thread.
pub(crate) fn thread_local(address: u64) -> Option<ThreadLocal> {
    let mut found = None;
    any_library(|info| {
        // The calling thread's block, null as long as it has none.
        let block = info.dlpi_tls_data as u64;
        let template = segments(info).find(|segment| segment.p_type == libc::PT_TLS);
        let offset = address.wrapping_sub(block);
        if block != 0 && template.is_some_and(|template| offset < template.p_memsz) {
            found = Some(ThreadLocal {
                module: info.dlpi_tls_modid as u64,
                offset,
            });
        }
        found.is_some()
    });
    found
}

fn segments(info: &libc::dl_phdr_info) -> impl Iterator<Item = &libc::Elf64_Phdr> {
    // SAFETY: the loader says that there are so many headers; they stay as long as the library.
    (0..usize::from(info.dlpi_phnum)).map(|number| unsafe { &*info.dlpi_phdr.add(number) })
}

/// Asks about the program and each shared library, until the answer is yes.
fn any_library(mut ask: impl FnMut(&libc::dl_phdr_info) -> bool) -> bool {
    unsafe extern "C" fn look<F: FnMut(&libc::dl_phdr_info) -> bool>(
        info: *mut libc::dl_phdr_info,
        _size: usize,
        ask: *mut c_void,
    ) -> c_int {
        // SAFETY: `dl_iterate_phdr` passes a valid description of a library, and the closure below.
        let (info, ask) = unsafe { (&*info, &mut *ask.cast::<F>()) };
        c_int::from(ask(info))
    }
    fn callback<F: FnMut(&libc::dl_phdr_info) -> bool>(
        _: &F,
    ) -> unsafe extern "C" fn(*mut libc::dl_phdr_info, usize, *mut c_void) -> c_int {
        look::<F>
    }
    let look = callback(&ask);
    // SAFETY: `look` takes what is passed, and keeps nothing of it.
    unsafe { libc::dl_iterate_phdr(Some(look), (&raw mut ask).cast()) != 0 }
}
