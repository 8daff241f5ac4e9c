//! What the unwinder knows of a function, asked of the unwinder itself, before, during and after a registration.
#![cfg(all(target_os = "linux", target_env = "gnu", target_arch = "x86_64"))]

mod common;

use common::{Caller, known_function};
use jitney_announce::FrameRegistration;

fn register(caller: &Caller) -> FrameRegistration {
    // SAFETY: the section is well-formed, and each test drops its registrations before their code.
    unsafe { FrameRegistration::new(caller.eh_frame()) }
}

#[test]
fn a_function_is_known_for_as_long_as_the_value_lives() {
    let caller = Caller::new();
    let start = caller.pc().wrapping_sub(5);
    for _ in 0..3 {
        assert_eq!(known_function(caller.pc()), None);
        let registration = register(&caller);
        assert_eq!(known_function(caller.pc()), Some(start));
        assert_eq!(known_function(start), Some(start));
        assert_eq!(known_function(start.wrapping_sub(1)), None);
        assert_eq!(
            known_function(start.wrapping_add(8)),
            None,
            "the function is 8 bytes long"
        );
        drop(registration);
    }
    assert_eq!(known_function(caller.pc()), None);
}

#[test]
fn it_can_be_dropped_by_another_thread() {
    let caller = Caller::new();
    let registration = register(&caller);
    std::thread::scope(|scope| {
        scope.spawn(|| drop(registration));
    });
    assert_eq!(known_function(caller.pc()), None);
}

#[test]
fn sections_that_describe_no_function_register_nothing() {
    let terminator = [0_u8; 4];
    let cie_alone = {
        let mut section = vec![12, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0x78, 16, 0, 0, 0];
        section.extend(terminator);
        section
    };
    for _ in 0..3 {
        for section in [&terminator[..], &cie_alone] {
            // SAFETY: both are well-formed and outlive the registration.
            drop(unsafe { FrameRegistration::new(section.as_ptr()) });
        }
    }
}

#[test]
fn a_thousand_come_and_go_in_mixed_order_on_several_threads() {
    std::thread::scope(|scope| {
        for thread in 0..5_usize {
            scope.spawn(move || {
                let callers: Vec<_> = (0..50).map(|_| Caller::new()).collect();
                for round in 0..4 {
                    let mut live: Vec<_> = callers
                        .iter()
                        .map(|caller| (register(caller), caller.pc()))
                        .collect();
                    let mut number = thread * 31 + round * 17;
                    while !live.is_empty() {
                        number = number * 7 + 3;
                        let (registration, pc) = live.swap_remove(number % 1009 % live.len());
                        assert_eq!(known_function(pc), Some(pc.wrapping_sub(5)));
                        drop(registration);
                        assert_eq!(known_function(pc), None);
                        number %= 1009;
                    }
                }
            });
        }
    });
}
