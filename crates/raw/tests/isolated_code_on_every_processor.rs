//! The same on each processor that has isolates: values, pointers, faults, time and system calls.
#![cfg(target_os = "linux")]

mod isolated;

use std::time::Duration;

use isolated::{INCREMENT, LOOP, RETURN, assert_works, fault, isolate, limits, machine_code};
use jitney_raw::{
    FaultKind,
    isolate::{Isolate, Pool, Protection, Renew, Verdict},
};

#[cfg(target_arch = "x86_64")]
mod code {
    use super::machine_code;

    /// `a - b + c·2 + d·3 + …` would do; this is the sum of twelve `i32`.
    pub(super) fn sum() -> &'static [u8] {
        machine_code!(
            "lea eax, [rdi + rsi]",
            "add eax, edx",
            "add eax, ecx",
            "add eax, r8d",
            "add eax, r9d",
            "mov ecx, 6",
            "2:",
            "add eax, [rsp + rcx * 8]",
            "dec ecx",
            "jnz 2b",
            "ret",
        )
    }
    pub(super) fn add_doubles() -> &'static [u8] {
        machine_code!("addsd xmm0, xmm1", "ret")
    }
    pub(super) fn add_floats() -> &'static [u8] {
        machine_code!("addss xmm0, xmm1", "ret")
    }
    /// `*a += 1`, of a `u32`.
    pub(super) fn increment_there() -> &'static [u8] {
        machine_code!("inc dword ptr [rdi]", "ret")
    }
    pub(super) fn read_there() -> &'static [u8] {
        machine_code!("mov eax, [rdi]", "ret")
    }
    pub(super) fn no_instruction() -> &'static [u8] {
        machine_code!("nop", "ud2")
    }
    pub(super) fn breakpoint() -> &'static [u8] {
        machine_code!("nop", "int3")
    }
    pub(super) fn recursion() -> &'static [u8] {
        machine_code!("2:", "call 2b")
    }
    pub(super) fn system_call() -> &'static [u8] {
        machine_code!("mov rax, rdi", "syscall", "ret")
    }
    pub(super) const NOP: usize = 1;
}

#[cfg(target_arch = "x86")]
mod code {
    use super::machine_code;

    pub(super) fn sum() -> &'static [u8] {
        machine_code!(
            "xor eax, eax",
            "mov ecx, 12",
            "2:",
            "add eax, [esp + ecx * 4]",
            "dec ecx",
            "jnz 2b",
            "ret"
        )
    }
    pub(super) fn add_doubles() -> &'static [u8] {
        machine_code!(
            "fld qword ptr [esp + 4]",
            "fadd qword ptr [esp + 12]",
            "ret"
        )
    }
    pub(super) fn add_floats() -> &'static [u8] {
        machine_code!("fld dword ptr [esp + 4]", "fadd dword ptr [esp + 8]", "ret")
    }
    pub(super) fn increment_there() -> &'static [u8] {
        machine_code!("mov eax, [esp + 4]", "inc dword ptr [eax]", "ret")
    }
    pub(super) fn read_there() -> &'static [u8] {
        machine_code!("mov eax, [esp + 4]", "mov eax, [eax]", "ret")
    }
    pub(super) fn no_instruction() -> &'static [u8] {
        machine_code!("nop", "ud2")
    }
    pub(super) fn breakpoint() -> &'static [u8] {
        machine_code!("nop", "int3")
    }
    pub(super) fn recursion() -> &'static [u8] {
        machine_code!("2:", "call 2b")
    }
    pub(super) fn system_call() -> &'static [u8] {
        machine_code!("mov eax, [esp + 4]", "int 0x80", "ret")
    }
    pub(super) const NOP: usize = 1;
}

#[cfg(target_arch = "aarch64")]
mod code {
    use super::machine_code;

    pub(super) fn sum() -> &'static [u8] {
        machine_code!(
            "add w0, w0, w1",
            "add w2, w2, w3",
            "add w4, w4, w5",
            "add w6, w6, w7",
            "add w0, w0, w2",
            "add w4, w4, w6",
            "add w0, w0, w4",
            "ldr w1, [sp]",
            "add w0, w0, w1",
            "ldr w1, [sp, #8]",
            "add w0, w0, w1",
            "ldr w1, [sp, #16]",
            "add w0, w0, w1",
            "ldr w1, [sp, #24]",
            "add w0, w0, w1",
            "ret",
        )
    }
    pub(super) fn add_doubles() -> &'static [u8] {
        machine_code!("fadd d0, d0, d1", "ret")
    }
    pub(super) fn add_floats() -> &'static [u8] {
        machine_code!("fadd s0, s0, s1", "ret")
    }
    pub(super) fn increment_there() -> &'static [u8] {
        machine_code!("ldr w1, [x0]", "add w1, w1, #1", "str w1, [x0]", "ret")
    }
    pub(super) fn read_there() -> &'static [u8] {
        machine_code!("ldr w0, [x0]", "ret")
    }
    pub(super) fn no_instruction() -> &'static [u8] {
        machine_code!("nop", "udf #0")
    }
    pub(super) fn breakpoint() -> &'static [u8] {
        machine_code!("nop", "brk #0")
    }
    pub(super) fn recursion() -> &'static [u8] {
        machine_code!("2:", "str x30, [sp, #-16]!", "bl 2b")
    }
    pub(super) fn system_call() -> &'static [u8] {
        machine_code!("mov x8, x0", "svc #0", "ret")
    }
    pub(super) const NOP: usize = 4;
}

#[test]
fn values_come_and_go() {
    let mut isolate = isolate();
    let verdict = isolate
        .call(code::sum(), (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, -12))
        .unwrap();
    assert_eq!(verdict, Verdict::Returned(54));
    let verdict = isolate.call(code::add_doubles(), (1000.0, 2456.0)).unwrap();
    assert_eq!(verdict, Verdict::Returned(3456.0));
    let verdict = isolate.call(code::add_floats(), (1.5f32, 2.25f32)).unwrap();
    assert_eq!(verdict, Verdict::Returned(3.75f32));
    let verdict = isolate.call(INCREMENT, (0xffff_ffffi64,)).unwrap();
    assert_eq!(verdict, Verdict::Returned(0x1_0000_0000i64));
    let verdict = isolate
        .call(code::sum(), (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12))
        .unwrap();
    assert_eq!(verdict, Verdict::Returned(78));
}

#[test]
fn data_come_and_go() {
    let mut data: Vec<u32> = (0..3000).collect();
    let verdicts = isolate()
        .batch_on(code::increment_there(), &mut data)
        .unwrap();
    assert_eq!(verdicts, vec![Verdict::Returned(()); 3000]);
    assert!(
        data.iter()
            .enumerate()
            .all(|(n, value)| *value == n as u32 + 1)
    );
}

#[test]
fn new_code_takes_the_place_of_old() {
    let mut isolate = isolate();
    for n in 0..200 {
        let verdict = isolate
            .call(code::sum(), (n, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
            .unwrap();
        assert_eq!(verdict, Verdict::Returned(n));
        let verdict = isolate.call(INCREMENT, (i64::from(n),)).unwrap();
        assert_eq!(verdict, Verdict::Returned(i64::from(n) + 1));
        assert_eq!(isolate.call(RETURN, ()).unwrap(), Verdict::Returned(()));
    }
}

#[test]
fn faults_are_reported_with_their_places() {
    let mut isolate = isolate();
    let worker = isolate.worker_id();
    let segmentation = fault(
        isolate
            .call::<_, u32>(code::read_there(), (0x1234usize,))
            .unwrap(),
    );
    assert_eq!(
        (segmentation.kind, segmentation.address),
        (FaultKind::Segmentation, Some(0x1234))
    );
    assert!(segmentation.offset.is_some());
    let here = worker
        .as_ref()
        .map_or(0, |worker| &raw const *worker as usize);
    let secret = fault(isolate.call::<_, u32>(code::read_there(), (here,)).unwrap());
    assert_eq!(
        (secret.kind, secret.address),
        (FaultKind::Segmentation, Some(here))
    );
    let illegal = fault(isolate.call::<_, ()>(code::no_instruction(), ()).unwrap());
    assert_eq!(
        (illegal.kind, illegal.offset),
        (FaultKind::IllegalInstruction, Some(code::NOP))
    );
    let breakpoint = fault(isolate.call::<_, ()>(code::breakpoint(), ()).unwrap());
    assert_eq!(
        (breakpoint.kind, breakpoint.offset),
        (FaultKind::Breakpoint, Some(code::NOP))
    );
    let past_the_end = &RETURN[..0];
    assert!(isolate.call::<_, ()>(past_the_end, ()).is_err());
    let overflow = fault(isolate.call::<_, ()>(code::recursion(), ()).unwrap());
    assert_eq!(overflow.kind, FaultKind::StackOverflow);
    assert_works(&mut isolate);
    assert_eq!(isolate.worker_id(), worker);
}

#[test]
fn time_is_limited() {
    let limit = Duration::from_millis(20);
    let mut isolate = Isolate::new(limits().time(limit)).unwrap();
    let stopped = fault(isolate.call::<_, ()>(LOOP, ()).unwrap());
    assert_eq!(
        (stopped.kind, stopped.offset),
        (FaultKind::TimeLimit(limit), Some(0))
    );
    assert_works(&mut isolate);
}

#[test]
fn system_calls_are_stopped() {
    let mut isolate = isolate();
    if !isolate.protections().contains(Protection::SystemCalls) {
        println!("skipped: this system has no filter of system calls");
        return;
    }
    for number in [1, 2, 20, 39, 57, 172, 220] {
        let verdict = isolate
            .call::<_, usize>(code::system_call(), (number as usize,))
            .unwrap();
        let Verdict::SystemCall {
            number: called,
            offset: Some(_),
        } = verdict
        else {
            panic!("{verdict}");
        };
        assert_eq!(called, number);
    }
    assert_works(&mut isolate);
}

#[test]
fn workers_are_new_when_they_have_to_be() {
    let pool = Pool::new(2, limits().renew(Renew::EachEvaluation)).unwrap();
    let arguments: Vec<(i64,)> = (0..50).map(|n| (n,)).collect();
    let verdicts = pool.batch::<_, i64>(INCREMENT, &arguments).unwrap();
    assert!(
        verdicts
            .iter()
            .enumerate()
            .all(|(n, verdict)| *verdict == Verdict::Returned(n as i64 + 1))
    );
}
