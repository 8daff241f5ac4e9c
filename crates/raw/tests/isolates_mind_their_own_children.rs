//! A host's own `SIGCHLD` handler and its `wait` for any child never see an isolate's processes.
#![cfg(target_os = "linux")]

mod isolated;

use std::{
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use isolated::{RETURN, assert_works, emulated, limits, state};
use jitney_raw::isolate::{Isolate, Pool, Renew, Verdict};

static SIGNALS: AtomicUsize = AtomicUsize::new(0);

extern "C" fn on_child(_: libc::c_int) {
    SIGNALS.fetch_add(1, Ordering::Relaxed);
}

/// `waitpid(-1, WNOHANG)`: a child that ended, 0 for none, or -1 if there are no children at all.
fn any_child() -> i32 {
    let mut status = 0;
    // SAFETY: this process's own children.
    unsafe { libc::waitpid(-1, &mut status, libc::WNOHANG) }
}

// One test, since the handler is the process's.
#[test]
fn isolates_mind_their_own_children() {
    if emulated() {
        return;
    }
    // SAFETY: the handler only counts.
    unsafe { libc::signal(libc::SIGCHLD, on_child as *const () as libc::sighandler_t) };
    let mut isolate = Isolate::new(limits().time(Duration::from_millis(1))).unwrap();
    assert_eq!(
        any_child(),
        -1,
        "a template is no child that this process has to know of"
    );
    assert_works(&mut isolate);
    let worker = isolate.worker_id().unwrap();
    // SAFETY: processes of ours.
    unsafe { libc::kill(worker as i32, libc::SIGKILL) };
    assert_works(&mut isolate);
    let template = state(isolate.worker_id().unwrap()).unwrap().1;
    // SAFETY: as above.
    unsafe { libc::kill(template as i32, libc::SIGKILL) };
    assert_works(&mut isolate);
    drop(isolate);

    let pool = Pool::new(2, limits().renew(Renew::EachEvaluation)).unwrap();
    let verdicts = pool.evaluate::<_, ()>(40, |_| (RETURN.into(), ())).unwrap();
    assert_eq!(verdicts, vec![Verdict::Returned(()); 40]);
    drop(pool);
    assert_eq!(any_child(), -1);
    assert_eq!(SIGNALS.load(Ordering::Relaxed), 0);

    // The host's own, made while an isolate is there, comes through as ever.
    let mut isolate = Isolate::new(limits()).unwrap();
    #[expect(clippy::zombie_processes, reason = "it is waited for by its number")]
    let child = Command::new("true").spawn().unwrap();
    let ended = loop {
        match any_child() {
            0 => std::thread::yield_now(),
            ended => break ended,
        }
    };
    assert_eq!(ended, child.id() as i32);
    assert_eq!(SIGNALS.load(Ordering::Relaxed), 1);
    assert_works(&mut isolate);

    // One that wants none of its children's ends kept does not lose the isolate's.
    // SAFETY: no handler.
    unsafe { libc::signal(libc::SIGCHLD, libc::SIG_IGN) };
    drop(isolate);
    let mut isolate = Isolate::new(limits()).unwrap();
    assert_works(&mut isolate);
}
