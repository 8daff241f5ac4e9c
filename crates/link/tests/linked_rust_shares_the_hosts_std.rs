//! Linked Rust code is a part of the program: it computes, keeps its own statics, and uses the
//! host's standard library, down to its statics and thread-locals.

mod support;

use std::any::Any;
use std::collections::HashMap;
use std::sync::Mutex;
use std::thread::ThreadId;

use support::{compile, function, link, rust};

#[test]
fn a_function_adds() {
    for options in [
        &["-Copt-level=0"][..],
        &["-Copt-level=2"],
        &["-Copt-level=2", "-Cdebuginfo=2"],
    ] {
        let text = "#[unsafe(no_mangle)] pub fn add(a: i32, b: i32) -> i32 { a.wrapping_add(b) }";
        let image = link(&compile::rust("add", options, text), &["add"]);
        // SAFETY: that is its type, and the image lives to the end of the turn.
        let add = unsafe { function::<fn(i32, i32) -> i32>(&image, "add") };
        assert_eq!(add(5, 6), 11);
        assert_eq!(add(i32::MAX, 1), i32::MIN);
        assert!(image.code().contains(&(add as usize)));
        assert!(image.range().start <= image.code().start && image.code().end <= image.range().end);
        assert!(
            image.memory() <= 64 * 1024,
            "{options:?}: {} bytes",
            image.memory()
        );
    }
}

#[test]
fn each_link_has_statics_of_its_own() {
    let text = r#"
        use std::sync::atomic::{AtomicU32, Ordering};
        static COUNT: AtomicU32 = AtomicU32::new(7);
        static mut BUFFER: [u8; 5000] = [0; 5000];
        #[unsafe(no_mangle)] pub fn next() -> u32 { COUNT.fetch_add(1, Ordering::Relaxed) }
        #[unsafe(no_mangle)] pub fn fill(byte: u8) -> usize {
            let buffer = unsafe { &mut *(&raw mut BUFFER) };
            let before = buffer.iter().map(|byte| *byte as usize).sum();
            buffer.fill(byte);
            before
        }
        #[unsafe(no_mangle)] pub static TABLE: [&str; 3] = ["a", "bc", "def"];
    "#;
    let object = compile::rust("statics", &[], text);
    let images = [(); 2].map(|()| link(&object, &["next", "fill", "TABLE"]));
    for image in &images {
        // SAFETY: these are their types, and the images live to the end.
        let (next, fill, table) = unsafe {
            let table = support::address(image, "TABLE") as *const [&str; 3];
            (
                function::<fn() -> u32>(image, "next"),
                function::<fn(u8) -> usize>(image, "fill"),
                *table,
            )
        };
        assert_eq!([next(), next(), next()], [7, 8, 9]);
        assert_eq!([fill(3), fill(1), fill(0)], [0, 15000, 5000]);
        assert_eq!(table, ["a", "bc", "def"]);
    }
}

#[test]
fn types_of_std_cross_the_border_both_ways() {
    let image = rust(
        "border",
        &["count", "boxed", "sum"],
        r#"
        use std::{any::Any, collections::HashMap};
        #[unsafe(no_mangle)] pub fn count(text: &str) -> HashMap<String, usize> {
            let mut words = HashMap::new();
            for word in text.split_whitespace() { *words.entry(word.to_string()).or_insert(0) += 1; }
            words
        }
        #[unsafe(no_mangle)] pub fn boxed(n: u64) -> Box<dyn Any + Send> { Box::new(format!("{n:>5}|{:.3}", n as f64 / 3.0)) }
        #[unsafe(no_mangle)] pub fn sum(any: &dyn Any) -> Option<i64> { Some(any.downcast_ref::<Vec<i64>>()?.iter().sum()) }
        "#,
    );
    // SAFETY: these are their types, and the image lives to the end.
    let (count, boxed, sum) = unsafe {
        (
            function::<fn(&str) -> HashMap<String, usize>>(&image, "count"),
            function::<fn(u64) -> Box<dyn Any + Send>>(&image, "boxed"),
            function::<fn(&dyn Any) -> Option<i64>>(&image, "sum"),
        )
    };
    let words = count("to be or not to be");
    assert_eq!(
        (words.len(), words["to"], words["be"], words["or"]),
        (4, 2, 2, 1)
    );
    let text = boxed(10)
        .downcast::<String>()
        .expect("the type is the host's own");
    assert_eq!(*text, "   10|3.333");
    assert_eq!(sum(&vec![1i64, 2, 39]), Some(42));
    assert_eq!(sum(&vec![1i32]), None);
}

#[test]
fn std_has_one_set_of_statics_and_thread_locals() {
    let image = rust(
        "shared",
        &["thread", "set_hook", "name"],
        r#"
        use std::{sync::Mutex, thread::{self, ThreadId}};
        pub static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());
        #[unsafe(no_mangle)] pub fn thread() -> ThreadId { thread::current().id() }
        #[unsafe(no_mangle)] pub fn name() -> Option<String> { thread::current().name().map(String::from) }
        #[unsafe(no_mangle)] pub fn set_hook(seen: &'static Mutex<Vec<String>>) {
            let before = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |info| {
                let text = info.payload().downcast_ref::<&str>().unwrap_or(&"?");
                if text.starts_with("for the hook") { seen.lock().unwrap().push(text.to_string()); } else { before(info) }
            }));
        }
        "#,
    );
    // SAFETY: these are their types. The hook is taken out again before the image goes.
    let (thread, name, set_hook) = unsafe {
        (
            function::<fn() -> ThreadId>(&image, "thread"),
            function::<fn() -> Option<String>>(&image, "name"),
            function::<fn(&'static Mutex<Vec<String>>)>(&image, "set_hook"),
        )
    };
    assert_eq!(thread(), std::thread::current().id());
    let other = std::thread::Builder::new().name("other".into());
    let other = other
        .spawn(move || (thread(), std::thread::current().id(), name()))
        .expect("a thread");
    let (inside, outside, named) = other.join().expect("no panic");
    assert_eq!(inside, outside);
    assert_eq!(named.as_deref(), Some("other"));

    static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());
    set_hook(&SEEN);
    let caught = std::panic::catch_unwind(|| panic!("for the hook of the module"));
    assert!(caught.is_err());
    drop(std::panic::take_hook());
    assert_eq!(
        *SEEN.lock().expect("not poisoned"),
        ["for the hook of the module"]
    );
}
