//! Handlers of another library's that were there before the guard's: they get their own signals, as they would without it,
//! while the guard gets the faults of raw code.
#![cfg(target_os = "linux")]

#[path = "guard_support/child.rs"]
mod child;
#[path = "guard_support/mod.rs"]
mod support;

use std::ffi::c_void;
use std::os::unix::process::ExitStatusExt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{mem, ptr, thread};

use jitney_raw::FaultKind;
use jitney_raw::guard::{self, Limits};
use libc::{
    SA_RESETHAND, SA_SIGINFO, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP, SIGUSR1, c_int, siginfo_t,
};
use support::bytes::{CASES, INCREMENT};
use support::code;

const PAGE: usize = 1 << 16;

fn install(signal: c_int, handler: usize, flags: c_int, mask: &[c_int]) {
    // SAFETY: the handlers below do what a handler may.
    unsafe {
        let mut action: libc::sigaction = mem::zeroed();
        action.sa_sigaction = handler;
        action.sa_flags = flags;
        for signal in mask {
            libc::sigaddset(&mut action.sa_mask, *signal);
        }
        assert_eq!(libc::sigaction(signal, &action, ptr::null_mut()), 0);
    }
}

fn blocked(signal: c_int) -> bool {
    // SAFETY: asks only.
    unsafe {
        let mut mask = mem::zeroed();
        libc::pthread_sigmask(libc::SIG_BLOCK, ptr::null(), &mut mask);
        libc::sigismember(&mask, signal) == 1
    }
}

fn raise(signal: c_int) {
    // SAFETY: there is a handler for it, or the process is to end.
    unsafe { libc::raise(signal) };
}

static REPAIRED: AtomicUsize = AtomicUsize::new(0);

/// What a garbage collector does: makes the page that was touched accessible.
extern "C" fn repair(_: c_int, info: *mut siginfo_t, _: *mut c_void) {
    // SAFETY: the system's.
    let page = unsafe { (*info).si_addr() as usize } & !(PAGE - 1);
    // SAFETY: only the test below touches memory that is not accessible.
    let result = unsafe {
        libc::mprotect(
            page as *mut c_void,
            PAGE,
            libc::PROT_READ | libc::PROT_WRITE,
        )
    };
    if result != 0 {
        // SAFETY: ends the process.
        unsafe { libc::abort() };
    }
    REPAIRED.fetch_add(1, Ordering::Relaxed);
}

/// A page of this thread's that can be made inaccessible.
struct Page(*mut u8);

impl Page {
    fn new() -> Page {
        // SAFETY: a new mapping of twice the size, so that it holds an aligned one.
        let mapping = unsafe {
            libc::mmap(
                ptr::null_mut(),
                2 * PAGE,
                libc::PROT_NONE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                -1,
                0,
            )
        };
        assert_ne!(mapping, libc::MAP_FAILED);
        Page(
            mapping
                .map_addr(|address| address.next_multiple_of(PAGE))
                .cast(),
        )
    }

    fn touch(&self) {
        // SAFETY: this thread's; the handler makes it accessible.
        unsafe {
            libc::mprotect(self.0.cast(), PAGE, libc::PROT_NONE);
            self.0.add(8).write_volatile(1);
        }
    }
}

static SEEN: AtomicUsize = AtomicUsize::new(0);

extern "C" fn count(signal: c_int) {
    assert_eq!(signal, SIGFPE);
    SEEN.fetch_add(1, Ordering::Relaxed);
}

static MASKS: AtomicUsize = AtomicUsize::new(0);

extern "C" fn note_masks(signal: c_int) {
    let expected = blocked(signal) && blocked(SIGUSR1);
    MASKS.fetch_add(1 + 1000 * usize::from(!expected), Ordering::Relaxed);
}

fn guard_something() {
    assert_eq!(code(INCREMENT).call(1), Ok(2));
}

/// One test for all, since handlers are the process's.
#[test]
fn each_gets_its_own() {
    if let Some(scenario) = child::scenario() {
        return act(&scenario);
    }
    install(SIGSEGV, repair as *const () as usize, SA_SIGINFO, &[]);
    install(SIGFPE, count as *const () as usize, 0, &[]);
    install(SIGTRAP, note_masks as *const () as usize, 0, &[SIGUSR1]);
    install(SIGBUS, libc::SIG_IGN, 0, &[]);
    let case = |kind| CASES.iter().find(|case| case.kind == kind).unwrap();
    let segmentation = case(FaultKind::Segmentation);
    let breakpoint = case(FaultKind::Breakpoint);

    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let page = Page::new();
                let (bad, worse) = (code(segmentation.bytes), code(breakpoint.bytes));
                for _ in 0..500 {
                    let fault = bad.call(segmentation.argument).unwrap_err();
                    segmentation.check(&bad, segmentation.argument, &fault);
                    page.touch();
                    guard::call(Limits::none(), || page.touch()).unwrap();
                    raise(SIGFPE);
                    raise(SIGTRAP);
                    raise(SIGBUS);
                    let fault = worse.call(0).unwrap_err();
                    breakpoint.check(&worse, 0, &fault);
                    guard::call(Limits::none(), || raise(SIGFPE)).unwrap();
                    assert!(!blocked(SIGTRAP) && !blocked(SIGUSR1) && !blocked(SIGSEGV));
                }
            });
        }
    });
    assert_eq!(REPAIRED.load(Ordering::Relaxed), 4 * 2 * 500);
    assert_eq!(SEEN.load(Ordering::Relaxed), 4 * 2 * 500);
    assert_eq!(MASKS.load(Ordering::Relaxed), 4 * 500);

    if child::is_emulated() {
        return;
    }
    for (scenario, signal) in [
        ("a handler for once", SIGILL),
        ("a processor's trap is not ignored", SIGTRAP),
        ("nobody", SIGFPE),
    ] {
        let output = child::run("each_gets_its_own", scenario);
        let errors = child::errors(&output);
        assert_eq!(output.status.signal(), Some(signal), "{scenario}: {errors}");
        assert!(errors.contains("still here"), "{scenario}: {errors}");
    }
}

fn act(scenario: &str) {
    match scenario {
        "a handler for once" => {
            extern "C" fn once(_: c_int) {}
            install(SIGILL, once as *const () as usize, SA_RESETHAND, &[]);
            guard_something();
            raise(SIGILL);
            eprintln!("still here");
            raise(SIGILL);
        }
        "a processor's trap is not ignored" => {
            install(SIGTRAP, libc::SIG_IGN, 0, &[]);
            guard_something();
            raise(SIGTRAP);
            eprintln!("still here");
            #[cfg(target_arch = "x86_64")]
            // SAFETY: ends the process.
            unsafe {
                std::arch::asm!("int3")
            };
            #[cfg(target_arch = "aarch64")]
            // SAFETY: ends the process.
            unsafe {
                std::arch::asm!("brk #0")
            };
        }
        _ => {
            guard_something();
            eprintln!("still here");
            raise(SIGFPE);
        }
    }
    eprintln!("and did not die");
}
