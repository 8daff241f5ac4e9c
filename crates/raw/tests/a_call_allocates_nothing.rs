//! Calls of every sort leave the allocator alone.

#[path = "support/trampoline.rs"]
mod trampoline;

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    hint::black_box,
};

use jitney_raw::{Abi, Library, Raw, abi::go, frame::Frame};

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: the system's allocator does the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

extern "C" fn add(a: f64, b: f64) -> f64 {
    a + b
}

type Add = extern "C" fn(f64, f64) -> f64;

/// Code that Go's convention and every other one calls in the same way: it returns.
fn returns() -> &'static [u8] {
    match std::env::consts::ARCH {
        "aarch64" => &[0xc0, 0x03, 0x5f, 0xd6],
        _ => &[0xc3],
    }
}

#[test]
fn of_any_sort() {
    let code = trampoline::to(add as Add as usize);
    // SAFETY: the bytes lead to a function of this type.
    let raw = unsafe { Raw::<Add>::new(&code) }.unwrap();
    let library = Library::new(&code).unwrap();
    // SAFETY: as above.
    let in_library = unsafe { library.function::<Add>(0) }.unwrap();
    let go = go::Function::<(i64,), ()>::new(returns()).unwrap();

    black_box(Box::new(1));
    let before = ALLOCATIONS.get();
    assert!(before > 0, "the counter counts");
    for n in 0..1000 {
        let n = f64::from(n);
        black_box(raw(n, 1.0));
        black_box(in_library(n, 1.0));
        let mut frame = Frame::new::<_, f64>(Abi::C, (n, 1.0));
        // SAFETY: the code is a function of this type, the other one does nothing.
        unsafe {
            frame.call(raw.address(), Abi::C);
            go.call((7,));
        }
        assert_eq!(frame.returned::<f64>(Abi::C), n + 1.0);
    }
    assert_eq!(ALLOCATIONS.get(), before);
}
