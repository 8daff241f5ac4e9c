//! Symbols that jitney defines itself.

use crate::destructors;
use crate::exit_handlers;
use crate::lookup;
use crate::target::{Edge, Target};
use crate::tls;

/// What is ours whatever the host has: where the host's own would be wrong for a module.
pub(crate) fn before_host(name: &[u8]) -> Option<Target> {
    let address = match name {
        b"__tls_get_addr" => tls::get_address as *const () as u64,
        // glibc keeps these in libc_nonshared.a, out of a shared library's reach.
        b"atexit" => exit_handlers::at_exit as *const () as u64,
        b"at_quick_exit" => exit_handlers::at_quick_exit as *const () as u64,
        b"pthread_atfork" => exit_handlers::at_fork as *const () as u64,
        b"__cxa_thread_atexit" | b"__cxa_thread_atexit_impl" => {
            destructors::register_c as *const () as u64
        }
        b"dlsym" => lookup::symbol as *const () as u64,
        b"dlvsym" => lookup::versioned_symbol as *const () as u64,
        b"__dso_handle" => return Some(Target::Image),
        b"_TLS_MODULE_BASE_" => return Some(Target::ThreadBlock),
        b"_GLOBAL_OFFSET_TABLE_" => return Some(Target::Got),
        _ => return None,
    };
    Some(Target::Address(address))
}

/// A border of the module's own image, by the name that a system linker's scripts give it. The host's, where it has one, is
/// the host's.
pub(crate) fn edge(name: &[u8]) -> Option<Target> {
    Some(Target::Edge(match name {
        b"__executable_start" => Edge::Start,
        b"etext" | b"_etext" | b"__etext" => Edge::CodeEnd,
        b"data_start" | b"__data_start" => Edge::Data,
        b"edata" | b"_edata" | b"__bss_start" => Edge::DataEnd,
        b"end" | b"_end" => Edge::End,
        _ => return None,
    }))
}

/// What is ours when neither the host nor any library defines it: the allocator's entry points,
/// which a host may have inlined away.
pub(crate) fn after_libraries(name: &[u8]) -> Option<Target> {
    // `_RNvCs<hash of the compiler>_7___rustc12___rust_alloc`
    let start = name
        .windows(9)
        .position(|window| window == b"7___rustc")
        .filter(|_| name.starts_with(b"_RNvCs"))?;
    let item = &name[start..];
    let address = match item {
        b"7___rustc12___rust_alloc" => allocator::allocate as *const () as u64,
        b"7___rustc19___rust_alloc_zeroed" => allocator::allocate_zeroed as *const () as u64,
        b"7___rustc14___rust_dealloc" => allocator::deallocate as *const () as u64,
        b"7___rustc14___rust_realloc" => allocator::reallocate as *const () as u64,
        b"7___rustc35___rust_no_alloc_shim_is_unstable_v2" => {
            allocator::no_shim as *const () as u64
        }
        _ => return None,
    };
    Some(Target::Address(address))
}

/// The global allocator under the names that compiled code calls it by.
///
/// rustc calls these with the Rust ABI; for a few integers and one returned pointer that is the
/// same code on both sides, both being built by one compiler.
mod allocator {
    use std::alloc::{Layout, alloc, alloc_zeroed, dealloc, realloc};

    fn layout(size: usize, align: usize) -> Layout {
        // SAFETY: the compiler passes the parts of a valid `Layout`.
        unsafe { Layout::from_size_align_unchecked(size, align) }
    }

    pub(super) unsafe fn allocate(size: usize, align: usize) -> *mut u8 {
        // SAFETY: the caller's contract is that of `alloc`.
        unsafe { alloc(layout(size, align)) }
    }

    pub(super) unsafe fn allocate_zeroed(size: usize, align: usize) -> *mut u8 {
        // SAFETY: the caller's contract is that of `alloc_zeroed`.
        unsafe { alloc_zeroed(layout(size, align)) }
    }

    pub(super) unsafe fn deallocate(memory: *mut u8, size: usize, align: usize) {
        // SAFETY: the caller's contract is that of `dealloc`.
        unsafe { dealloc(memory, layout(size, align)) }
    }

    pub(super) unsafe fn reallocate(
        memory: *mut u8,
        size: usize,
        align: usize,
        new_size: usize,
    ) -> *mut u8 {
        // SAFETY: the caller's contract is that of `realloc`.
        unsafe { realloc(memory, layout(size, align), new_size) }
    }

    pub(super) fn no_shim() {}
}
