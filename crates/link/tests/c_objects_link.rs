//! Objects of a C compiler: what they call of the C library, and what they leave to the linker.

mod support;

use std::process::{Command, Stdio};

use support::{compile, function, link, try_link};

const TEXT: &str = r#"
    #include <errno.h>
    #include <math.h>
    #include <stdlib.h>
    #include <string.h>
    #include <unistd.h>

    static const char *const words[] = {"zero", "one", "two", "three"};

    double logarithm(double x) { return log(x); }
    unsigned long length(const char *text) { return strlen(text) + strlen(words[3]); }
    int count(void) { static int calls = 100; static int zeroed; return calls++ + ++zeroed; }
    int selects(int n) {
        switch (n) {
        case 0: return 17; case 1: return 4; case 2: return 99; case 3: return -6;
        case 4: return 23; case 5: return 1000; case 6: return 8; case 7: return n * n;
        default: return -1;
        }
    }
    static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
    void sort(int *numbers, unsigned long count) { qsort(numbers, count, sizeof *numbers, compare); }
    int fails(void) { errno = 0; return close(-1) == -1 ? errno : 0; }
    const char *word(int n) { return words[n & 3]; }
    int (*function_of(int n))(int) { return n ? abs : selects; }
"#;

/// Every way in which distributions compile C by default, and what `cc` is told for a library.
const WAYS: [&[&str]; 13] = [
    &["-O0"],
    &["-O2"],
    &["-O0", "-fPIC"],
    &["-O2", "-fPIC"],
    &["-O2", "-fPIC", "-fno-plt"],
    &[
        "-O2",
        "-fPIC",
        "-ffunction-sections",
        "-fdata-sections",
        "-g",
    ],
    // For a program at low addresses.
    &["-O0", "-fno-pic"],
    &["-O2", "-fno-pic"],
    &["-O2", "-fno-pic", "-fno-plt", "-fcommon"],
    &["-O2", "-mcmodel=large", "-fno-pic"],
    &["-O2", "-mcmodel=large", "-fPIC"],
    &[
        "-O2",
        "-mcmodel=medium",
        "-mlarge-data-threshold=1",
        "-fno-pic",
    ],
    &[
        "-O2",
        "-mcmodel=medium",
        "-mlarge-data-threshold=1",
        "-fPIC",
    ],
];

/// Each compiler with each of these options.
fn each_way<'a>(ways: &'a [&'a [&'a str]]) -> impl Iterator<Item = (&'static str, &'a [&'a str])> {
    let with = move |compiler| ways.iter().map(move |options| (compiler, *options));
    compile::c_compilers().flat_map(with)
}

#[test]
fn c_code_computes_and_calls_the_c_library() {
    for (compiler, options) in each_way(&WAYS) {
        let Some(object) = compile::by(compiler, "c", options, TEXT) else {
            continue;
        };
        let roots = [
            "logarithm",
            "length",
            "count",
            "selects",
            "sort",
            "fails",
            "word",
            "function_of",
        ];
        let image = link(&object, &roots);
        // SAFETY: these are their types, and the image lives to the end of the turn.
        unsafe {
            let logarithm: extern "C" fn(f64) -> f64 = function(&image, "logarithm");
            for x in [0.5, 1.0, 2.0, 1e300] {
                assert_eq!(logarithm(x).to_bits(), x.ln().to_bits(), "{options:?}");
            }
            let length: extern "C" fn(*const u8) -> usize = function(&image, "length");
            assert_eq!(length(c"hello".as_ptr().cast()), 10);
            let count: extern "C" fn() -> i32 = function(&image, "count");
            assert_eq!([count(), count(), count()], [101, 103, 105]);
            let selects: extern "C" fn(i32) -> i32 = function(&image, "selects");
            let selected: Vec<i32> = (-1..9).map(|n| selects(n)).collect();
            assert_eq!(selected, [-1, 17, 4, 99, -6, 23, 1000, 8, 49, -1]);
            let sort: extern "C" fn(*mut i32, usize) = function(&image, "sort");
            let mut numbers = [5, -1, 3, 2, 2];
            sort(numbers.as_mut_ptr(), numbers.len());
            assert_eq!(numbers, [-1, 2, 2, 3, 5]);
            let fails: extern "C" fn() -> i32 = function(&image, "fails");
            assert_eq!(
                std::io::Error::from_raw_os_error(fails()).raw_os_error(),
                Some(9)
            );
            let word: extern "C" fn(i32) -> *const std::ffi::c_char = function(&image, "word");
            assert_eq!(std::ffi::CStr::from_ptr(word(2)), c"two");
            let function_of: extern "C" fn(i32) -> extern "C" fn(i32) -> i32 =
                function(&image, "function_of");
            assert_eq!([function_of(0)(4), function_of(1)(-8)], [23, 8]);
        }
    }
}

#[test]
fn c_thread_locals_are_each_threads_own() {
    let text = "
        static __thread int here = 5;
        __thread long shared_name;
        static __thread char many[100] = \"text\";
        int step(void) { shared_name += 2; many[99]++; return ++here + (int)shared_name + many[99]; }";
    let ways: [&[&str]; 4] = [
        &["-O0", "-fPIC"],
        &["-O2", "-fPIC"],
        &["-O2", "-fPIC", "-fno-plt"],
        &["-O2", "-fPIC", "-ftls-model=local-dynamic"],
    ];
    for (compiler, options) in each_way(&ways) {
        let object = compile::by(compiler, "c", options, text).expect("it is there");
        let image = link(&object, &["step"]);
        // SAFETY: that is its type; the thread ends before the image does.
        let step = unsafe { function::<extern "C" fn() -> i32>(&image, "step") };
        assert_eq!([step(), step()], [9, 13]);
        let other = std::thread::spawn(move || [step(), step(), step()]).join();
        assert_eq!(other.expect("no panic"), [9, 13, 17]);
        assert_eq!(step(), 17);
    }
}

#[test]
fn hidden_thread_locals_of_another_object_are_found() {
    let options = ["-O2", "-fPIC", "-fvisibility=hidden"];
    let user = "
        extern __thread int first __attribute__((visibility(\"hidden\")));
        extern __thread int second __attribute__((visibility(\"hidden\")));
        __attribute__((visibility(\"default\"))) int sum(void) { return ++first * 100 + ++second; }";
    let owner = "__thread int first = 3; __thread int second = 4;";
    for compiler in compile::c_compilers() {
        let [user, owner] = [user, owner]
            .map(|text| compile::by(compiler, "c", &options, text).expect("it is there"));
        let image = try_link(&[("user.o", &user), ("owner.o", &owner)], &["sum"]);
        let image = image.unwrap_or_else(|error| panic!("{error}"));
        // SAFETY: that is its type, and the image lives to the end of the turn.
        let sum = unsafe { function::<extern "C" fn() -> i32>(&image, "sum") };
        assert_eq!([sum(), sum()], [405, 506], "{compiler}");
    }
}

#[test]
fn functions_for_the_programs_end_are_run_then() {
    const CHILD: &str = "JITNEY_LINK_TEST_CHILD";
    let text = "
        #include <stdlib.h>
        #include <unistd.h>
        static void last(void) { (void)!write(1, \"<last>\", 6); }
        static void first(void) { (void)!write(1, \"<first>\", 7); }
        int registers(void) { return atexit(last) || atexit(first); }";
    let Some(object) = compile::c(&["-O2"], text) else {
        return;
    };
    if std::env::var_os(CHILD).is_some() {
        let image = link(&object, &["registers"]);
        // SAFETY: that is its type; the image is never dropped.
        let failed = unsafe { function::<extern "C" fn() -> i32>(&image, "registers") }();
        std::mem::forget(image);
        std::process::exit(failed);
    }
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args([
            "functions_for_the_programs_end_are_run_then",
            "--exact",
            "--nocapture",
        ])
        .env(CHILD, "1")
        .stderr(Stdio::inherit())
        .output()
        .expect("this program runs");
    assert!(output.status.success(), "{}", output.status);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.ends_with("<first><last>"), "{text}");
}

#[test]
fn what_cannot_be_linked_says_what_to_do() {
    let cases: [(&[&str], &str, &str, &str); 4] = [
        // A variable of a shared library and an address of 32 bits: no place is near both.
        (
            &["-O2", "-fno-pic"],
            "#include <stdio.h>
             static int x[9]; int *root(int n) { return stderr ? &x[n] : 0; }",
            "stderr",
            "-fPIC",
        ),
        (&["-O2"], "static __thread int own; int root(void) { return ++own; }", "own", "-fPIC"),
        (
            &["-O2", "-fPIC", "-ftls-model=initial-exec"],
            "__thread int own = 4; int root(void) { return ++own; }",
            "own",
            "-ftls-model=global-dynamic",
        ),
        (
            &["-O2"],
            "extern char end_of_all; __asm__(\".data; .byte place; place:\"); int root(void) { return 0; }
             __attribute__((section(\".data\"), used)) static int keep;
             __asm__(\".globl rooted; rooted = . - 1\"); extern char rooted; char *use(void) { return &rooted; }",
            "place",
            "8 bits",
        ),
    ];
    let compilers = compile::c_compilers();
    for (compiler, (options, text, symbol, advice)) in
        compilers.flat_map(|compiler| cases.map(|case| (compiler, case)))
    {
        let object = compile::by(compiler, "c", options, text).expect("it is there");
        let error = try_link(&[("refused.o", &object)], &["root", "use"])
            .expect_err(text)
            .to_string();
        for part in ["refused.o", symbol, advice] {
            assert!(
                error.contains(part),
                "{compiler} {options:?}: `{part}` is not in: {error}"
            );
        }
    }
}
