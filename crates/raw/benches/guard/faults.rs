//! A fault that a guard catches, and the least that a handler of a fault can do: skip the instruction.

use std::arch::asm;
use std::ffi::c_void;
use std::time::Duration;
use std::{mem, ptr};

use criterion::Criterion;
use jitney_raw::Raw;
use jitney_raw::guard::{self, Limits};
use libc::{REG_RIP, SIGILL, c_int, siginfo_t, ucontext_t};

use crate::race::{Race, timed};
use crate::table::{Table, nanoseconds};

const FAULTS: u32 = 256;

/// `ud2`
const ILLEGAL: &[u8] = &[0x0f, 0x0b];

extern "C" fn skip(_: c_int, _: *mut siginfo_t, context: *mut c_void) {
    // SAFETY: the system's.
    unsafe { (*context.cast::<ucontext_t>()).uc_mcontext.gregs[REG_RIP as usize] += 2 };
}

/// Faults by a handler that was installed for the purpose, and is taken away again.
fn skipped() -> Duration {
    // SAFETY: the handler skips this function's own instruction, and the one before is put back.
    unsafe {
        let (mut action, mut before): (libc::sigaction, libc::sigaction) = mem::zeroed();
        action.sa_sigaction = skip as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        libc::sigaction(SIGILL, &action, &mut before);
        let (time, ()) = timed(|| (0..FAULTS).for_each(|_| asm!("ud2")));
        libc::sigaction(SIGILL, &before, ptr::null_mut());
        time
    }
}

pub(crate) fn bench(criterion: &mut Criterion, table: &mut Table) {
    // SAFETY: it never gets as far as to return.
    let code = unsafe { Raw::<extern "sysv64" fn()>::new(ILLEGAL) }.unwrap();
    let caught = || {
        let (time, ()) = timed(|| {
            for _ in 0..FAULTS {
                guard::call(Limits::none(), || code()).unwrap_err();
            }
        });
        time
    };
    let contenders = ["caught", "skipped"];
    let race = Race::run(criterion, "fault", contenders, 400, |round| {
        if round % 2 == 0 {
            [caught(), skipped()]
        } else {
            let skipped = skipped();
            [caught(), skipped]
        }
    });
    if race.rounds() > 0 {
        let one = |contender| nanoseconds(race.median(contender) / f64::from(FAULTS));
        let ratio = format!("{:.2} × as long", race.ratio(0, 1));
        let what = "an illegal instruction caught, against a handler that only skips it";
        table.row(what, one(0), one(1), ratio, "");
    }
}
