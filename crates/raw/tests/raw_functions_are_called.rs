//! Bytes become functions of every convention and type, with and without `unsafe`, alone and in a library.

#[path = "support/trampoline.rs"]
mod trampoline;

use std::sync::atomic::{AtomicU32, Ordering};

use jitney_memory::Heap;
use jitney_raw::{Error, Library, Raw};

type Twelve<T> = (T, T, T, T, T, T, T, T, T, T, T, T);

/// Functions of twelve arguments of the compiler's, reached through bytes: what they got is what they were given.
macro_rules! twelve {
    ($($abi:literal),*) => {$({
        extern $abi fn whole(
            a: i8, b: u8, c: i16, d: u16, e: i32, f: u32, g: i64, h: u64, i: bool, j: isize, k: usize, l: i8,
        ) -> i64 {
            let given = (a, b, c, d, e, f, g, h, i, j, k, l);
            assert_eq!(given, (-1, 2, -3, 4, -5, 6, -7, 1 << 63, true, -10, 11, -12), $abi);
            -1 << 40
        }
        extern $abi fn floats(
            a: f64, b: f32, c: f64, d: f32, e: f64, f: f32, g: f64, h: f32, i: f64, j: f32, k: f64, l: f32,
        ) -> f64 {
            let given: Twelve<f64> =
                (a, b.into(), c, d.into(), e, f.into(), g, h.into(), i, j.into(), k, l.into());
            assert_eq!(given, (1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 11., 0.5), $abi);
            2.5
        }
        unsafe extern $abi fn mixed(
            a: i32, b: f64, c: u8, d: f32, e: i64, f: f64, g: *const u8, h: f32, i: u16, j: f64, k: i64, l: f64,
        ) -> f32 {
            let given = (a, b, c, d, e, f, g as usize, h, i, j, k, l);
            assert_eq!(given, (-1, 2., 3, 4., -5, 6., 7, 8., 9, 10., -11, 12.), $abi);
            -0.25
        }

        type Whole = extern $abi fn(i8, u8, i16, u16, i32, u32, i64, u64, bool, isize, usize, i8) -> i64;
        // SAFETY: the bytes lead to a function of this type.
        let function = unsafe { Raw::<Whole>::new(&trampoline::to(whole as Whole as usize)) }.unwrap();
        assert_eq!(function(-1, 2, -3, 4, -5, 6, -7, 1 << 63, true, -10, 11, -12), -1 << 40);

        type Floats = extern $abi fn(f64, f32, f64, f32, f64, f32, f64, f32, f64, f32, f64, f32) -> f64;
        // SAFETY: as above.
        let function = unsafe { Raw::<Floats>::new(&trampoline::to(floats as Floats as usize)) }.unwrap();
        assert_eq!(function(1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 11., 0.5), 2.5);

        type Mixed = unsafe extern $abi fn(i32, f64, u8, f32, i64, f64, *const u8, f32, u16, f64, i64, f64) -> f32;
        // SAFETY: as above.
        let function = unsafe { Raw::<Mixed>::new(&trampoline::to(mixed as Mixed as usize)) }.unwrap();
        // SAFETY: it does nothing with its pointer.
        let result = unsafe { function(-1, 2., 3, 4., -5, 6., 7 as *const u8, 8., 9, 10., -11, 12.) };
        assert_eq!(result, -0.25);
    })*};
}

#[test]
fn with_twelve_arguments_by_each_convention() {
    twelve!("C", "system", "C-unwind");
    #[cfg(target_arch = "x86_64")]
    twelve!("sysv64", "win64");
    #[cfg(target_arch = "x86")]
    twelve!("cdecl", "stdcall", "fastcall");
}

#[derive(Debug, PartialEq)]
#[repr(C)]
struct Point {
    x: f64,
    y: f64,
    name: u32,
}

#[test]
fn over_a_pointer_to_a_struct() {
    extern "C" fn mirror(point: &mut Point) {
        (point.x, point.y, point.name) = (point.y, point.x, point.name + 1);
    }
    type Mirror = extern "C" fn(&mut Point);
    // SAFETY: the bytes lead to a function of this type.
    let function =
        unsafe { Raw::<Mirror>::new(&trampoline::to(mirror as Mirror as usize)) }.unwrap();
    let mut point = Point {
        x: 1.0,
        y: 2.0,
        name: 6,
    };
    function(&mut point);
    assert_eq!(
        point,
        Point {
            x: 2.0,
            y: 1.0,
            name: 7
        }
    );
}

#[test]
fn with_a_reference_that_comes_back() {
    extern "C" fn larger<'a>(a: &'a Point, b: &'a Point) -> &'a Point {
        if a.x > b.x { a } else { b }
    }
    type Larger = for<'a> extern "C" fn(&'a Point, &'a Point) -> &'a Point;
    // SAFETY: the bytes lead to a function of this type.
    let function =
        unsafe { Raw::<Larger>::new(&trampoline::to(larger as Larger as usize)) }.unwrap();
    let (a, b) = (
        Point {
            x: 1.0,
            y: 0.0,
            name: 1,
        },
        Point {
            x: 2.0,
            y: 0.0,
            name: 2,
        },
    );
    assert_eq!(function(&a, &b).name, 2);
}

#[test]
fn from_many_threads_at_once() {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    extern "C" fn count(by: u32) {
        CALLS.fetch_add(by, Ordering::Relaxed);
    }
    type Count = extern "C" fn(u32);
    // SAFETY: the bytes lead to a function of this type.
    let function = unsafe { Raw::<Count>::new(&trampoline::to(count as Count as usize)) }.unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..100).for_each(|_| function(2)));
        }
    });
    assert_eq!(CALLS.load(Ordering::Relaxed), 800);
    // The handle itself may end its life elsewhere.
    std::thread::spawn(move || function(1)).join().unwrap();
    assert_eq!(CALLS.load(Ordering::Relaxed), 801);
}

#[test]
fn at_offsets_of_a_library_that_they_keep() {
    extern "C" fn one() -> u32 {
        1
    }
    extern "C" fn two() -> u32 {
        2
    }
    type Number = extern "C" fn() -> u32;
    let (first, second) = (
        trampoline::to(one as Number as usize),
        trampoline::to(two as Number as usize),
    );
    let library = Library::new(&[first.clone(), second.clone()].concat()).unwrap();
    assert_eq!(library.as_slice(), [first.clone(), second].concat());
    // SAFETY: there are functions of this type at these offsets.
    let (first, second) = unsafe {
        (
            library.function::<Number>(0).unwrap(),
            library.function::<Number>(first.len()).unwrap(),
        )
    };
    assert_eq!(*first as usize, library.base());
    assert_eq!(second.library().base(), library.base());
    drop(library);
    let copy = second.clone();
    drop(second);
    assert_eq!((first(), copy()), (1, 2));
}

#[test]
fn many_live_at_once() {
    type Number = extern "C" fn() -> u32;
    extern "C" fn seven() -> u32 {
        7
    }
    let code = trampoline::to(seven as Number as usize);
    // SAFETY: the bytes lead to a function of this type.
    let functions: Vec<_> = (0..300)
        .map(|_| unsafe { Raw::<Number>::new(&code) }.unwrap())
        .collect();
    assert!(functions.iter().all(|function| function() == 7));
    let mut addresses: Vec<_> = functions.iter().map(Raw::address).collect();
    addresses.sort();
    addresses.dedup();
    assert_eq!(addresses.len(), functions.len());
    assert!(functions.iter().all(|function| function.as_slice() == code));
}

#[test]
fn in_a_heap_of_its_own_and_for_good() {
    type Number = extern "C" fn() -> u32;
    extern "C" fn eight() -> u32 {
        8
    }
    let code = trampoline::to(eight as Number as usize);
    let heap = Heap::new().unwrap();
    // SAFETY: the bytes lead to a function of this type.
    let alone = unsafe { Raw::<Number>::new_in(&heap, &code) }.unwrap();
    let library = Library::new_in(&heap, &code).unwrap();
    // SAFETY: as above.
    let in_library = unsafe { library.function::<Number>(0) }.unwrap();
    assert_eq!(heap.statistics().functions, 2);
    assert_eq!((alone(), in_library()), (8, 8));
    let leaked = alone.leak();
    drop((in_library, library));
    assert_eq!(heap.statistics().functions, 1);
    drop(heap);
    assert_eq!(leaked(), 8);
}

/// What is said of bytes as a function of this type.
fn refusal<F: Copy>(bytes: &[u8]) -> String {
    // SAFETY: it is not called.
    let (alone, in_library) = unsafe {
        let library = Library::new(bytes);
        (
            Raw::<F>::new(bytes),
            library.and_then(|library| library.function::<F>(0)),
        )
    };
    let (alone, in_library) = (
        alone.unwrap_err().to_string(),
        in_library.unwrap_err().to_string(),
    );
    assert_eq!(alone, in_library);
    alone
}

#[test]
fn not_by_rusts_own_convention() {
    const BEHIND: &str = "has Rust's own calling convention, which is not fixed: write";
    for (refused, given, instead) in [
        (
            refusal::<fn(f64) -> f64>(&[0xc3]),
            "fn(f64) -> f64",
            "extern \"C\" fn(f64) -> f64",
        ),
        (
            refusal::<unsafe fn()>(&[0xc3]),
            "unsafe fn()",
            "unsafe extern \"C\" fn()",
        ),
        (
            refusal::<fn(&mut u8)>(&[0xc3]),
            "fn(&'_ mut u8)",
            "extern \"C\" fn(&mut u8)",
        ),
    ] {
        assert_eq!(
            refused,
            format!("`{given}` {BEHIND} `{instead}` for code of the C convention")
        );
    }
}

#[test]
fn not_as_what_is_no_function() {
    for refused in [
        refusal::<usize>(&[0xc3]),
        refusal::<&u8>(&[0xc3]),
        refusal::<*const fn()>(&[0xc3]),
        refusal::<Option<extern "C" fn()>>(&[0xc3]),
    ] {
        assert!(
            refused
                .contains("is not a function pointer: write a type such as `extern \"C\" fn(i32)")
        );
    }
}

#[test]
fn not_from_nothing_nor_from_outside() {
    assert_eq!(
        refusal::<extern "C" fn()>(&[]),
        "there are no bytes to call: a function has at least one"
    );
    let library = Library::new(&[0xc3; 16]).unwrap();
    for offset in [16, 17, usize::MAX] {
        // SAFETY: it is not called.
        let error = unsafe { library.function::<extern "C" fn()>(offset) }.unwrap_err();
        assert!(matches!(error, Error::Outside { len: 16, .. }));
        assert_eq!(
            error.to_string(),
            format!("offset {offset:#x} is outside of the library, which is 0x10 bytes long")
        );
    }
    assert!(library.address(15).is_ok());
}
