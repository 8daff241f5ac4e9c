//! `.init_array` runs before a link returns, by priority; `.fini_array` when the image is finalized,
//! the other way round. This is the order that the C library keeps for an executable.

mod support;

use std::ffi::{CStr, c_char, c_int};
use std::sync::Mutex;

use support::{compile, function, link, try_link};

const TEXT: &str = r#"
    use std::{ffi::{c_char, c_int}, sync::Mutex};
    pub static RAN: Mutex<Vec<u32>> = Mutex::new(Vec::new());
    pub static FINISHED: Mutex<Option<&'static Mutex<Vec<u32>>>> = Mutex::new(None);
    macro_rules! array {
        ($section:literal, $name:ident, $n:literal) => {
            #[used] #[unsafe(link_section = $section)]
            static $name: extern "C" fn() = {
                extern "C" fn run() { RAN.lock().unwrap().push($n) }
                run
            };
        };
    }
    array!(".init_array", LAST, 9);
    array!(".init_array.00200", SECOND, 2);
    array!(".init_array.00101", FIRST, 1);
    array!(".init_array.65534", THIRD, 3);
    macro_rules! fini {
        ($section:literal, $name:ident, $n:literal) => {
            #[used] #[unsafe(link_section = $section)]
            static $name: extern "C" fn() = {
                extern "C" fn run() { if let Some(log) = *FINISHED.lock().unwrap() { log.lock().unwrap().push($n) } }
                run
            };
        };
    }
    fini!(".fini_array.00101", FINI_FIRST, 1);
    fini!(".fini_array", FINI_LAST, 9);
    #[used] #[unsafe(link_section = ".init_array.00102")]
    static ARGUMENTS: extern "C" fn(c_int, *const *const c_char, *const *const c_char) = {
        extern "C" fn run(count: c_int, arguments: *const *const c_char, environment: *const *const c_char) {
            *SEEN.lock().unwrap() = (count, arguments as usize, environment as usize);
        }
        run
    };
    static SEEN: Mutex<(c_int, usize, usize)> = Mutex::new((0, 0, 0));
    #[unsafe(no_mangle)] pub fn ran() -> Vec<u32> { RAN.lock().unwrap().clone() }
    #[unsafe(no_mangle)] pub fn seen() -> (c_int, usize, usize) { *SEEN.lock().unwrap() }
    #[unsafe(no_mangle)] pub fn log_to(log: &'static Mutex<Vec<u32>>) { *FINISHED.lock().unwrap() = Some(log) }
"#;

#[test]
fn by_priority_and_back() {
    static LOG: Mutex<Vec<u32>> = Mutex::new(Vec::new());
    let object = compile::rust("constructors", &[], TEXT);
    let mut image = link(&object, &["ran", "seen", "log_to"]);
    // SAFETY: these are their types, and the image lives to the end.
    let (ran, seen, log_to) = unsafe {
        (
            function::<fn() -> Vec<u32>>(&image, "ran"),
            function::<fn() -> (c_int, usize, usize)>(&image, "seen"),
            function::<fn(&'static Mutex<Vec<u32>>)>(&image, "log_to"),
        )
    };
    assert_eq!(ran(), [1, 2, 3, 9]);
    let (count, arguments, environment) = seen();
    assert_eq!(count as usize, std::env::args_os().count());
    // SAFETY: a constructor is given the program's arguments, as C strings and a null pointer.
    let (first, end) = unsafe {
        let arguments = arguments as *const *const c_char;
        (CStr::from_ptr(*arguments), *arguments.add(count as usize))
    };
    assert_eq!(
        first.to_str().ok().map(String::from),
        std::env::args().next()
    );
    assert!(end.is_null() && environment != 0);

    log_to(&LOG);
    for _ in 0..2 {
        // SAFETY: nothing else runs in the image.
        unsafe { image.finalize() };
        assert_eq!(*LOG.lock().expect("not poisoned"), [9, 1]);
    }
}

#[test]
fn an_object_of_constructors_alone_is_linked() {
    let image = try_link(&[("alone.o", &compile::rust("alone", &[], TEXT))], &[]);
    assert!(image.is_ok_and(|image| image.symbols().next().is_none()));
}

#[test]
fn tables_of_old_compilers_run_from_the_last_entry() {
    // `.ctors` is run backwards and its priorities count down; `.dtors` is run forwards.
    let text = r#"
        static char order[16]; static int at;
        static char *log;
        #define LOG(c) static void run_##c(void) { order[at++] = #c[0]; }
        #define END(c) static void end_##c(void) { *log++ = #c[0]; }
        LOG(a) LOG(b) LOG(c) LOG(d) LOG(e) END(x) END(y)
        #define TABLE(name) __attribute__((used, section(name))) static void (*
        TABLE(".ctors") const plain[])(void) = { run_d, run_c };
        TABLE(".ctors.65000") const early[])(void) = { run_b };
        TABLE(".preinit_array") first[])(void) = { run_a };
        TABLE(".dtors") const last[])(void) = { end_x, end_y };
        __attribute__((constructor)) static void modern(void) { run_e(); }
        const char *root(char *place) { log = place; return order; }
    "#;
    let Some(object) = compile::c(&["-O1", "-fPIC"], text) else {
        return;
    };
    let mut image = link(&object, &["root"]);
    // SAFETY: that is its type, and the image lives to the end.
    let root = unsafe { function::<extern "C" fn(*mut c_char) -> *const c_char>(&image, "root") };
    let mut ended = [0 as c_char; 8];
    // SAFETY: the function returns a C string.
    let order = unsafe { CStr::from_ptr(root(ended.as_mut_ptr())) };
    let order = order.to_str().expect("letters");
    // `.preinit_array`, then by priority, then the plain ones in the order of the object.
    assert!(order == "abcde" || order == "abecd", "{order}");
    // SAFETY: nothing else runs in the image.
    unsafe { image.finalize() };
    assert_eq!(ended[..2], [b'x' as c_char, b'y' as c_char]);
}
