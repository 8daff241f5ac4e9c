//! Arguments by value and by pointer, in every convention, alone and in batches, arrive in a worker and come back.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod isolated;

use isolated::{INCREMENT, isolate, machine_code};
use jitney_raw::{
    Abi,
    isolate::{Code, Error, Isolate, Limits, Plain, Pool, Renew, Verdict},
};

#[test]
fn values_in_registers_and_on_the_stack() {
    // 1·a + 2·b + … + 8·h of whole numbers, six in registers and two on the stack, and two floats.
    let code = machine_code!(
        "mov rax, rdi",
        "lea rax, [rax + rsi * 2]",
        "lea rdx, [rdx + rdx * 2]",
        "add rax, rdx",
        "lea rax, [rax + rcx * 4]",
        "lea r8, [r8 + r8 * 4]",
        "add rax, r8",
        "imul r9, r9, 6",
        "add rax, r9",
        "imul rcx, [rsp + 8], 7",
        "add rax, rcx",
        "imul rcx, [rsp + 16], 8",
        "add rax, rcx",
        "cvttsd2si rcx, xmm0",
        "add rax, rcx",
        "cvttss2si rcx, xmm1",
        "sub rax, rcx",
        "ret",
    );
    let arguments = (
        1i64,
        -2i32,
        3u8,
        4u64,
        -5i16,
        6u32,
        1i64 << 40,
        -8i64,
        1000.0f64,
        7.0f32,
    );
    let expected = 1 - 4 + 9 + 16 - 25 + 36 + 7 * (1i64 << 40) - 64 + 1000 - 7;
    assert_eq!(
        isolate().call(code, arguments).unwrap(),
        Verdict::Returned(expected)
    );
}

#[test]
fn results_of_each_kind() {
    let mut isolate = isolate();
    // addsd xmm0, xmm1; ret
    let sum = isolate
        .call(&[0xf2, 0x0f, 0x58, 0xc1, 0xc3], (1000.0, 2456.0))
        .unwrap();
    assert_eq!(sum, Verdict::Returned(3456.0));
    // addss xmm0, xmm1; ret
    let sum = isolate
        .call(&[0xf3, 0x0f, 0x58, 0xc1, 0xc3], (1.5f32, 2.25f32))
        .unwrap();
    assert_eq!(sum, Verdict::Returned(3.75f32));
    // mov eax, edi; ret
    let small = isolate.call(&[0x89, 0xf8, 0xc3], (-7i8,)).unwrap();
    assert_eq!(small, Verdict::Returned(-7i8));
    // xor eax, eax; ret
    assert_eq!(
        isolate.call(&[0x31, 0xc0, 0xc3], ()).unwrap(),
        Verdict::Returned(false)
    );
    // ret
    assert_eq!(
        isolate.call(&[0xc3], (1u8,)).unwrap(),
        Verdict::Returned(())
    );
}

#[test]
fn code_of_the_go_compiler() {
    // `inc` as Go compiles it, and rawexec's sum of two floats in a struct whose address is in RAX.
    let increment = [
        0x55, 0x48, 0x89, 0xe5, 0x48, 0x83, 0xec, 0x08, 0x48, 0x89, 0x44, 0x24, 0x18, 0x48, 0xc7,
        0x04, 0x24, 0, 0, 0, 0, 0x48, 0xff, 0xc0, 0x48, 0x89, 0x04, 0x24, 0x48, 0x83, 0xc4, 0x08,
        0x5d, 0xc3,
    ];
    let mut isolate = isolate();
    let thirteen = isolate
        .call(Code::new(&increment).abi(Abi::Go), (13i64,))
        .unwrap();
    assert_eq!(thirteen, Verdict::Returned(14i64));

    let add = [
        0xf2, 0x0f, 0x10, 0x00, 0xf2, 0x0f, 0x58, 0x40, 0x08, 0xf2, 0x0f, 0x11, 0x40, 0x10, 0xc3,
    ];
    let mut operands = [1000.0, 2456.0, 0.0];
    let verdict = isolate
        .call_on(Code::new(&add).abi(Abi::Go), &mut operands)
        .unwrap();
    assert_eq!(verdict, Verdict::Returned(()));
    assert_eq!(operands, [1000.0, 2456.0, 3456.0]);

    // Go asks the current goroutine whether its stack has room: `cmp rsp, [r14 + 16]; jbe`, then the result in RAX.
    let checked = machine_code!(
        "cmp rsp, [r14 + 16]",
        "jbe 2f",
        "lea rax, [rax + rbx]",
        "ret",
        "2:",
        "ud2"
    );
    let verdict = isolate
        .call(Code::new(checked).abi(Abi::Go), (20i64, 22i64))
        .unwrap();
    assert_eq!(verdict, Verdict::Returned(42i64));
}

#[test]
fn code_of_the_windows_convention() {
    // rcx + rdx + r8 + r9 + the fifth, above the 32 bytes of home space, which is the function's to write.
    let code = machine_code!(
        "mov qword ptr [rsp + 8], -1",
        "mov qword ptr [rsp + 32], -1",
        "lea rax, [rcx + rdx]",
        "add rax, r8",
        "add rax, r9",
        "add rax, [rsp + 40]",
        "ret",
    );
    let verdict = isolate().call(
        Code::new(code).abi(Abi::Win64),
        (1i64, 20i64, 300i64, 4000i64, 50_000i64),
    );
    assert_eq!(verdict.unwrap(), Verdict::Returned(54_321i64));
}

#[test]
fn a_start_within_the_code() {
    let code = [&[0xcc; 7][..], INCREMENT].concat();
    let verdict = isolate().call(Code::new(&code).offset(7), (1i64,)).unwrap();
    assert_eq!(verdict, Verdict::Returned(2i64));
}

#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Operands {
    a: f64,
    b: f64,
    sum: f64,
}

// SAFETY: three floats, one after the other.
unsafe impl Plain for Operands {}

/// `movsd xmm0, [rdi]; addsd xmm0, [rdi + 8]; movsd [rdi + 16], xmm0; ret`.
const ADD_FIELDS: [u8; 15] = [
    0xf2, 0x0f, 0x10, 0x07, 0xf2, 0x0f, 0x58, 0x47, 0x08, 0xf2, 0x0f, 0x11, 0x47, 0x10, 0xc3,
];

#[test]
fn data_by_pointer() {
    let mut operands = Operands {
        a: 1000.0,
        b: 2456.0,
        sum: 0.0,
    };
    assert_eq!(
        isolate().call_on(&ADD_FIELDS, &mut operands).unwrap(),
        Verdict::Returned(())
    );
    assert_eq!(operands.sum, 3456.0);
}

#[test]
fn data_of_code_that_faults_stays_as_it_was() {
    // mov dword ptr [rdi], 0; ud2
    let code = [0xc7, 0x07, 0, 0, 0, 0, 0x0f, 0x0b];
    let mut value = 17;
    assert!(matches!(
        isolate().call_on::<_, ()>(&code, &mut value).unwrap(),
        Verdict::Fault(_)
    ));
    assert_eq!(value, 17);
}

#[test]
fn a_slice_by_pointer_and_length() {
    // Adds up the elements, and sets each to 0.
    let code = machine_code!(
        "xor eax, eax",
        "2:",
        "test rsi, rsi",
        "jz 3f",
        "add rax, [rdi]",
        "mov qword ptr [rdi], 0",
        "add rdi, 8",
        "dec rsi",
        "jmp 2b",
        "3:",
        "ret",
    );
    let mut isolate = isolate();
    let mut numbers: Vec<u64> = (1..=1000).collect();
    assert_eq!(
        isolate.call_on_slice(code, &mut numbers).unwrap(),
        Verdict::Returned(500_500u64)
    );
    assert!(numbers.iter().all(|&number| number == 0));
    assert_eq!(
        isolate.call_on_slice::<u64, u64>(code, &mut []).unwrap(),
        Verdict::Returned(0)
    );
}

#[test]
fn a_batch_keeps_its_order() {
    let mut isolate = isolate();
    let arguments: Vec<(i64,)> = (0..5000).map(|n| (n,)).collect();
    let verdicts = isolate.batch::<_, i64>(INCREMENT, &arguments).unwrap();
    assert!(
        verdicts
            .iter()
            .enumerate()
            .all(|(n, verdict)| *verdict == Verdict::Returned(n as i64 + 1))
    );
    assert_eq!(verdicts.len(), arguments.len());

    // mov eax, n; ret
    let codes: Vec<Vec<u8>> = (0..3000u32)
        .map(|n| [&[0xb8][..], &n.to_le_bytes(), &[0xc3]].concat())
        .collect();
    let verdicts = isolate.batch_codes::<_, _, u32>(&codes, ()).unwrap();
    assert!(
        verdicts
            .iter()
            .enumerate()
            .all(|(n, verdict)| *verdict == Verdict::Returned(n as u32))
    );
    assert_eq!(verdicts.len(), codes.len());

    let mut data: Vec<Operands> = (0..3000)
        .map(|n| Operands {
            a: f64::from(n),
            b: 0.5,
            sum: 0.0,
        })
        .collect();
    isolate.batch_on::<_, ()>(&ADD_FIELDS, &mut data).unwrap();
    assert!(data.iter().all(|operands| operands.sum == operands.a + 0.5));
    assert!(
        isolate
            .batch::<(i64,), i64>(INCREMENT, &[])
            .unwrap()
            .is_empty()
    );
}

#[test]
fn what_does_not_fit_at_once_goes_in_parts_and_what_never_does_is_an_error() {
    let limits = Limits::default().code(1 << 16).data(1 << 16);
    let mut isolate = Isolate::new(limits).unwrap();
    // Each is a third of the room and longer than that with its traps.
    let mut code = INCREMENT.to_vec();
    code.resize(30_000, 0xcc);
    let verdicts = isolate
        .batch_codes::<_, _, i64>(&vec![code.clone(); 10], (1i64,))
        .unwrap();
    assert_eq!(verdicts, vec![Verdict::Returned(2); 10]);
    code.resize(1 << 16, 0xcc);
    let error = isolate.call::<_, i64>(&code, (1i64,)).unwrap_err();
    assert!(
        matches!(
            error,
            Error::CodeTooLarge {
                len: 0x10000,
                limit: 0xffff
            }
        ),
        "{error}"
    );
    code.truncate(0xffff);
    assert_eq!(
        isolate.call::<_, i64>(&code, (1i64,)).unwrap(),
        Verdict::Returned(2)
    );

    let mut data = vec![[0u8; 40_000]; 4];
    assert_eq!(
        isolate.batch_on::<_, ()>(&[0xc3], &mut data).unwrap(),
        vec![Verdict::Returned(()); 4]
    );
    let error = isolate
        .call_on::<_, ()>(&[0xc3], &mut [0u8; 70_000])
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::DataTooLarge {
                len: 70_000,
                limit: 0x10000
            }
        ),
        "{error}"
    );

    let error = isolate.call::<_, ()>(&[], ()).unwrap_err();
    assert_eq!(error.to_string(), "there is no code: 0 bytes");
    let error = isolate
        .call::<_, ()>(Code::new(&[0xc3]).offset(1), ())
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no code at offset 1: it has 1 bytes"
    );
}

#[test]
fn a_new_worker_for_each_evaluation_answers_the_same() {
    let mut isolate = Isolate::new(Limits::default().renew(Renew::EachEvaluation)).unwrap();
    let first = isolate.worker_id();
    let arguments: Vec<(i64,)> = (0..20).map(|n| (n,)).collect();
    let verdicts = isolate.batch::<_, i64>(INCREMENT, &arguments).unwrap();
    assert!(
        verdicts
            .iter()
            .enumerate()
            .all(|(n, verdict)| *verdict == Verdict::Returned(n as i64 + 1))
    );
    assert_ne!(isolate.worker_id(), first);
}

#[test]
fn a_pool_answers_as_one_worker_does() {
    let pool = Pool::new(3, Limits::default()).unwrap();
    let arguments: Vec<(i64,)> = (0..10_000).map(|n| (n,)).collect();
    let verdicts = pool.batch::<_, i64>(INCREMENT, &arguments).unwrap();
    assert!(
        verdicts
            .iter()
            .enumerate()
            .all(|(n, verdict)| *verdict == Verdict::Returned(n as i64 + 1))
    );
    assert_eq!(verdicts.len(), arguments.len());
    std::thread::scope(|scope| {
        for thread in 0..8i64 {
            let pool = &pool;
            scope.spawn(move || {
                for n in 0..50 {
                    let verdict = pool.take().call(INCREMENT, (thread * 1000 + n,)).unwrap();
                    assert_eq!(verdict, Verdict::Returned(thread * 1000 + n + 1));
                }
            });
        }
    });
    let error = pool
        .evaluate::<_, ()>(5000, |_| (Code::new(&[]), ()))
        .unwrap_err();
    assert!(matches!(error, Error::NoCode { .. }), "{error}");
    assert_eq!(
        pool.take().call(INCREMENT, (1i64,)).unwrap(),
        Verdict::Returned(2i64)
    );
}
