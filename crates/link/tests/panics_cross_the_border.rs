//! Panics unwind out of linked code into the host and out of the host through linked code; what is
//! on the way is dropped.

mod support;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use support::{compile, function, link};

const TEXT: &str = r#"
    use std::sync::atomic::{AtomicUsize, Ordering};
    struct Guard<'a>(&'a AtomicUsize);
    impl Drop for Guard<'_> {
        fn drop(&mut self) { self.0.fetch_add(1, Ordering::SeqCst); }
    }
    #[unsafe(no_mangle)] pub fn panics(dropped: &AtomicUsize, depth: usize) -> usize {
        let _guard = Guard(dropped);
        if depth == 0 { std::panic::panic_any(String::from("from the module")) }
        panics(dropped, depth - 1) + 1
    }
    #[unsafe(no_mangle)] pub fn calls(dropped: &AtomicUsize, callback: &dyn Fn(usize) -> usize) -> usize {
        let _guard = Guard(dropped);
        let boxed = Box::new(Guard(dropped));
        callback(1) + callback(2) + boxed.0.load(Ordering::SeqCst)
    }
    #[unsafe(no_mangle)] pub fn catches(callback: &(dyn Fn() + std::panic::RefUnwindSafe)) -> Option<String> {
        let payload = std::panic::catch_unwind(|| callback()).err()?;
        Some(payload.downcast_ref::<&str>()?.to_string())
    }
    #[unsafe(no_mangle)] pub fn out_of_bounds(index: usize) -> u8 { [1, 2, 3][index] }
"#;

#[test]
fn both_ways_with_drops() {
    for options in [&[][..], &["-O"]] {
        let roots = ["panics", "calls", "catches", "out_of_bounds"];
        let image = link(&compile::rust("panics", options, TEXT), &roots);
        assert!(image.has_unwind_entries());
        // SAFETY: these are their types, and the image lives to the end of the turn.
        let (panics, calls, catches, out_of_bounds) = unsafe {
            (
                function::<fn(&AtomicUsize, usize) -> usize>(&image, "panics"),
                function::<fn(&AtomicUsize, &dyn Fn(usize) -> usize) -> usize>(&image, "calls"),
                function::<fn(&(dyn Fn() + std::panic::RefUnwindSafe)) -> Option<String>>(
                    &image, "catches",
                ),
                function::<fn(usize) -> u8>(&image, "out_of_bounds"),
            )
        };

        let dropped = AtomicUsize::new(0);
        let payload =
            catch_unwind(AssertUnwindSafe(|| panics(&dropped, 5))).expect_err("it panics");
        assert_eq!(
            payload.downcast_ref::<String>().map(String::as_str),
            Some("from the module")
        );
        assert_eq!(dropped.into_inner(), 6);

        let dropped = AtomicUsize::new(0);
        let host_dropped = AtomicUsize::new(0);
        let callback = |turn| {
            let _guard = Counted(&host_dropped);
            assert!(turn < 2, "from the host");
            40
        };
        let caught = catch_unwind(AssertUnwindSafe(|| calls(&dropped, &callback)));
        let payload = caught.expect_err("the callback panics");
        assert_eq!(payload.downcast_ref::<&str>(), Some(&"from the host"));
        assert_eq!(
            (dropped.load(Ordering::SeqCst), host_dropped.into_inner()),
            (2, 2)
        );
        assert_eq!(calls(&dropped, &|turn| turn * 10), 32);

        assert_eq!(
            catches(&|| panic!("caught inside")).as_deref(),
            Some("caught inside")
        );
        assert_eq!(catches(&|| {}), None);

        assert_eq!(out_of_bounds(2), 3);
        let payload = catch_unwind(|| out_of_bounds(3)).expect_err("it panics");
        let text = payload
            .downcast_ref::<String>()
            .expect("a formatted message");
        assert_eq!(text, "index out of bounds: the len is 3 but the index is 3");
    }
}

struct Counted<'a>(&'a AtomicUsize);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}
