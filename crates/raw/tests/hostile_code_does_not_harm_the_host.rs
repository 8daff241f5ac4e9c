//! Code that writes all over what its worker shares with the host, or spoils the worker in other ways, costs a worker
//! at most.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod isolated;

use std::time::Duration;

use isolated::{INCREMENT, assert_works, machine_code};
use jitney_raw::isolate::{Code, Isolate, Limits, Renew, Verdict};

const BASE: u64 = 0x10_0000_0000;
/// More than everything that a worker of the limits below has.
const SPAN: u64 = 0x40_0000;

fn small() -> Limits {
    Limits::default()
        .time(Duration::from_millis(5))
        .stack(1 << 16)
        .code(1 << 16)
        .data(1 << 16)
}

/// Numbers that look random and are always the same.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

/// Fills the page at RDI with RSI, then does as RDX says: 0 returns, 1 faults, 2 loops.
fn fill_page() -> &'static [u8] {
    machine_code!(
        "mov rax, rsi",
        "mov ecx, 512",
        "rep stosq",
        "test edx, edx",
        "jz 3f",
        "dec edx",
        "jz 4f",
        "2:",
        "jmp 2b",
        "3:",
        "ret",
        "4:",
        "ud2",
    )
}

#[test]
fn pages_filled_with_anything() {
    let mut isolate = Isolate::new(small()).unwrap();
    let mut written = 0;
    for page in (BASE..BASE + SPAN).step_by(4096) {
        for (index, value) in [0, u64::MAX, 1, 0x1_0000_0001, 0x2_0000_0002, page]
            .into_iter()
            .enumerate()
        {
            // Loops cost their time limit: one of them a page will do.
            let then = if index == 5 { 2 } else { index as u64 % 2 };
            let verdict = isolate
                .call::<_, ()>(fill_page(), (page, value, then))
                .unwrap();
            written += u32::from(matches!(verdict, Verdict::Returned(())));
            if index > 0 && matches!(verdict, Verdict::Fault(_)) && written == 0 {
                break;
            }
        }
    }
    assert!(written > 100, "it could write to {written} pages only");
    assert_works(&mut isolate);
}

#[test]
fn words_written_anywhere_in_the_midst_of_a_batch() {
    // mov [rdi], rsi; ret
    let write = [0x48, 0x89, 0x37, 0xc3];
    let mut isolate = Isolate::new(small()).unwrap();
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for _ in 0..60 {
        let arguments: Vec<(u64, u64)> = (0..500)
            .map(|_| {
                let address = BASE + numbers.next() % SPAN;
                let value = match numbers.next() % 4 {
                    0 => numbers.next(),
                    1 => numbers.next() % 512,
                    2 => BASE + numbers.next() % SPAN,
                    _ => (numbers.next() << 32) | (numbers.next() % 3),
                };
                (address & !3, value)
            })
            .collect();
        let verdicts = isolate.batch::<_, ()>(&write, &arguments).unwrap();
        assert_eq!(verdicts.len(), arguments.len());
    }
    assert_works(&mut isolate);
}

#[test]
fn words_of_the_heads_written_with_purpose() {
    // The first words of each area: counters, indices, flags.
    let write = [0x89, 0x37, 0xc3]; // mov [rdi], esi; ret
    let mut isolate = Isolate::new(small()).unwrap();
    for area in (BASE..BASE + SPAN).step_by(1 << 16) {
        let arguments: Vec<(u64, u32)> = (0..32)
            .flat_map(|word| {
                [
                    0,
                    1,
                    2,
                    3,
                    7,
                    255,
                    256,
                    257,
                    u32::MAX,
                    u32::MAX - 1,
                    0x8000_0000,
                ]
                .map(|value| (area + 4 * word, value))
            })
            .collect();
        let verdicts = isolate.batch::<_, ()>(&write, &arguments).unwrap();
        assert_eq!(verdicts.len(), arguments.len());
    }
    assert_works(&mut isolate);
}

#[test]
fn what_one_evaluation_did_cannot_reach_another_in_a_new_worker() {
    let mut isolate = Isolate::new(small().renew(Renew::EachEvaluation)).unwrap();
    let mut numbers = Numbers(0x2545_f491_4f6c_dd1d);
    // Every second one is honest, and has to get the right answer.
    let verdicts = isolate
        .evaluate::<_, u64>(200, |index| {
            let address = (BASE + numbers.next() % SPAN) & !4095;
            match index % 2 {
                0 => (
                    Code::new(fill_page()),
                    (address, index as u64, index as u64 / 2 % 2),
                ),
                _ => (Code::new(INCREMENT), (index as u64, 0, 0)),
            }
        })
        .unwrap();
    for (index, verdict) in verdicts.into_iter().enumerate().skip(1).step_by(2) {
        assert_eq!(verdict, Verdict::Returned(index as u64 + 1));
    }
}

#[test]
fn signal_stacks_and_protection_keys_spoilt() {
    let mut isolate = Isolate::new(small()).unwrap();
    let attempts: [&[u8]; 4] = [
        // The stack pointer into every area, then a fault: the kernel may find no place for the signal's frame.
        machine_code!("mov rsp, rdi", "ud2"),
        machine_code!("mov rsp, rdi", "push rax", "ret"),
        // Keys that forbid all access to memory, where the processor has them.
        machine_code!(
            "mov eax, -4",
            "xor ecx, ecx",
            "xor edx, edx",
            "wrpkru",
            "ret"
        ),
        machine_code!(
            "mov eax, -1",
            "xor ecx, ecx",
            "xor edx, edx",
            "wrpkru",
            "mov rax, [rsp]",
            "ret"
        ),
    ];
    for code in attempts {
        let arguments: Vec<(u64,)> = (BASE..BASE + SPAN)
            .step_by(1 << 14)
            .map(|address| (address + 64,))
            .collect();
        let verdicts = isolate.batch::<_, ()>(code, &arguments).unwrap();
        assert_eq!(verdicts.len(), arguments.len());
        assert_works(&mut isolate);
    }
}

/// Forges its own end, then writes to its data, to the counters and to the flags for as long as it lives. RDI leads to: the
/// address of the answers.
fn lingering() -> &'static [u8] {
    machine_code!(
        "mov rsi, [rdi]",
        "mov dword ptr [rsi + 512], 1", // the status of the first record
        "mov dword ptr [rsi + 12], 1",  // progress
        "mov rax, 0x1000010000",
        "mov eax, [rax + 512]", // the request
        "mov [rsi], eax",
        "2:",
        "mov qword ptr [rdi], 666",
        "mov dword ptr [rsi + 12], 0",
        "mov dword ptr [rsi + 16], 1", // ready
        "jmp 2b",
    )
}

#[test]
fn what_lingers_cannot_reach_another_in_a_new_worker() {
    let (answers, increment) = (
        BASE + 0xc_0000,
        machine_code!("inc qword ptr [rdi]", "mov rax, [rdi]", "ret"),
    );
    for renew in [Renew::EachEvaluation, Renew::EachBatch] {
        let mut isolate = Isolate::new(small().renew(renew)).unwrap();
        for index in 0..100 {
            let mut data = answers;
            let verdict = isolate.call_on::<_, u64>(lingering(), &mut data).unwrap();
            assert!(
                matches!(verdict, Verdict::Returned(_)),
                "its end is forged no more: {verdict}"
            );
            let mut data = index;
            let verdict = isolate.call_on::<_, u64>(increment, &mut data).unwrap();
            assert_eq!((verdict, data), (Verdict::Returned(index + 1), index + 1));
        }
    }
}

#[test]
fn flags_of_one_evaluation_do_not_reach_the_next() {
    let set = machine_code!("push rdi", "popfq", "ret");
    let mut isolate = Isolate::new(small()).unwrap();
    // Carry to overflow, traps, interrupts, direction, nested tasks, alignment, identification.
    for flags in [0xcd5, 0x100, 0x200, 0x400, 0x4000, 0x4_0000, 0x20_0000] {
        let _ = isolate.call::<_, ()>(set, (flags,)).unwrap();
        assert_works(&mut isolate);
        let _ = isolate.batch::<_, ()>(set, &[(flags,); 2]).unwrap();
        assert_works(&mut isolate);
    }
}

#[test]
fn ringing_all_the_time_gains_no_time() {
    let mut isolate = Isolate::new(small()).unwrap();
    // Blocks all signals by a forged return from a handler, and counts the bell up: RDI.
    let ring = machine_code!(
        "mov rbx, 0x1000000000",
        "2:",
        "inc rbx",
        "cmp word ptr [rbx], 0x050f",
        "jne 2b",
        "mov rsi, rdi",
        "sub rsp, 1024",
        "mov rdi, rsp",
        "mov ecx, 128",
        "xor eax, eax",
        "rep stosq",
        "mov [rsp + 112], rsi", // RSI
        "mov [rsp + 160], rsp",
        "lea rax, [rip + 3f]",
        "mov [rsp + 168], rax",
        "mov qword ptr [rsp + 176], 0x202",
        "mov qword ptr [rsp + 184], 0x33",
        "mov word ptr [rsp + 190], 0x2b",
        "mov qword ptr [rsp + 296], -1",
        "mov eax, 15",
        "jmp rbx",
        "3:",
        "lock inc dword ptr [rsi]",
        "jmp 3b",
    );
    let start = std::time::Instant::now();
    let verdict = isolate.call::<_, ()>(ring, (BASE + 0xc_0004,)).unwrap();
    assert!(matches!(verdict, Verdict::Fault(_)), "{verdict}");
    assert!(start.elapsed() < Duration::from_secs(30));
    assert_works(&mut isolate);
}
