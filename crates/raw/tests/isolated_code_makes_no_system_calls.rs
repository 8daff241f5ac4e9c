//! Whatever it asks of the system, by whichever gate, isolated code gets a verdict instead, and nothing happens.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod isolated;

use std::time::Duration;

use isolated::{assert_works, fault, isolate, machine_code};
use jitney_raw::{
    FaultKind,
    isolate::{Isolate, Limits, Protection, Verdict},
};

/// The system call `rdi` with three arguments.
fn by_syscall() -> &'static [u8] {
    machine_code!(
        "mov rax, rdi",
        "mov rdi, rsi",
        "mov rsi, rdx",
        "mov rdx, rcx",
        "syscall",
        "ret"
    )
}

/// The same by the gate for 32-bit programs.
fn by_interrupt() -> &'static [u8] {
    machine_code!(
        "mov eax, edi",
        "mov ebx, esi",
        "mov ecx, edx",
        "int 0x80",
        "ret"
    )
}

#[test]
fn all_protections_of_this_system_are_there() {
    let isolate = Isolate::new(Limits::default()).unwrap();
    assert!(isolate.protections().contains(Protection::SystemCalls));
    assert!(isolate.protections().contains(Protection::Resources));
    let landlock = std::fs::read_to_string("/sys/kernel/security/lsm")
        .unwrap_or_default()
        .contains("landlock");
    assert!(isolate.protections().contains(Protection::Landlock) || !landlock);
}

#[test]
fn what_does_most_harm() {
    let path = tempfile();
    let mut isolate = isolate();
    let worker = isolate.worker_id();
    let host = i64::from(std::process::id());
    let (flags, mode) = (i64::from(libc::O_CREAT | libc::O_WRONLY), 0o600);
    let attempts = [
        (
            "socket",
            libc::SYS_socket,
            [i64::from(libc::AF_INET), i64::from(libc::SOCK_STREAM), 0],
        ),
        ("kill", libc::SYS_kill, [host, i64::from(libc::SIGKILL), 0]),
        (
            "kill all",
            libc::SYS_kill,
            [-1, i64::from(libc::SIGKILL), 0],
        ),
        ("fork", libc::SYS_fork, [0; 3]),
        ("clone", libc::SYS_clone, [i64::from(libc::SIGCHLD), 0, 0]),
        (
            "ptrace",
            libc::SYS_ptrace,
            [i64::from(libc::PTRACE_ATTACH), host, 0],
        ),
        ("write", libc::SYS_write, [1, 0x10_0000_0000, 16]),
        ("mmap", libc::SYS_mmap, [0, 1 << 30, 7]),
        ("brk", libc::SYS_brk, [1 << 30, 0, 0]),
        ("mprotect", libc::SYS_mprotect, [0x10_0000_0000, 4096, 7]),
        (
            "prctl",
            libc::SYS_prctl,
            [i64::from(libc::PR_SET_DUMPABLE), 1, 0],
        ),
        ("exit", libc::SYS_exit_group, [0; 3]),
        ("sigreturn", libc::SYS_rt_sigreturn, [0; 3]),
        ("futex", libc::SYS_futex, [0x10_0001_0000, 0, 0]),
    ];
    for (name, number, [a, b, c]) in attempts {
        let verdict = isolate
            .call::<_, i64>(by_syscall(), (number, a, b, c))
            .unwrap();
        let expected = Verdict::SystemCall {
            number: number as i32,
            offset: Some(14),
        };
        assert_eq!(verdict, expected, "{name}");
    }
    // With a path that is there for it to read.
    let mut name = [0u8; 256];
    name[..path.as_os_str().len()].copy_from_slice(path.as_os_str().as_encoded_bytes());
    for (number, second) in [
        (libc::SYS_open, flags),
        (libc::SYS_unlink, 0),
        (libc::SYS_execve, 0),
        (libc::SYS_mkdir, mode),
    ] {
        let mut data = Path {
            number,
            second,
            third: mode,
            name,
        };
        let code = machine_code!(
            "mov rax, [rdi]",
            "mov rsi, [rdi + 8]",
            "mov rdx, [rdi + 16]",
            "add rdi, 24",
            "syscall",
            "ret",
        );
        let verdict = isolate.call_on::<_, i64>(code, &mut data).unwrap();
        assert!(
            matches!(verdict, Verdict::SystemCall { number: called, .. } if i64::from(called) == number)
        );
    }
    assert!(!path.exists());
    assert_works(&mut isolate);
    assert_eq!(isolate.worker_id(), worker);
}

#[derive(Clone, Copy)]
#[repr(C)]
struct Path {
    number: i64,
    second: i64,
    third: i64,
    name: [u8; 256],
}

// SAFETY: three numbers, then bytes.
unsafe impl jitney_raw::isolate::Plain for Path {}

/// A path at which nothing is.
fn tempfile() -> std::path::PathBuf {
    std::env::temp_dir().join(format!("jitney-isolated-{}", std::process::id()))
}

/// `uretprobe` and `uprobe`.
const PROBES: [i64; 2] = [335, 336];

#[test]
fn every_number_through_every_gate() {
    let mut isolate = isolate();
    let worker = isolate.worker_id();
    // With the bit of the x32 interface, and far beyond what there is.
    let numbers: Vec<(i64,)> = (0..600)
        .chain(0x4000_0000..0x4000_0250)
        .chain([0x7fff_ffff, -1])
        .map(|number| (number,))
        .collect();
    for code in [by_syscall(), by_interrupt()] {
        let verdicts = isolate.batch::<_, i64>(code, &numbers).unwrap();
        for ((number,), verdict) in numbers.iter().zip(verdicts) {
            match verdict {
                Verdict::SystemCall {
                    number: called,
                    offset: Some(_),
                } => assert_eq!(called, *number as i32),
                // The kernel lets no filter see two calls of its own probes (Linux 6.11), which refuse whoever is none.
                Verdict::Fault(fault) if PROBES.contains(number) => {
                    assert_eq!(fault.kind, FaultKind::IllegalInstruction);
                }
                Verdict::Returned(..0) if PROBES.contains(number) => {}
                other => panic!("{number:#x}: {other}"),
            }
        }
    }
    assert_works(&mut isolate);
    assert_eq!(isolate.worker_id(), worker);
}

#[test]
fn gates_that_few_know() {
    let mut isolate = isolate();
    // The page at a fixed address that the kernel keeps for programs of long ago.
    let old_page = machine_code!(
        "mov rax, -0xa00000",
        "xor edi, edi",
        "sub rsp, 8",
        "call rax",
        "add rsp, 8",
        "ret"
    );
    assert!(!matches!(
        isolate.call::<_, i64>(old_page, ()).unwrap(),
        Verdict::Returned(_)
    ));
    assert!(!matches!(
        isolate.call::<_, i64>(&[0x0f, 0x34, 0xc3], ()).unwrap(),
        Verdict::Returned(_)
    )); // sysenter
    // `int 0x80` in 32-bit code: a far jump into another code segment, to an address below 4 GiB, where nothing is.
    let far = machine_code!("push 0x23", "push 0x12345", "retfq");
    assert_eq!(
        fault(isolate.call::<_, ()>(far, ()).unwrap()).kind,
        FaultKind::Segmentation
    );
    assert_works(&mut isolate);
}

/// Calls the n-th `syscall` instruction of the runtime, which lies at the start of the worker's memory, with RAX from
/// RSI and its arguments from RDX, RCX and R8. Returns 0 if there are not so many.
fn by_the_runtime() -> &'static [u8] {
    machine_code!(
        "mov rbx, 0x1000000000",
        "lea rbp, [rbx + 0x1000]",
        "2:",
        "inc rbx",
        "cmp rbx, rbp",
        "je 3f",
        "cmp word ptr [rbx], 0x050f",
        "jne 2b",
        "dec edi",
        "jns 2b",
        "mov rax, rsi",
        "mov rdi, rdx",
        "mov rsi, rcx",
        "mov rdx, r8",
        "xor r10d, r10d",
        "jmp rbx",
        "3:",
        "xor eax, eax",
        "ret",
    )
}

#[test]
fn the_gate_of_the_runtime_serves_only_the_runtimes_needs() {
    let mut isolate = Isolate::new(Limits::default().time(Duration::from_millis(2))).unwrap();
    let mut calls = 0;
    loop {
        let arguments = (calls, libc::SYS_open, 0x10_0000_0000u64, 0, 0);
        match isolate.call::<_, i64>(by_the_runtime(), arguments).unwrap() {
            Verdict::Returned(0) => break,
            Verdict::SystemCall {
                number,
                offset: None,
            } => assert_eq!(i64::from(number), libc::SYS_open),
            other => panic!("{other}"),
        }
        calls += 1;
    }
    assert!(calls > 5, "there are only {calls}");
    assert_works(&mut isolate);
    let last = calls - 1;

    // It may leave.
    let leave = (last, libc::SYS_exit_group, 0u64, 0, 0);
    let verdict = isolate.call::<_, i64>(by_the_runtime(), leave).unwrap();
    assert_eq!(verdict, Verdict::Killed { signal: None });
    assert_works(&mut isolate);
    // It may sleep, until the host wakes it up for having had its time; what follows in the runtime faults.
    let word = 0x10_0001_0000u64;
    let sleep = (last, libc::SYS_futex, word, libc::FUTEX_WAIT, 0);
    let stopped = fault(isolate.call::<_, i64>(by_the_runtime(), sleep).unwrap());
    assert_eq!(stopped.offset, None);
    assert_works(&mut isolate);
    // It may not do what else a futex can.
    let requeue = (last, libc::SYS_futex, word, libc::FUTEX_LOCK_PI, 0);
    let verdict = isolate.call::<_, i64>(by_the_runtime(), requeue).unwrap();
    assert!(matches!(verdict, Verdict::SystemCall { .. }), "{verdict}");
    assert_works(&mut isolate);
}

#[test]
fn code_that_makes_itself_deaf_is_killed() {
    let limit = Duration::from_millis(2);
    let mut isolate = Isolate::new(Limits::default().time(limit)).unwrap();
    let worker = isolate.worker_id();
    // A forged return from a signal handler, which sets the signal mask: all blocked, and on into a loop without end.
    let deaf = machine_code!(
        "mov rbx, 0x1000000000",
        "2:",
        "inc rbx",
        "cmp word ptr [rbx], 0x050f",
        "jne 2b",
        "sub rsp, 1024",
        "mov rdi, rsp",
        "mov ecx, 128",
        "xor eax, eax",
        "rep stosq",
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
        "jmp 3b",
    );
    let verdict = fault(isolate.call::<_, ()>(deaf, ()).unwrap());
    assert_eq!(verdict.kind, FaultKind::TimeLimit(limit));
    assert_works(&mut isolate);
    assert_ne!(
        isolate.worker_id(),
        worker,
        "a worker that does not answer is replaced"
    );
}
