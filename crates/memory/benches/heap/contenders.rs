//! What each contender does with one function.

use std::{hint::black_box, ptr, sync::Mutex};

use dynasmrt::{AssemblyOffset, mmap::MutableBuffer};
use jit_allocator::{JitAllocator, JitAllocatorOptions};
use jitney_memory::{Heap, page_size};

/// `mov eax, number; ret`, and so many bytes in all.
pub(crate) fn function(len: usize) -> Vec<u8> {
    let mut bytes = vec![0x90; len];
    bytes[..6].copy_from_slice(&[0xb8, 0, 0, 0, 0, 0xc3]);
    bytes
}

/// Makes the function another one than the last, so that a call of stale bytes is noticed.
fn renumbered(bytes: &mut [u8], number: u32) {
    bytes[1..5].copy_from_slice(&number.to_le_bytes());
}

/// Calls it and checks what it returns.
///
/// # Safety
/// It is what [`function`] gives.
unsafe fn called(entry: *const u8, number: u32) {
    // SAFETY: passed on to the caller.
    let entry: extern "C" fn() -> u32 = unsafe { std::mem::transmute(black_box(entry)) };
    assert_eq!(entry(), number);
}

pub(crate) fn heap(heap: &Heap, bytes: &mut [u8], number: u32) {
    renumbered(bytes, number);
    let installed = heap.install(bytes).unwrap();
    // SAFETY: it is such a function.
    unsafe { called(installed.as_ptr(), number) };
}

pub(crate) fn allocator() -> Box<JitAllocator> {
    JitAllocator::new(JitAllocatorOptions {
        use_dual_mapping: true,
        ..Default::default()
    })
}

pub(crate) fn jit_allocator(allocator: &mut JitAllocator, bytes: &mut [u8], number: u32) {
    renumbered(bytes, number);
    let (entry, writable) = allocator.alloc(bytes.len()).unwrap();
    // SAFETY: it is such a function, in memory just given; flushing does nothing on x86.
    unsafe {
        ptr::copy_nonoverlapping(bytes.as_ptr(), writable, bytes.len());
        called(entry, number);
        allocator.release(entry).unwrap();
    }
}

pub(crate) fn locked(allocator: &Mutex<Box<JitAllocator>>, bytes: &mut [u8], number: u32) {
    renumbered(bytes, number);
    let (entry, writable) = allocator.lock().unwrap().alloc(bytes.len()).unwrap();
    // SAFETY: as above.
    unsafe {
        ptr::copy_nonoverlapping(bytes.as_ptr(), writable, bytes.len());
        called(entry, number);
        allocator.lock().unwrap().release(entry).unwrap();
    }
}

pub(crate) fn mapping(bytes: &mut [u8], number: u32) {
    renumbered(bytes, number);
    let len = page_size();
    // SAFETY: a mapping of its own, which only this function knows of.
    unsafe {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        let access = libc::PROT_READ | libc::PROT_WRITE;
        let page = libc::mmap(ptr::null_mut(), len, access, flags, -1, 0);
        assert_ne!(page, libc::MAP_FAILED);
        ptr::copy_nonoverlapping(bytes.as_ptr(), page.cast(), bytes.len());
        assert_eq!(
            libc::mprotect(page, len, libc::PROT_READ | libc::PROT_EXEC),
            0
        );
        called(page.cast_const().cast(), number);
        libc::munmap(page, len);
    }
}

pub(crate) fn dynasmrt(bytes: &mut [u8], number: u32) {
    renumbered(bytes, number);
    let mut buffer = MutableBuffer::new(bytes.len()).unwrap();
    buffer.set_len(bytes.len());
    buffer.copy_from_slice(bytes);
    let buffer = buffer.make_exec().unwrap();
    // SAFETY: it is such a function.
    unsafe { called(buffer.ptr(AssemblyOffset(0)), number) };
}
