//! What C, C++ and assembly leave to a linker beyond plain references.

mod support;

use std::ffi::{CStr, c_char, c_int};

use jitney_link::Image;
use support::{compile, function, link, try_link};

/// Compiles a C text by each compiler that is there and knows the options, and links each object.
fn linked<'a>(
    options: &'a [&'a str],
    text: &'a str,
    roots: &'a [&'a str],
) -> impl Iterator<Item = Image> {
    let objects = compile::c_compilers().filter_map(move |by| compile::by(by, "c", options, text));
    objects.map(|object| link(&object, roots))
}

#[test]
fn variables_of_shared_libraries_are_the_librarys_own() {
    // Compiled for an executable: direct references, which a system linker would serve by a copy.
    let text = r#"
        #include <stdio.h>
        #include <unistd.h>
        int root(int argc, char **argv, FILE **out) { *out = stderr; optind = 1; opterr = 0;
            int seen = 0; for (int c; (c = getopt(argc, argv, "ab:")) != -1;) seen = seen * 256 + c;
            return seen * 16 + optind; }
        int (*print(void))(const char *) { return puts; }
        unsigned long literal(void) { return (unsigned long)"a literal"; }
    "#;
    for image in linked(&["-O2", "-fPIE"], text, &["root", "print", "literal"]) {
        let words = [c"x", c"-b", c"value", c"-a", c"rest"];
        let mut arguments: Vec<*const c_char> = words.iter().map(|word| word.as_ptr()).collect();
        arguments.push(std::ptr::null());
        type Root = extern "C" fn(c_int, *mut *const c_char, *mut usize) -> c_int;
        // SAFETY: these are their types, and the image lives to the end.
        let (root, literal) = unsafe {
            (
                function::<Root>(&image, "root"),
                function::<extern "C" fn() -> usize>(&image, "literal"),
            )
        };
        let mut stream = 0;
        let answer = root(5, arguments.as_mut_ptr(), &mut stream);
        assert_eq!(answer, (i32::from(b'b') * 256 + i32::from(b'a')) * 16 + 4);
        unsafe extern "C" {
            static stderr: usize;
        }
        // SAFETY: the C library's variable.
        assert_eq!(stream, unsafe { stderr });
        assert!(image.range().contains(&literal()));
    }
}

#[test]
fn indirect_functions_are_chosen_by_their_resolvers() {
    let text = r#"
        static int chosen_ones;
        static int first(int n) { return n + 1; }
        static int second(int n) { return n + 2; }
        static int (*choose(void))(int) { chosen_ones++; return second; }
        int chosen(int) __attribute__((ifunc("choose")));
        static int hidden(int) __attribute__((ifunc("choose")));
        int (*table[])(int) = { first, chosen };
        int root(int n) { return chosen(n) * 100 + hidden(n) * 10 + table[1](n); }
        int same(void) { return table[1] == chosen; }
        int choices(void) { return chosen_ones; }
        __attribute__((target_clones("avx2", "sse4.2", "default")))
        int sum(const int *p, int n) { int s = 0; for (int i = 0; i < n; i++) s += p[i]; return s; }
        int total(void) { int all[] = {1, 2, 3, 4, 5, 6, 7, 8, 9}; return sum(all, 9); }
    "#;
    for options in [
        &["-O2", "-fPIC"][..],
        &["-O1", "-fPIE"],
        &["-O2", "-fno-pic"],
    ] {
        // target_clones refer to what libgcc knows of the processor.
        let text = match options[1] {
            "-fPIC" => text,
            _ => {
                text.split_once("__attribute__((target_clones")
                    .expect("it is there")
                    .0
            }
        };
        let runtime = support::runtime_archive();
        let roots = ["root", "same", "choices", "total", "chosen"];
        for object in compile::c_compilers().filter_map(|by| compile::by(by, "c", options, text)) {
            let image = support::link_with_archives(&object, &runtime, &roots);
            // SAFETY: these are their types, and the image lives to the end.
            unsafe {
                let call = |name| function::<extern "C" fn(c_int) -> c_int>(&image, name)(1);
                assert_eq!(call("root"), 333);
                assert_eq!(call("same"), 1);
                // Two names of one resolver are one function; offering it by name asks once more.
                assert_eq!(call("choices"), 2);
                assert_eq!(call("chosen"), 3);
                if options[1] == "-fPIC" {
                    assert_eq!(call("total"), 45);
                }
            }
        }
    }
}

#[test]
fn sections_of_one_name_are_found_from_start_to_stop() {
    let declared = r#"
        typedef struct { const char *name; int value; } entry;
        #define ENTRY(n, v) __attribute__((used, section("entries"))) static const entry e_##n = { #n, v }
    "#;
    let first = format!(
        "{declared} ENTRY(one, 1); ENTRY(two, 2);
         extern const entry __start_entries[], __stop_entries[];
         int root(char *out) {{ int sum = 0;
            for (const entry *e = __start_entries; e < __stop_entries; e++) {{ *out++ = e->name[0]; sum += e->value; }}
            *out = 0; return sum; }}"
    );
    let second = format!("{declared} ENTRY(three, 3); ENTRY(four, 4); int unused;");
    let options = ["-O2", "-fPIC"];
    for compiler in compile::c_compilers() {
        let [first, second] = [&first, &second]
            .map(|text| compile::by(compiler, "c", &options, text).expect("it is there"));
        let image = try_link(&[("first.o", &first), ("second.o", &second)], &["root"])
            .unwrap_or_else(|error| panic!("{error}"));
        let mut out = [0 as c_char; 8];
        // SAFETY: that is its type, and the image lives to the end.
        let root = unsafe { function::<extern "C" fn(*mut c_char) -> c_int>(&image, "root") };
        assert_eq!(root(out.as_mut_ptr()), 10);
        // The compiler may turn the order within an object.
        out[..2].sort_unstable();
        out[2..4].sort_unstable();
        // SAFETY: the function wrote a C string.
        assert_eq!(unsafe { CStr::from_ptr(out.as_ptr()) }, c"otft");
    }

    let missing = "extern int __start_nowhere[]; int *root(void) { return __start_nowhere; }";
    let Some(object) = compile::c(&options, missing) else {
        return;
    };
    let error =
        try_link(&[("missing.o", &object)], &["root"]).expect_err("there is no such section");
    assert!(error.to_string().contains("__start_nowhere"), "{error}");
}

#[test]
fn versions_choose_among_definitions() {
    let text = r#"
        __asm__(".symver old, answer@V1\n.symver new, answer@@V2");
        int old(void) { return 1; } int new(void) { return 2; }
        __asm__(".symver older, answer@V1"); int older(void);
        int answer(void);
        extern void *copy(void *, const void *, unsigned long);
        __asm__(".symver copy, memcpy@GLIBC_2.2.5");
        int root(void) { int from = 40, to = 0; copy(&to, &from, 4); return to + answer() * 10 + older(); }
    "#;
    // clang leaves out the definition of the version that it finds undefined, too.
    if let Some(object) = compile::c(&["-O1", "-fPIC"], text) {
        let image = link(&object, &["root"]);
        // SAFETY: that is its type, and the image lives to the end.
        let root = unsafe { function::<extern "C" fn() -> c_int>(&image, "root") };
        assert_eq!(root(), 61);
    }
}

#[test]
fn thread_locals_by_descriptor_are_each_threads_own() {
    // The descriptor's function may change no register but one: the sums stay in registers.
    let text = r#"
        __thread int count = 5; static __thread long more; extern __thread int count;
        static __thread int first = 1, second = 2;
        long both(int n) { first += n; second += n; return first * 100 + second; }
        double root(double a, double b, long c, long d) {
            double x = a * b, y = a - b; long z = c ^ d;
            count++; more += z;
            return x + y * 1000 + z + count + more; }
    "#;
    for level in ["-O2", "-O0"] {
        let options = [level, "-fPIC", "-mtls-dialect=gnu2", "-mavx"];
        for image in linked(&options, text, &["root", "both"]) {
            // SAFETY: that is its type, and the image lives to the end.
            let both = unsafe { function::<extern "C" fn(c_int) -> i64>(&image, "both") };
            assert_eq!([both(1), both(1)], [203, 304]);
            // SAFETY: that is its type, and the image lives to the end.
            let root =
                unsafe { function::<extern "C" fn(f64, f64, i64, i64) -> f64>(&image, "root") };
            let expected = |calls: f64| 6.0 - 1000.0 + 3.0 + 5.0 + calls + 3.0 * calls;
            for thread in 0..2 {
                let run = move || [root(2.0, 3.0, 5, 6), root(2.0, 3.0, 5, 6)];
                let answers = std::thread::spawn(run).join().expect("it ends");
                assert_eq!(answers, [expected(1.0), expected(2.0)], "thread {thread}");
            }
        }
    }
}

#[test]
fn rare_relocations_are_carried_out() {
    let text = r#"
        __asm__(".data\n.globl sizes\nsizes: .quad blob@SIZE + 1\n.long blob@SIZE\n.short number, number + 2\n"
                ".byte number, number - 9\n.globl blob\n.type blob, @object\n.size blob, 1234\nblob: .zero 4\n"
                ".globl distances\ndistances: .short blob - .\n.byte blob - .\n.byte 0\n.long 0\n.quad blob - .\n.text\n");
        __asm__(".globl number\n.set number, 7\n");
        extern unsigned long long sizes[]; extern char blob[]; extern char distances[];
        int root(void) {
            unsigned *words = (unsigned *)sizes; unsigned short *shorts = (unsigned short *)(words + 3);
            unsigned char *bytes = (unsigned char *)(shorts + 2); long far; short near; char nearer;
            __builtin_memcpy(&near, distances, 2); __builtin_memcpy(&nearer, distances + 2, 1);
            __builtin_memcpy(&far, distances + 8, 8);
            return sizes[0] == 1235 && words[2] == 1234 && shorts[0] == 7 && shorts[1] == 9 && bytes[0] == 7
                && (signed char)bytes[1] == -2 && near == blob - distances && nearer == blob - distances - 2
                && far == blob - distances - 8; }
    "#;
    for image in linked(&["-O1", "-fPIC"], text, &["root"]) {
        // SAFETY: that is its type, and the image lives to the end.
        let root = unsafe { function::<extern "C" fn() -> c_int>(&image, "root") };
        assert_eq!(root(), 1);
    }
}
