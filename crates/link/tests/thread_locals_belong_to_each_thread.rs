//! Thread-locals that come with linked code: one copy a thread, made on first use, destroyed at the
//! thread's end, and counted as long as that is still to come.

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use support::{compile, function, link};

const TEXT: &str = r#"
    use std::cell::{Cell, RefCell};
    use std::sync::atomic::{AtomicUsize, Ordering};
    thread_local! {
        static NUMBER: Cell<u32> = const { Cell::new(40) };
        static ZERO: Cell<u64> = const { Cell::new(0) };
        static TEXT: RefCell<String> = RefCell::new("new".to_string());
        static NOTE: RefCell<Option<Note>> = const { RefCell::new(None) };
    }
    struct Note(&'static AtomicUsize);
    impl Drop for Note {
        fn drop(&mut self) { self.0.fetch_add(1, Ordering::SeqCst); }
    }
    #[unsafe(no_mangle)] pub fn step() -> (u32, u64) {
        NUMBER.set(NUMBER.get() + 1);
        ZERO.set(ZERO.get() + 2);
        (NUMBER.get(), ZERO.get())
    }
    #[unsafe(no_mangle)] pub fn append(more: &str) -> String {
        TEXT.with_borrow_mut(|text| { text.push_str(more); text.clone() })
    }
    #[unsafe(no_mangle)] pub fn note(dropped: &'static AtomicUsize) { NOTE.set(Some(Note(dropped))); }
"#;

const ROOTS: [&str; 3] = ["step", "append", "note"];

#[test]
fn every_thread_has_its_own() {
    for options in [&[][..], &["-O"], &["-O", "-Cdebuginfo=2"]] {
        let image = link(&compile::rust("own", options, TEXT), &ROOTS);
        // SAFETY: these are their types; the threads end before the image does.
        let (step, append) = unsafe {
            (
                function::<fn() -> (u32, u64)>(&image, "step"),
                function::<fn(&str) -> String>(&image, "append"),
            )
        };
        assert_eq!(step(), (41, 2));
        let threads: Vec<_> = (0..8u32)
            .map(|number| {
                thread::spawn(move || {
                    for turn in 1..=number {
                        assert_eq!(step(), (40 + turn, 2 * u64::from(turn)));
                    }
                    assert_eq!(append(&number.to_string()), format!("new{number}"));
                    assert_eq!(append("!"), format!("new{number}!"));
                })
            })
            .collect();
        for thread in threads {
            thread.join().expect("no panic");
        }
        assert_eq!(step(), (42, 4));
        // This thread made no value that has a destructor.
        assert_eq!(image.pending_destructors(), 0);
    }
}

#[test]
fn destructors_run_at_the_threads_end_and_are_counted_until_then() {
    static DROPPED: AtomicUsize = AtomicUsize::new(0);
    let image = link(&compile::rust("destructors", &[], TEXT), &ROOTS);
    // SAFETY: that is its type; the threads end before the image does.
    let note = unsafe { function::<fn(&'static AtomicUsize)>(&image, "note") };
    assert_eq!(image.pending_destructors(), 0);
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let (noted, has_noted) = mpsc::channel();
            let (end, may_end) = mpsc::channel::<()>();
            let thread = thread::spawn(move || {
                note(&DROPPED);
                noted.send(()).expect("the test listens");
                // The sender is dropped when the thread may end.
                let _ = may_end.recv();
            });
            has_noted.recv().expect("the thread notes");
            (end, thread)
        })
        .collect();
    assert_eq!(image.pending_destructors(), 4);
    for (ended, (end, thread)) in threads.into_iter().enumerate() {
        assert_eq!(DROPPED.load(Ordering::SeqCst), ended);
        drop(end);
        thread.join().expect("no panic");
        assert_eq!(image.pending_destructors(), 3 - ended);
    }
    assert_eq!(DROPPED.load(Ordering::SeqCst), 4);
}

#[test]
fn a_thread_that_outlives_an_image_starts_anew_with_the_next() {
    let object = compile::rust("anew", &["-O"], TEXT);
    let (calls, to_do) = mpsc::channel::<fn() -> (u32, u64)>();
    let (results, done) = mpsc::channel();
    let worker = thread::spawn(move || {
        to_do
            .iter()
            .for_each(|step| results.send(step()).expect("the test listens"))
    });
    for _ in 0..50 {
        let image = link(&object, &ROOTS);
        // SAFETY: that is its type, and it is called before the image is dropped.
        let step = unsafe { function::<fn() -> (u32, u64)>(&image, "step") };
        for expected in [(41, 2), (42, 4)] {
            calls.send(step).expect("the worker lives");
            assert_eq!(done.recv().expect("the worker lives"), expected);
        }
    }
    drop(calls);
    worker.join().expect("no panic");
}
