//! Go's convention, byte by byte: bytes that rawexec's users and the Go compiler made run unchanged, and code that
//! keeps nothing leaves the caller as it was.

#![cfg(target_arch = "x86_64")]

use std::hint::black_box;

use jitney_raw::{Error, Library, abi::go};

#[test]
fn the_bytes_of_the_go_compilers_inc() {
    let inc = [
        0x55, 0x48, 0x89, 0xe5, 0x48, 0x83, 0xec, 0x08, 0x48, 0x89, 0x44, 0x24, 0x18, 0x48, 0xc7,
        0x04, 0x24, 0, 0, 0, 0, 0x48, 0xff, 0xc0, 0x48, 0x89, 0x04, 0x24, 0x48, 0x83, 0xc4, 0x08,
        0x5d, 0xc3,
    ];
    let inc = go::Function::<(i64,), i64>::new(&inc).unwrap();
    // SAFETY: it is a function of this type.
    unsafe {
        assert_eq!(inc.call((13,)), 14);
        assert_eq!(inc.call((-1,)), 0);
    }
}

#[test]
fn rawexecs_bytes_over_a_struct() {
    #[repr(C)]
    struct Sum(f64, f64, f64);
    let add = [
        0xf2, 0x0f, 0x10, 0x00, 0xf2, 0x0f, 0x58, 0x40, 0x08, 0xf2, 0x0f, 0x11, 0x40, 0x10, 0xc3,
    ];
    let add = go::Function::<(*mut Sum,), ()>::new(&add).unwrap();
    let mut sum = Sum(1000.0, 2456.0, 0.0);
    // SAFETY: it reads and writes what lies in a `Sum`.
    unsafe { add.call((&raw mut sum,)) };
    assert_eq!(sum.2, 3456.0);
}

#[test]
fn code_that_keeps_no_register() {
    let mut code = Vec::new();
    // mov R, 0x66…66 for every register but the stack pointer; then the direction flag stays as it is.
    for register in (0..16u8).filter(|register| *register != 4) {
        code.extend([0x48 | register >> 3, 0xb8 | register & 7]);
        code.extend([0x66; 8]);
    }
    // pcmpeqd xmmN, xmmN
    for register in 0..16u8 {
        if register >= 8 {
            code.extend([0x66, 0x45, 0x0f, 0x76, 0xc0 | ((register & 7) * 9)]);
        } else {
            code.extend([0x66, 0x0f, 0x76, 0xc0 | (register * 9)]);
        }
    }
    code.push(0xc3);
    let spoil = go::Function::<(), (i64, i64)>::new(&code).unwrap();
    // Enough values that the compiler keeps some of them in the registers that a call must keep.
    let values: [u64; 8] = black_box([1, 2, 3, 4, 5, 6, 7, 8]);
    let sum: u64 = values.iter().map(|value| value * black_box(3)).sum();
    for n in black_box(0)..100u64 {
        // SAFETY: it spoils registers only, which its convention allows.
        let (a, b) = unsafe { spoil.call(()) };
        assert_eq!((a, b), (0x6666_6666_6666_6666, 0x6666_6666_6666_6666));
        assert!(n < 100);
    }
    assert_eq!(
        values.iter().map(|value| value * black_box(3)).sum::<u64>(),
        sum
    );
}

#[test]
fn with_room_on_the_stack_no_closure_and_a_zero() {
    // cmp rsp, [r14 + 16]; jbe bad; lea r12, [rsp - 0x8000]; cmp r12, [r14 + 16]; jbe bad
    // movq rax, xmm15; or rax, rdx; jnz bad; mov eax, 1; ret; bad: xor eax, eax; ret
    let code = [
        0x49, 0x3b, 0x66, 0x10, 0x76, 0x20, 0x4c, 0x8d, 0xa4, 0x24, 0x00, 0x80, 0xff, 0xff, 0x4d,
        0x3b, 0x66, 0x10, 0x76, 0x12, 0x66, 0x4c, 0x0f, 0x7e, 0xf8, 0x48, 0x09, 0xd0, 0x75, 0x08,
        0x90, 0xb8, 1, 0, 0, 0, 0xc3, 0x90, 0x31, 0xc0, 0xc3,
    ];
    let check = go::Function::<(), bool>::new(&code).unwrap();
    // SAFETY: it is a function of this type.
    assert!(unsafe { check.call(()) });
}

#[test]
fn a_function_of_a_library() {
    // nop; inc rax; ret
    let library = Library::new(&[0x90, 0x48, 0xff, 0xc0, 0xc3]).unwrap();
    let inc = go::Function::<(i64,), i64>::in_library(&library, 1).unwrap();
    drop(library);
    // SAFETY: it is a function of this type.
    assert_eq!(unsafe { inc.call((13,)) }, 14);
    let outside = go::Function::<(), ()>::in_library(inc.library(), 5);
    assert!(matches!(outside, Err(Error::Outside { offset: 5, len: 5 })));
    assert!(matches!(
        go::Function::<(), ()>::new(&[]),
        Err(Error::Empty)
    ));
}
