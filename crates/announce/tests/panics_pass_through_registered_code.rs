//! A panic that starts in a callback of hand-made machine code is caught outside of it, drops run on the way, and
//! without a registration the process aborts.
#![cfg(all(target_os = "linux", target_env = "gnu", target_arch = "x86_64"))]

mod common;

use std::{
    cell::Cell,
    panic::{catch_unwind, resume_unwind},
    process::Command,
};

use common::Caller;
use jitney_announce::FrameRegistration;

const UNREGISTERED: &str = "JITNEY_ANNOUNCE_TEST_UNREGISTERED";

thread_local! {
    static DROPS: Cell<u32> = const { Cell::new(0) };
}

struct CountsDrops;

impl Drop for CountsDrops {
    fn drop(&mut self) {
        DROPS.set(DROPS.get() + 1);
    }
}

/// Panics, without the message that a panic hook would print.
extern "C-unwind" fn panics() {
    let _one = CountsDrops;
    resume_unwind(Box::new("from the callback"));
}

fn caught(caller: &Caller) -> &'static str {
    let payload = catch_unwind(|| {
        let _two = CountsDrops;
        caller.call(panics);
    })
    .unwrap_err();
    payload.downcast_ref::<&'static str>().unwrap()
}

#[test]
fn and_drops_run_on_the_way() {
    let caller = Caller::new();
    // SAFETY: the section is well-formed, and is dropped after the registration.
    let registration = unsafe { FrameRegistration::new(caller.eh_frame()) };
    for round in 1..=3 {
        assert_eq!(caught(&caller), "from the callback");
        assert_eq!(DROPS.get(), 2 * round);
    }
    drop(registration);
}

#[test]
fn through_several_registrations_at_once() {
    let callers: Vec<_> = (0..50).map(|_| Caller::new()).collect();
    // SAFETY: the sections are well-formed, and are dropped after the registrations.
    let mut registrations: Vec<_> = callers
        .iter()
        .map(|caller| Some(unsafe { FrameRegistration::new(caller.eh_frame()) }))
        .collect();
    assert!(
        callers
            .iter()
            .all(|caller| caught(caller) == "from the callback")
    );
    registrations
        .iter_mut()
        .step_by(2)
        .for_each(|registration| *registration = None);
    assert!(
        callers
            .iter()
            .skip(1)
            .step_by(2)
            .all(|caller| caught(caller) == "from the callback")
    );
}

/// Not a test of its own: the next one runs it in a process that it takes down.
#[test]
fn child_without_a_registration() {
    if std::env::var_os(UNREGISTERED).is_some() {
        println!("the child is about to panic");
        let _ = catch_unwind(|| Caller::new().call(panics));
        println!("the child went on");
    }
}

#[test]
fn without_a_registration_the_process_aborts() {
    use std::os::unix::process::ExitStatusExt;

    let output = Command::new(std::env::current_exe().unwrap())
        .args(["child_without_a_registration", "--exact", "--nocapture"])
        .env(UNREGISTERED, "1")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(
        printed.contains("about to panic") && !printed.contains("went on"),
        "{printed}"
    );
    const SIGABRT: i32 = 6;
    assert_eq!(output.status.signal(), Some(SIGABRT), "{output:?}");
}
