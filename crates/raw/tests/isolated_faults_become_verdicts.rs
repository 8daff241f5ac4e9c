//! Each kind of fault is reported with its place, and the same worker goes on.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod isolated;

use std::time::Duration;

use isolated::{assert_works, fault, isolate, machine_code};
use jitney_raw::{
    FaultKind,
    isolate::{Isolate, Limits, Verdict},
};

/// Runs `code` and makes sure that the worker that ran it is there afterwards.
fn fault_of(code: &[u8]) -> jitney_raw::Fault {
    let mut isolate = isolate();
    let worker = isolate.worker_id();
    let fault = fault(isolate.call::<_, ()>(code, ()).unwrap());
    assert_works(&mut isolate);
    assert_eq!(isolate.worker_id(), worker);
    fault
}

#[track_caller]
fn assert_fault(code: &[u8], kind: FaultKind, offset: Option<usize>, address: Option<usize>) {
    let fault = fault_of(code);
    assert_eq!(
        (fault.kind, fault.offset, fault.address),
        (kind, offset, address)
    );
}

#[test]
fn memory_that_is_not_there() {
    let read = machine_code!("nop", "mov rax, [0x12345]", "ret");
    assert_fault(read, FaultKind::Segmentation, Some(1), Some(0x12345));
    let write = machine_code!("mov dword ptr [rax + 0x777], 1", "ret");
    assert_eq!(fault_of(write).offset, Some(0));
    let jump = machine_code!("mov eax, 0x4321", "jmp rax");
    let fault = fault_of(jump);
    assert_eq!(
        (fault.kind, fault.instruction, fault.offset),
        (FaultKind::Segmentation, 0x4321, None)
    );
}

#[test]
fn addresses_that_cannot_be() {
    let code = machine_code!("mov rax, 0x1234567812345678", "mov rax, [rax]", "ret");
    assert_fault(code, FaultKind::Segmentation, Some(10), None);
    let code = machine_code!("mov rsp, 0x1234567812345678", "push rax");
    assert_fault(code, FaultKind::Segmentation, Some(10), None);
    assert_fault(&[0xf4], FaultKind::Segmentation, Some(0), None); // hlt
}

#[test]
fn its_own_code_is_not_writable() {
    let code = machine_code!("2:", "mov byte ptr [rip + 2b], 0x90", "ret");
    let fault = fault_of(code);
    assert_eq!(
        (fault.kind, fault.offset),
        (FaultKind::Segmentation, Some(0))
    );
    assert_eq!(fault.address, Some(fault.instruction));
}

#[test]
fn its_data_and_stack_are_not_executable() {
    let fault = fault_of(machine_code!(
        "mov byte ptr [rsp - 64], 0xc3",
        "lea rax, [rsp - 64]",
        "jmp rax"
    ));
    assert_eq!((fault.kind, fault.offset), (FaultKind::Segmentation, None));
    assert_eq!(fault.address, Some(fault.instruction));
}

#[test]
fn instructions_that_are_none() {
    assert_fault(
        &[0x90, 0x0f, 0x0b],
        FaultKind::IllegalInstruction,
        Some(1),
        None,
    );
    assert_fault(&[0x06], FaultKind::IllegalInstruction, Some(0), None);
}

#[test]
fn divisions() {
    assert_fault(
        machine_code!("xor ecx, ecx", "div ecx"),
        FaultKind::Division,
        Some(2),
        None,
    );
    let overflow = machine_code!("mov edx, 5", "mov ecx, 2", "div ecx");
    assert_fault(overflow, FaultKind::Division, Some(10), None);
}

#[test]
fn floating_point_exceptions_that_it_asked_for() {
    let code = machine_code!(
        "push 0",
        "ldmxcsr [rsp]",
        "xorps xmm0, xmm0",
        "divss xmm0, xmm0",
        "pop rax",
        "ret",
    );
    let fault = fault_of(code);
    assert_eq!(
        (fault.kind, fault.offset),
        (FaultKind::FloatingPoint, Some(9))
    );
}

#[test]
fn breakpoints() {
    assert_fault(&[0x90, 0xcc], FaultKind::Breakpoint, Some(1), None);
    assert_fault(&[0xcd, 0x03], FaultKind::Breakpoint, Some(0), None);
    // Running past the end meets the traps behind the code.
    assert_fault(&[0x90, 0x90], FaultKind::Breakpoint, Some(2), None);
    // A single step stops after the next instruction.
    let step = machine_code!(
        "pushfq",
        "or dword ptr [rsp], 0x100",
        "popfq",
        "nop",
        "nop",
        "ret"
    );
    assert_eq!(fault_of(step).kind, FaultKind::Breakpoint);
}

#[test]
fn stacks_that_are_used_up() {
    let recursion = machine_code!("2:", "call 2b");
    let fault = fault_of(recursion);
    assert_eq!(
        (fault.kind, fault.offset),
        (FaultKind::StackOverflow, Some(0))
    );
    // A frame of half a megabyte at once, where the stack has half of that.
    let frame = machine_code!("mov byte ptr [rsp - 0x80000], 1", "ret");
    assert_eq!(fault_of(frame).kind, FaultKind::StackOverflow);
    // What a worker has, its code may use.
    let mut isolate = Isolate::new(Limits::default().stack(4 << 20)).unwrap();
    let most = machine_code!("mov byte ptr [rsp - 0x3f0000], 1", "ret");
    assert_eq!(isolate.call(most, ()).unwrap(), Verdict::Returned(()));
}

#[test]
fn stack_pointers_that_were_spoilt() {
    assert_eq!(
        fault_of(machine_code!("xor esp, esp", "ret")).kind,
        FaultKind::Segmentation
    );
    assert_eq!(
        fault_of(machine_code!("pop rax", "pop rax", "ret")).offset,
        None
    );
    assert_eq!(
        fault_of(machine_code!("xor esp, esp", "ud2")).kind,
        FaultKind::IllegalInstruction
    );
}

#[test]
fn loops_without_end() {
    let limit = Duration::from_millis(10);
    let mut isolate = Isolate::new(Limits::default().time(limit)).unwrap();
    let worker = isolate.worker_id();
    for _ in 0..3 {
        let fault = fault(isolate.call::<_, ()>(&[0x90, 0xeb, 0xfe], ()).unwrap());
        assert_eq!(
            (fault.kind, fault.offset),
            (FaultKind::TimeLimit(limit), Some(1))
        );
    }
    assert_works(&mut isolate);
    assert_eq!(isolate.worker_id(), worker);
}

#[test]
fn each_evaluation_of_a_batch_has_its_own_time() {
    let limit = Duration::from_millis(20);
    let mut isolate = Isolate::new(Limits::default().time(limit)).unwrap();
    // About 2 ms each, 200 ms all together: none takes too long.
    let busy = machine_code!(
        "mov ecx, 2000000",
        "2:",
        "dec ecx",
        "jnz 2b",
        "lea rax, [rdi + rdi]",
        "ret"
    );
    let arguments: Vec<(i64,)> = (0..100).map(|n| (n,)).collect();
    let verdicts = isolate.batch::<_, i64>(busy, &arguments).unwrap();
    assert!(
        verdicts
            .iter()
            .enumerate()
            .all(|(n, verdict)| *verdict == Verdict::Returned(2 * n as i64))
    );
}

#[test]
fn the_state_of_one_evaluation_does_not_reach_the_next() {
    let mut isolate = isolate();
    // Direction, alignment and step flags, rounding of SSE, x87 registers: all changed, and returned.
    let spoil = machine_code!(
        "std",
        "push 0x7f80",
        "ldmxcsr [rsp]",
        "fldz",
        "fldz",
        "fldz",
        "fldz",
        "fldz",
        "fldz",
        "fldz",
        "fldz",
        "pop rax",
        "pushfq",
        "or dword ptr [rsp], 0x40000",
        "popfq",
        "ret",
    );
    assert_eq!(isolate.call(spoil, ()).unwrap(), Verdict::Returned(()));
    let look = machine_code!(
        "pushfq",
        "pop rax",
        "and eax, 0x40500",
        "stmxcsr [rsp - 8]",
        "mov ecx, [rsp - 8]",
        "shl rcx, 32",
        "or rax, rcx",
        // A full stack of x87 registers would make this set the flag for an invalid operation.
        "fld1",
        "mov rcx, rax",
        "fnstsw ax",
        "and eax, 1",
        "or rax, rcx",
        "ret",
    );
    assert_eq!(
        isolate.call(look, ()).unwrap(),
        Verdict::Returned(0x1f80_0000_0000u64)
    );
}
