//! Workers and templates that somebody kills are replaced, and every evaluation still has its verdict.
#![cfg(target_os = "linux")]

mod isolated;

use std::time::Duration;

use isolated::{INCREMENT, LOOP, assert_works, children, eventually, isolate, limits, state};
use jitney_raw::isolate::{Isolate, Verdict};

fn kill(pid: u32) {
    // SAFETY: a process of ours.
    assert_eq!(unsafe { libc::kill(pid as i32, libc::SIGKILL) }, 0);
}

fn template_of(isolate: &Isolate) -> u32 {
    state(isolate.worker_id().unwrap()).unwrap().1
}

#[test]
fn an_idle_worker_that_was_killed() {
    let mut isolate = isolate();
    assert_works(&mut isolate);
    let worker = isolate.worker_id().unwrap();
    kill(worker);
    eventually("it dies", || {
        state(worker).is_none_or(|(state, _)| state == 'Z')
    });
    assert_works(&mut isolate);
    assert_ne!(isolate.worker_id(), Some(worker));
    assert_eq!(state(worker), None, "no zombie is left");
}

#[test]
fn a_busy_worker_that_was_killed() {
    let mut isolate = Isolate::new(limits().time(Duration::from_secs(60))).unwrap();
    let worker = isolate.worker_id().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            eventually("it is busy", || {
                state(worker).is_some_and(|(state, _)| state == 'R')
            });
            kill(worker);
        });
        // jmp $
        let verdict = isolate.call::<_, ()>(LOOP, ()).unwrap();
        assert_eq!(
            verdict,
            Verdict::Killed {
                signal: Some(libc::SIGKILL)
            }
        );
    });
    assert_works(&mut isolate);
}

#[test]
fn a_worker_killed_in_the_midst_of_a_batch_costs_no_verdict() {
    let mut isolate = isolate();
    let arguments: Vec<(i64,)> = (0..200_000).map(|n| (n,)).collect();
    let worker = isolate.worker_id().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || kill(worker));
        let verdicts = isolate.batch::<_, i64>(INCREMENT, &arguments).unwrap();
        let wrong = verdicts
            .iter()
            .enumerate()
            .filter(|(n, verdict)| **verdict != Verdict::Returned(*n as i64 + 1));
        // The one that it was at, if it was its first.
        assert!(wrong.count() <= 1);
        assert_eq!(verdicts.len(), arguments.len());
    });
    assert_works(&mut isolate);
    assert_ne!(isolate.worker_id(), Some(worker));
}

#[test]
fn a_template_that_was_killed() {
    let mut isolate = isolate();
    let (template, worker) = (template_of(&isolate), isolate.worker_id().unwrap());
    kill(template);
    eventually("the worker goes with it", || {
        state(worker).is_none_or(|(state, _)| state == 'Z')
    });
    assert_works(&mut isolate);
    assert_ne!(template_of(&isolate), template);
    assert_eq!(state(template), None, "no zombie is left");
}

#[test]
fn a_template_killed_while_its_worker_is_busy() {
    let mut isolate = Isolate::new(limits().time(Duration::from_millis(50))).unwrap();
    let (template, worker) = (template_of(&isolate), isolate.worker_id().unwrap());
    std::thread::scope(|scope| {
        scope.spawn(move || {
            eventually("it is busy", || {
                state(worker).is_some_and(|(state, _)| state == 'R')
            });
            kill(template);
        });
        // It is evaluated again, and its time is up at last.
        let verdict = isolate.call::<_, ()>(LOOP, ()).unwrap();
        assert!(matches!(verdict, Verdict::Fault(_)), "{verdict}");
    });
    assert_works(&mut isolate);
}

#[test]
fn a_stopped_worker_is_killed_in_the_end() {
    let mut isolate = Isolate::new(limits().time(Duration::from_millis(1))).unwrap();
    let worker = isolate.worker_id().unwrap();
    // SAFETY: a process of ours.
    assert_eq!(unsafe { libc::kill(worker as i32, libc::SIGSTOP) }, 0);
    let verdict = isolate.call::<_, i64>(INCREMENT, (1i64,)).unwrap();
    assert!(matches!(verdict, Verdict::Fault(_)), "{verdict}");
    assert_works(&mut isolate);
}

#[test]
fn the_signals_of_a_terminal_do_not_end_workers() {
    let mut isolate = isolate();
    let (template, worker) = (template_of(&isolate), isolate.worker_id().unwrap());
    for process in [worker, template] {
        for signal in [
            libc::SIGINT,
            libc::SIGTERM,
            libc::SIGHUP,
            libc::SIGTSTP,
            libc::SIGQUIT,
            libc::SIGPIPE,
        ] {
            // SAFETY: a process of ours.
            assert_eq!(unsafe { libc::kill(process as i32, signal) }, 0);
        }
    }
    assert_works(&mut isolate);
    assert_eq!(isolate.worker_id(), Some(worker));
    assert!(
        children(std::process::id())
            .iter()
            .any(|(pid, _)| *pid == template)
    );
}

#[test]
fn an_isolate_outlives_the_thread_that_made_it() {
    let mut isolate = std::thread::spawn(isolate).join().unwrap();
    let worker = isolate.worker_id();
    assert_works(&mut isolate);
    std::thread::spawn(move || {
        assert_works(&mut isolate);
        assert_eq!(isolate.worker_id(), worker);
    })
    .join()
    .unwrap();
}
