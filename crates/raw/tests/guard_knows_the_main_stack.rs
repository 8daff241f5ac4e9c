//! The stack of a process's first thread, which grows: the test harness would run tests in other threads, so this is a
//! program of its own.

#[cfg(target_os = "linux")]
#[path = "guard_support/mod.rs"]
mod support;

#[cfg(target_os = "linux")]
mod linux {
    use std::env;
    use std::hint::black_box;
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Command, Output};

    use jitney_raw::FaultKind;
    use jitney_raw::guard::{self, Limits};

    use crate::support::bytes::{CASES, ILLEGAL, INCREMENT, OVERFLOW};
    use crate::support::code;

    #[allow(unconditional_recursion, reason = "that is the point")]
    fn recurse(depth: usize) -> usize {
        let frame = black_box([depth; 64]);
        recurse(depth + 1) + frame[depth % 64]
    }

    fn fault_in_all_ways(times: usize) {
        let sound = code(INCREMENT);
        for case in CASES {
            let code = code(case.bytes);
            for time in 0..times {
                let fault = code.call(case.argument).expect_err(case.name);
                case.check(&code, case.argument, &fault);
                assert_eq!(sound.call(time), Ok(time + 1));
            }
        }
    }

    fn limit_stack(limit: libc::rlim_t) {
        let limit = libc::rlimit {
            rlim_cur: limit,
            rlim_max: libc::RLIM_INFINITY,
        };
        // SAFETY: asks for less than is allowed, or as much.
        unsafe { libc::setrlimit(libc::RLIMIT_STACK, &limit) };
    }

    fn act(scenario: &str) {
        match scenario {
            "nothing" => {}
            "faults" => fault_in_all_ways(300),
            "a limit that changes" => {
                fault_in_all_ways(1);
                limit_stack(64 << 20);
                fault_in_all_ways(3);
            }
            "overflow" => _ = black_box(recurse(0)),
            "overflow beside a guard" => {
                code(OVERFLOW).call(0).unwrap_err();
                code(ILLEGAL).call(0).unwrap_err();
                black_box(recurse(0));
            }
            "overflow within a guard" => {
                code(OVERFLOW).call(0).unwrap_err();
                _ = guard::call(Limits::none(), || black_box(recurse(0)));
            }
            // One frame that is larger than what is left and what lies below.
            "a large frame" => {
                // `sub rsp, 20 MiB`; `push rax`
                #[cfg(target_arch = "x86_64")]
                for _ in 0..1000 {
                    let code = code(&[0x48, 0x81, 0xec, 0x00, 0x00, 0x40, 0x01, 0x50]);
                    let fault = code.call(0).unwrap_err();
                    assert_eq!(
                        (fault.kind, fault.offset),
                        (FaultKind::StackOverflow, Some(7))
                    );
                }
            }
            _ => unreachable!("{scenario}"),
        }
    }

    fn run(scenario: &str) -> Output {
        Command::new(env::current_exe().unwrap())
            .env("GUARD_SCENARIO", scenario)
            .output()
            .unwrap()
    }

    pub(crate) fn main() {
        if let Ok(scenario) = env::var("GUARD_SCENARIO") {
            return act(&scenario);
        }
        if !run("nothing").status.success() {
            eprintln!("skipped: an emulator runs this test, and would not run its children");
            return;
        }
        for scenario in ["faults", "a limit that changes", "a large frame"] {
            let output = run(scenario);
            assert!(output.status.success(), "{scenario}: {output:?}");
        }
        for scenario in [
            "overflow",
            "overflow beside a guard",
            "overflow within a guard",
        ] {
            let output = run(scenario);
            assert_eq!(
                output.status.signal(),
                Some(libc::SIGABRT),
                "{scenario}: {output:?}"
            );
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(errors.contains("thread 'main'"), "{scenario}: {errors}");
            assert!(
                errors.contains("has overflowed its stack"),
                "{scenario}: {errors}"
            );
        }
    }
}

fn main() {
    #[cfg(target_os = "linux")]
    linux::main();
}
