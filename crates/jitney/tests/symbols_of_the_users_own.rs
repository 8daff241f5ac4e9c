//! Symbols that the user gives a source, and what it may use beside them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use jitney::Jit;

fn jit() -> Option<Jit> {
    let present = std::process::Command::new("cc").arg("--version").output();
    if present.is_err() {
        eprintln!("skipped: there is no C compiler");
        return None;
    }
    Some(Jit::new().expect("a test program can be linked against"))
}

#[test]
fn closures_are_c_functions() {
    let Some(jit) = jit() else { return };
    let seen = Arc::new(AtomicU32::new(0));
    let (first, last) = (seen.clone(), seen.clone());
    let text = r#"
        int on_event(int id, double share, const char *text, unsigned char flag, float half);
        double mean(double a, double b);
        void nothing(void);
        int root(int n) { nothing(); return on_event(n, mean(1, 2), "text", 200, 0.5f); }
    "#;
    // SAFETY: the text declares the functions with these types.
    let source = unsafe {
        jit.c(text)
            .define_closure(
                "on_event",
                move |id: i32, share: f64, text: *const u8, flag: u8, half: f32| -> i32 {
                    first.fetch_add(1, Ordering::Relaxed);
                    (id as f64 * share * f64::from(half)) as i32 * 1000
                        + i32::from(flag)
                        + i32::from(*text)
                },
            )
            .and_then(|source| source.define_closure("mean", |a: f64, b: f64| (a + b) / 2.0))
            .and_then(|source| {
                source.define_closure("nothing", move || {
                    last.fetch_add(10, Ordering::Relaxed);
                })
            })
            .expect("there is memory")
    };
    let module = source.load().unwrap_or_else(|error| panic!("{error}"));
    // SAFETY: that is its type.
    let root = unsafe { module.foreign_function::<extern "C" fn(i32) -> i32>("root") };
    let root = root.expect("it is there");
    assert_eq!(root(8), 6000 + 200 + i32::from(b't'));
    assert_eq!(seen.load(Ordering::Relaxed), 11);
    drop(root);
    assert_eq!(Arc::strong_count(&seen), 3);
    // SAFETY: nothing uses the module any more.
    unsafe { module.unload() }.expect("nothing uses it");
    assert_eq!(
        Arc::strong_count(&seen),
        1,
        "the closures went with the module"
    );
}

#[test]
fn a_panic_of_a_closure_passes_through_c() {
    let Some(jit) = jit() else { return };
    let text = "void fails(int); int root(int n) { if (n) fails(n); return n + 1; }";
    let fails = |n: i32| {
        if n > 1 {
            panic!("{n} is too many");
        }
    };
    // SAFETY: the text declares the function so.
    let source = unsafe { jit.c(text).define_closure("fails", fails) }.expect("there is memory");
    let module = source
        .c_flag("-fexceptions")
        .load()
        .unwrap_or_else(|error| panic!("{error}"));
    // SAFETY: that is its type.
    let root = unsafe { module.foreign_function::<extern "C-unwind" fn(i32) -> i32>("root") };
    let root = root.expect("it is there");
    assert_eq!(root(1), 2);
    let payload = std::panic::catch_unwind(|| root(2)).expect_err("it panics");
    assert_eq!(
        payload.downcast_ref::<String>().expect("a text"),
        "2 is too many"
    );
}

#[test]
fn a_symbol_stands_in_for_a_librarys() {
    let Some(jit) = jit() else { return };
    extern "C" fn always_five(_text: *const u8) -> usize {
        5
    }
    let text = "#include <string.h>
        __attribute__((weak)) int mine(void) { return 1; }
        unsigned long root(const char *text) { return strlen(text) * 10 + mine(); }";
    let load = |source: jitney::Source| {
        let module = source
            .c_flag("-fno-builtin")
            .load()
            .unwrap_or_else(|error| panic!("{error}"));
        // SAFETY: that is its type.
        unsafe { module.foreign_function::<extern "C" fn(*const u8) -> usize>("root") }
            .expect("it is there")
    };
    let given = c"four";
    assert_eq!(load(jit.c(text))(given.as_ptr().cast()), 41);
    // SAFETY: the functions are what the text takes them for.
    let source = unsafe {
        jit.c(text)
            .define("strlen", always_five as *const ())
            .define_closure("mine", || 3i32)
            .expect("there is memory")
    };
    assert_eq!(load(source)(given.as_ptr().cast()), 53);

    let strong = "int mine(void) { return 1; } int root(void) { return mine(); }";
    // SAFETY: as above.
    let source = unsafe { jit.c(strong).define("mine", always_five as *const ()) };
    let error = source.load().expect_err("it is defined twice").to_string();
    assert!(
        error.contains("mine") && error.contains("definitions"),
        "{error}"
    );
}

#[test]
fn the_last_resort_is_asked_and_the_host_can_be_closed() {
    let Some(jit) = jit() else { return };
    static NUMBER: i32 = 42;
    let text =
        "extern int number; long labs(long); int root(void) { return number + (int)labs(-1); }";
    // SAFETY: the variable is what the text takes it for.
    let resolving = |source: jitney::Source| unsafe {
        source.resolve_with(|name| (name == "number").then_some((&raw const NUMBER).cast()))
    };
    let flags = ["-fno-builtin", "-O1"];
    let source = || {
        flags
            .iter()
            .fold(jit.c(text), |source, flag| source.c_flag(*flag))
    };
    let module = resolving(source())
        .load()
        .unwrap_or_else(|error| panic!("{error}"));
    // SAFETY: that is its type.
    let root = unsafe { module.foreign_function::<extern "C" fn() -> i32>("root") };
    assert_eq!(root.expect("it is there")(), 43);

    let error = source().load().expect_err("nobody has it").to_string();
    assert!(
        error.contains("`number`") && error.contains("`root`"),
        "{error}"
    );

    let closed = resolving(source()).allow(|name| name != "labs");
    let error = closed.load().expect_err("it may not").to_string();
    assert!(
        error.contains("`labs`") && !error.contains("`number`"),
        "{error}"
    );
}

#[test]
fn a_link_is_explained() {
    let Some(jit) = jit() else { return };
    let text = "#include <stdio.h>
        static int helper(int n) { return printf(\"%d\", n); }
        __attribute__((weak)) int choice(void) { return 1; }
        int root(int n) { return helper(n) + choice(); } int unrelated(void) { return 0; }";
    let explain = |symbol| jit.c(text).explain(symbol);
    let printf = explain("printf").unwrap_or_else(|error| panic!("{error}"));
    assert!(printf.offers[0].place.contains("libc"), "{printf}");
    assert!(
        printf
            .users
            .iter()
            .any(|user| user.contains("helper") || user.contains(".text")),
        "{printf}"
    );
    let choice = explain("choice").unwrap_or_else(|error| panic!("{error}"));
    assert!(
        choice.offers[0].what.starts_with("weak function"),
        "{choice}"
    );
    assert!(choice.problem.is_none(), "{choice}");
    let error = explain("nowhere")
        .expect_err("nothing mentions it")
        .to_string();
    assert!(error.contains("nowhere"), "{error}");

    let broken = jit.c("int lacking(void); int root(void) { return lacking(); }");
    let lacking = broken
        .explain("lacking")
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(
        lacking.offers.is_empty() && lacking.users[0].contains("root"),
        "{lacking}"
    );
    assert!(
        lacking
            .problem
            .is_some_and(|problem| problem.contains("lacking"))
    );
}
