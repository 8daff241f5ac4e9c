//! A system that refuses one thing or another: an error says what is missing, nothing is left of what was begun, and who
//! allows it goes without.
#![cfg(target_os = "linux")]

mod isolated;

use isolated::{assert_works, children, emulated};
use jitney_raw::isolate::{Error, Isolate, Limits, Protection};
use libc::{
    BPF_ABS, BPF_JEQ, BPF_JMP, BPF_K, BPF_LD, BPF_RET, BPF_W, SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO,
    sock_filter,
};

/// Has `f` run in a thread to which the kernel answers one system call with an error; for `prctl`, one of its kinds.
fn without<T: Send>(
    (number, kind, errno): (libc::c_long, Option<i32>, i32),
    f: impl FnOnce() -> T + Send,
) -> T {
    let statement = |code: u32, k: u32| sock_filter {
        code: code as u16,
        jt: 0,
        jf: 0,
        k,
    };
    let unless = |k: u32, jf: u8| sock_filter {
        code: (BPF_JMP | BPF_JEQ | BPF_K) as u16,
        jt: 0,
        jf,
        k,
    };
    let load = |offset: u32| statement(BPF_LD | BPF_W | BPF_ABS, offset);
    let refuse = statement(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | errno as u32);
    let allow = statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    let mut filter = match kind {
        None => vec![load(0), unless(number as u32, 1), refuse, allow],
        Some(kind) => vec![
            load(0),
            unless(number as u32, 3),
            load(16),
            unless(kind as u32, 1),
            refuse,
            allow,
        ],
    };
    let program = libc::sock_fprog {
        len: filter.len() as u16,
        filter: filter.as_mut_ptr(),
    };
    let address = &raw const program as usize;
    std::thread::scope(|scope| {
        let thread = scope.spawn(move || {
            // SAFETY: the program lives until the thread has ended.
            unsafe {
                assert_eq!(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
                assert_eq!(
                    libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, address),
                    0
                );
            }
            f()
        });
        thread.join().expect("the test's own thread does not panic")
    })
}

fn refused(what: (libc::c_long, Option<i32>, i32), limits: Limits) -> Error {
    let made = without(what, || {
        Isolate::new(limits).map(|isolate| isolate.protections())
    });
    made.expect_err("a part of it is refused")
}

// One test, since children are the process's.
#[test]
fn isolates_say_what_a_system_lacks() {
    if emulated() {
        return;
    }
    let limits = Limits::default();

    let seccomp = (libc::SYS_prctl, Some(libc::PR_SET_SECCOMP), libc::EINVAL);
    let error = refused(seccomp, limits);
    assert!(
        matches!(
            error,
            Error::Protection {
                protection: Protection::SystemCalls,
                ..
            }
        ),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .starts_with("this system does not have a filter of system calls (seccomp), which")
    );
    let held = without(seccomp, || {
        let mut isolate =
            Isolate::new(limits.allow_without(Protection::SystemCalls)).expect("that is allowed");
        assert_works(&mut isolate);
        isolate.protections()
    });
    assert!(!held.contains(Protection::SystemCalls) && held.contains(Protection::Resources));

    // Without it nothing is lost but a second belt, unless the limits say otherwise.
    let landlock = (libc::SYS_landlock_create_ruleset, None, libc::ENOSYS);
    let held = without(landlock, || {
        let mut isolate = Isolate::new(limits).expect("Landlock is not required");
        assert_works(&mut isolate);
        isolate.protections()
    });
    assert!(!held.contains(Protection::Landlock) && held.contains(Protection::SystemCalls));
    let error = refused(landlock, limits.require(Protection::Landlock));
    assert!(
        matches!(
            error,
            Error::Protection {
                protection: Protection::Landlock,
                ..
            }
        ),
        "{error}"
    );

    let error = refused((libc::SYS_prlimit64, None, libc::EPERM), limits);
    assert!(
        matches!(
            error,
            Error::Protection {
                protection: Protection::Resources,
                ..
            }
        ),
        "{error}"
    );

    for (number, errno, words) in [
        (
            libc::SYS_close_range,
            libc::ENOSYS,
            "cannot close the host's files: ",
        ),
        (
            libc::SYS_madvise,
            libc::EPERM,
            "cannot hide the template's notes: ",
        ),
        (
            libc::SYS_memfd_create,
            libc::EMFILE,
            "cannot share memory with a worker: ",
        ),
        (
            libc::SYS_pidfd_open,
            libc::ENOSYS,
            "cannot get a handle of this process",
        ),
        (libc::SYS_clone, libc::EAGAIN, "cannot start a process: "),
    ] {
        let error = refused((number, None, errno), limits);
        assert!(error.to_string().starts_with(words), "{error}");
    }
    assert_eq!(children(std::process::id()), []);
}
