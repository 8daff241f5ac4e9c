//! The filter of system calls, as a program for the kernel's classic BPF machine.
//!
//! Written here rather than by the `seccompiler` crate, which has neither 32-bit x86 nor a way to ask *where* a call
//! comes from. That question is the point: system calls are made by the runtime or not at all, so that even the few
//! that the runtime needs are closed to what it runs.
//!
//! <https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html>

use libc::{
    BPF_ABS, BPF_JEQ, BPF_JGE, BPF_JMP, BPF_K, BPF_LD, BPF_RET, BPF_W, SECCOMP_RET_ALLOW,
    SECCOMP_RET_TRAP, sock_filter,
};

use super::arch::AUDIT;

/// Offsets in `struct seccomp_data`; the first halves of 64-bit fields come first on every processor that jitney knows.
const NUMBER: u32 = 0;
const ARCHITECTURE: u32 = 4;
const INSTRUCTION: u32 = 8;
const SECOND_ARGUMENT: u32 = 24;

/// The number of instructions that [`filter`] writes.
pub(super) const LENGTH: usize = 15;

/// A filter that lets the code between `start` and `end` wait for and wake others by futex, return from signal handlers
/// and end the process. Everything else, from anywhere else, or by another architecture's gate, becomes a `SIGSYS`.
pub(super) fn filter(start: u64, end: u64) -> [sock_filter; LENGTH] {
    let half = |address: u64| (address as u32, (address >> 32) as u32);
    let ((start_low, high), (end_low, end_high)) = (half(start), half(end));
    assert_eq!(high, end_high, "the runtime is small and aligned");
    const ALLOW: u8 = 13;
    const TRAP: u8 = 14;
    // Where `if_true` and `if_false` lead is written as the index of an instruction, and stored as a distance.
    let jump = |at: u8, test: u32, value: u32, if_true: u8, if_false: u8| sock_filter {
        code: (BPF_JMP | test | BPF_K) as u16,
        jt: if_true - at - 1,
        jf: if_false - at - 1,
        k: value,
    };
    let load = |offset: u32| statement(BPF_LD | BPF_W | BPF_ABS, offset);
    [
        load(ARCHITECTURE),
        jump(1, BPF_JEQ, AUDIT, 2, TRAP),
        load(INSTRUCTION + 4),
        jump(3, BPF_JEQ, high, 4, TRAP),
        load(INSTRUCTION),
        jump(5, BPF_JGE, start_low, 6, TRAP),
        jump(6, BPF_JGE, end_low + 1, TRAP, 7),
        load(NUMBER),
        jump(8, BPF_JEQ, libc::SYS_rt_sigreturn as u32, ALLOW, 9),
        jump(9, BPF_JEQ, libc::SYS_exit_group as u32, ALLOW, 10),
        jump(10, BPF_JEQ, libc::SYS_futex as u32, 11, TRAP),
        load(SECOND_ARGUMENT),
        // FUTEX_WAIT is 0 and FUTEX_WAKE is 1.
        jump(12, BPF_JGE, 2, TRAP, ALLOW),
        statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        statement(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
    ]
}

fn statement(code: u32, value: u32) -> sock_filter {
    sock_filter {
        code: code as u16,
        jt: 0,
        jf: 0,
        k: value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the kernel's machine would answer.
    fn run(program: &[sock_filter], data: [u32; 16]) -> u32 {
        let mut accumulator = 0;
        let mut at = 0;
        loop {
            let instruction = program[at];
            at += 1;
            let code = u32::from(instruction.code);
            let taken = |condition: bool| {
                usize::from(if condition {
                    instruction.jt
                } else {
                    instruction.jf
                })
            };
            if code == BPF_LD | BPF_W | BPF_ABS {
                accumulator = data[instruction.k as usize / 4];
            } else if code == BPF_JMP | BPF_JEQ | BPF_K {
                at += taken(accumulator == instruction.k);
            } else if code == BPF_JMP | BPF_JGE | BPF_K {
                at += taken(accumulator >= instruction.k);
            } else if code == BPF_RET | BPF_K {
                return instruction.k;
            } else {
                panic!("{code:#x} is not of this program");
            }
        }
    }

    fn call(number: libc::c_long, architecture: u32, from: u64, second: u32) -> u32 {
        let mut data = [0; 16];
        data[0] = number as u32;
        data[1] = architecture;
        data[2] = from as u32;
        data[3] = (from >> 32) as u32;
        data[6] = second;
        run(&filter(0x10_0000_0000, 0x10_0000_0400), data)
    }

    #[test]
    fn only_the_runtime_may_call_and_only_what_it_needs() {
        let inside = 0x10_0000_0123;
        assert_eq!(call(libc::SYS_futex, AUDIT, inside, 0), SECCOMP_RET_ALLOW);
        assert_eq!(call(libc::SYS_futex, AUDIT, inside, 1), SECCOMP_RET_ALLOW);
        assert_eq!(
            call(libc::SYS_exit_group, AUDIT, inside, 0),
            SECCOMP_RET_ALLOW
        );
        assert_eq!(
            call(libc::SYS_rt_sigreturn, AUDIT, inside, 0),
            SECCOMP_RET_ALLOW
        );
        assert_eq!(
            call(libc::SYS_futex, AUDIT, 0x10_0000_0400, 0),
            SECCOMP_RET_ALLOW
        );

        assert_eq!(call(libc::SYS_futex, AUDIT, inside, 2), SECCOMP_RET_TRAP);
        assert_eq!(call(libc::SYS_futex, AUDIT, inside, 128), SECCOMP_RET_TRAP);
        assert_eq!(
            call(libc::SYS_futex, AUDIT ^ 1, inside, 0),
            SECCOMP_RET_TRAP
        );
        assert_eq!(
            call(libc::SYS_futex, AUDIT, 0x0f_ffff_ffff, 0),
            SECCOMP_RET_TRAP
        );
        assert_eq!(
            call(libc::SYS_futex, AUDIT, 0x10_0000_0401, 0),
            SECCOMP_RET_TRAP
        );
        assert_eq!(
            call(libc::SYS_futex, AUDIT, 0x11_0000_0123, 0),
            SECCOMP_RET_TRAP
        );
        assert_eq!(call(libc::SYS_futex, AUDIT, 0x123, 0), SECCOMP_RET_TRAP);
        for number in (0..2000).filter(|&number| {
            ![
                libc::SYS_futex,
                libc::SYS_exit_group,
                libc::SYS_rt_sigreturn,
            ]
            .contains(&number)
        }) {
            assert_eq!(call(number, AUDIT, inside, 0), SECCOMP_RET_TRAP, "{number}");
        }
    }
}
