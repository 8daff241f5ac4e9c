//! None of the host's memory is there in a worker, none of its files, and no register tells where they were.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod isolated;

use std::{fs, hint::black_box};

use isolated::{INCREMENT, assert_works, fault, isolate, machine_code};
use jitney_raw::{
    FaultKind,
    isolate::{Isolate, Limits, Verdict},
};

static CONSTANT: [u64; 2] = [0x5ec4e7, 0];
static mut VARIABLE: u64 = 0x5ec4e7;

#[test]
fn reading_a_secret_faults() {
    let on_the_heap = Box::new(0x5ec4e7u64);
    let on_the_stack = black_box(0x5ec4e7u64);
    let environment = fs::read_to_string("/proc/self/stat").unwrap();
    let environment: usize = environment
        .rsplit_once(") ")
        .unwrap()
        .1
        .split(' ')
        .nth(47)
        .unwrap()
        .parse()
        .unwrap();
    let shared_library = libc::getpid as *const () as usize;
    let secrets = [
        ("heap", &raw const *on_the_heap as usize),
        ("stack", &raw const on_the_stack as usize),
        ("constant", &raw const CONSTANT as usize),
        ("variable", &raw const VARIABLE as usize),
        ("code", reading_a_secret_faults as *const () as usize),
        ("shared library", shared_library),
        ("environment", environment),
        (
            "its own code as the host has it",
            INCREMENT.as_ptr() as usize,
        ),
    ];
    // mov rax, [rdi]; ret
    let read = [0x48, 0x8b, 0x07, 0xc3];
    let mut isolate = isolate();
    for (name, address) in secrets {
        let fault = fault(isolate.call::<_, u64>(&read, (address,)).unwrap());
        assert_eq!(
            (fault.kind, fault.address),
            (FaultKind::Segmentation, Some(address)),
            "{name}"
        );
    }
    assert_works(&mut isolate);
}

#[test]
fn every_mapping_of_the_host_is_gone() {
    let mut isolate = isolate();
    // Through the batch, so that each page costs a microsecond: one byte of the first page of each mapping.
    let read = [0x8a, 0x07, 0xc3];
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let starts: Vec<(u64,)> = maps
        .lines()
        // The kernel's own page at a fixed address is no memory of the host's.
        .filter(|line| !line.ends_with("[vsyscall]"))
        .map(|line| (u64::from_str_radix(line.split('-').next().unwrap(), 16).unwrap(),))
        .collect();
    assert!(starts.len() > 10);
    for ((start,), verdict) in starts
        .iter()
        .zip(isolate.batch::<_, u8>(&read, &starts).unwrap())
    {
        assert!(
            matches!(verdict, Verdict::Fault(_)),
            "{start:#x}: {verdict}"
        );
    }
}

#[test]
fn registers_say_nothing_of_the_host() {
    let mut isolate = isolate();
    // The or of all registers that carry no argument: an address of this process, wherever it has its memory, has bits
    // above the 40th.
    let code = machine_code!(
        "or rax, rbx",
        "or rax, rcx",
        "or rax, rdx",
        "or rax, rbp",
        "or rax, rsi",
        "or rax, rdi",
        "or rax, r8",
        "or rax, r9",
        "or rax, r10",
        "or rax, r11",
        "or rax, r12",
        "or rax, r13",
        "or rax, r14",
        "or rax, r15",
        "or rax, rsp",
        "or rax, [rsp]",
        "movq rcx, xmm0",
        "or rax, rcx",
        "movq rcx, xmm15",
        "or rax, rcx",
        "ret",
    );
    let Verdict::Returned(all) = isolate.call::<_, u64>(code, ()).unwrap() else {
        panic!("it only looks at registers");
    };
    assert_eq!(all >> 40, 0, "{all:#x}");
    // The base of FS leads to a thread's variables in the host. Old processors cannot be asked.
    let base = machine_code!("rdfsbase rax", "rdgsbase rcx", "or rax, rcx", "ret");
    match isolate.call::<_, u64>(base, ()).unwrap() {
        Verdict::Returned(base) => assert_eq!(base, 0),
        other => assert_eq!(fault(other).kind, FaultKind::IllegalInstruction),
    }
}

#[test]
fn the_kernel_says_the_same() {
    let file = fs::File::open("/dev/null").unwrap();
    let mut isolate = Isolate::new(Limits::default()).unwrap();
    assert_works(&mut isolate);
    let worker = isolate.worker_id().unwrap();
    let status = fs::read_to_string(format!("/proc/{worker}/status")).unwrap();
    for line in ["NoNewPrivs:\t1", "Seccomp:\t2", "Threads:\t1"] {
        assert!(status.contains(line), "{line}: {status}");
    }
    // Only the superuser may look into a process that is closed even to its owner.
    let Ok(maps) = fs::read_to_string(format!("/proc/{worker}/maps")) else {
        println!("skipped: the rest takes root");
        return;
    };
    for line in maps.lines() {
        let (start, _) = line.split_once('-').unwrap();
        let start = u64::from_str_radix(start, 16).unwrap();
        let ours = (0x10_0000_0000..0x10_1000_0000).contains(&start);
        let kernels = line.ends_with(']');
        assert!(ours || kernels, "{line}");
        let protection = line.split(' ').nth(1).unwrap();
        assert!(
            !(protection.contains('w') && protection.contains('x')),
            "{line}"
        );
    }
    let files = fs::read_dir(format!("/proc/{worker}/fd")).unwrap().count();
    assert_eq!(files, 0);
    drop(file);
}

#[test]
fn registers_of_vectors_hold_nothing_of_the_host() {
    let mut data = [0u64; 384];
    let expect_none = |what: &str, code: &[u8], data: &mut [u64; 384]| {
        // The host's own copies of memory do the same, by chance.
        // SAFETY: no compiled code relies on these registers.
        unsafe { std::arch::asm!("movq mm5, {}", "emms", in(reg) 0x5ec4_e700_5ec4_e700_u64) };
        if is_x86_feature_detected!("avx512f") {
            let secret = [0x5ec4_e700_5ec4_e700_u64; 8];
            // SAFETY: the processor has them, and their contents are given up.
            unsafe { std::arch::asm!("vmovdqu64 zmm21, [{}]", in(reg) &secret, out("zmm21") _) };
        }
        let verdict = isolate().call_on::<_, ()>(code, data).unwrap();
        assert_eq!(verdict, Verdict::Returned(()), "{what}");
        assert!(data.iter().all(|&word| word == 0), "{what}: {data:x?}");
    };
    let media = machine_code!(
        ".irp r, 0, 1, 2, 3, 4, 5, 6, 7",
        "movq [rdi + 8 * \\r], mm\\r",
        ".endr",
        ".irp r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15",
        "movups [rdi + 64 + 16 * \\r], xmm\\r",
        ".endr",
        "emms",
        "ret",
    );
    expect_none("mm and xmm", media, &mut data);
    if is_x86_feature_detected!("avx") {
        let wide = machine_code!(
            ".irp r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15",
            "vmovups [rdi + 32 * \\r], ymm\\r",
            ".endr",
            "ret",
        );
        expect_none("ymm", wide, &mut data);
    }
    if is_x86_feature_detected!("avx512f") {
        let widest = machine_code!(
            ".irp r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15",
            "vmovups [rdi + 64 * \\r], zmm\\r",
            ".endr",
            ".irp r, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31",
            "vmovups [rdi + 64 * \\r], zmm\\r",
            ".endr",
            ".irp r, 0, 1, 2, 3, 4, 5, 6, 7",
            "kmovw ecx, k\\r",
            "mov [rdi + 2048 + 8 * \\r], rcx",
            ".endr",
            "ret",
        );
        expect_none("zmm and k", widest, &mut data);
    }
}
