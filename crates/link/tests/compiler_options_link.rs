//! What compilers do with an object on request: hardening, debug information, other sections, code for
//! link-time optimizers. What links gives the answers of the system linker's program; what
//! cannot be linked says what to do.

mod support;

use support::driver::Driver;
use support::{compile, link_with_archives, runtime_archive, try_link};

const TEXT: &str = r#"
    #include <stdio.h>
    #include <stdlib.h>
    #include <string.h>
    static const char *const names[] = {"one", "two", "three", "four"};
    static long calls; long visible = 5; int zeros[100]; static long started;
    __attribute__((weak)) long replaceable(long n) { return n * 2; }
    extern long nowhere(long) __attribute__((weak));
    __attribute__((constructor)) static void start(void) { started = 7; }
    static inline long square(long n) { return n * n; }
    static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
    long large_frame(long n) { volatile char room[50000]; memset((char *)room, (int)n, sizeof room);
        long sum = 0; for (int i = 0; i < 50000; i += 1000) sum += room[i]; return sum; }
    long chosen(int n) {
        switch (n) { case 0: return 3; case 1: return 14; case 2: return 15; case 3: return calls++;
            case 4: return visible; case 5: return 9; case 6: return started; case 7: return nowhere != 0;
            case 8: return square(n); default: return -1; } }
    long (*table[])(int) = { chosen, 0 };
    long text(int n) { char out[64]; return snprintf(out, sizeof out, "%s-%d-%.3f", names[n & 3], n, n / 3.0); }
    long sorted(void) { int all[] = {5, 2, 8, 1}; qsort(all, 4, sizeof *all, compare);
        return all[0] * 1000 + all[1] * 100 + all[2] * 10 + all[3]; }
"#;

const QUESTIONS: &str = "
    long large_frame(long), chosen(int), replaceable(long), text(int), sorted(void);
    extern long visible, (*table[])(int); extern int zeros[];
    int answers(long *out) {
        int n = 0; visible = 6;
        for (int i = 0; i < 10; i++) out[n++] = chosen(i);
        out[n++] = table[0](3); out[n++] = replaceable(21); out[n++] = zeros[99]; out[n++] = large_frame(3);
        out[n++] = text(2); out[n++] = sorted(); return n; }";

fn driver<'a>(objects: &'a [(&'a str, &'a [u8])]) -> Driver<'a> {
    Driver {
        objects,
        text: QUESTIONS,
        linker_options: &[],
    }
}

#[test]
fn what_hardens_describes_or_divides_code_is_no_matter() {
    const OPTIONS: [&[&str]; 19] = [
        &["-O2", "-g", "-gz"],
        &["-O0", "-g3", "-gdwarf-5"],
        &["-O2", "-g", "-gz", "-ffunction-sections", "-fdata-sections"],
        &["-O1", "-pg"],
        &["-O2", "-fstack-clash-protection", "-fstack-protector-all"],
        &["-O2", "-fcf-protection=full"],
        &["-O2", "-mno-red-zone", "-fno-omit-frame-pointer"],
        &["-O2", "-fPIE", "-fno-plt"],
        &[
            "-O2",
            "-fPIC",
            "-fno-semantic-interposition",
            "-fvisibility=hidden",
        ],
        &["-O2", "-fPIC", "-mcmodel=medium"],
        &["-O2", "-fPIC", "-mcmodel=large"],
        &["-O2", "-flto", "-ffat-lto-objects"],
        &["-O2", "-fno-asynchronous-unwind-tables"],
        &["-O2", "-fexceptions", "-finstrument-functions"],
        &["-O2", "-fpatchable-function-entry=4,2"],
        &[
            "-O2",
            "-mindirect-branch=thunk",
            "-mfunction-return=thunk",
            "-fcf-protection=none",
        ],
        &["-O2", "-fno-jump-tables", "-fzero-call-used-regs=all"],
        &["-O2", "-Wa,-mrelax-relocations=no"],
        &["-O2", "-Wa,-mx86-used-note=yes"],
    ];
    // Tables of addresses that are compared, sections of one name, functions in parts.
    const OF_CLANG: [&[&str]; 5] = [
        &["-O2", "-mretpoline"],
        &["-O2", "-faddrsig", "-ffunction-sections"],
        &[
            "-O2",
            "-ffunction-sections",
            "-fdata-sections",
            "-fno-unique-section-names",
        ],
        &["-O2", "-fbasic-block-sections=all"],
        &["-O2", "-fxray-instrument", "-fstack-size-section"],
    ];
    if !compile::has("cc") {
        return;
    }
    let plain = compile::c(&["-O0"], TEXT).expect("a C compiler");
    let truth = driver(&[("plain.o", &plain)]).truth();
    for compiler in compile::c_compilers() {
        let mut linked = 0;
        let own: &[&[&str]] = if compiler == "clang" { &OF_CLANG } else { &[] };
        for options in OPTIONS.iter().chain(own) {
            let Some(object) = compile::by(compiler, "c", options, TEXT) else {
                continue;
            };
            let objects: [(&str, &[u8]); 1] = [("text.o", &object)];
            let driver = driver(&objects);
            let image = driver
                .link()
                .unwrap_or_else(|error| panic!("{compiler} {options:?}: {error}"));
            assert_eq!(driver.answers(&image), truth, "{compiler} {options:?}");
            linked += 1;
        }
        assert!(linked > 12, "{compiler} knows most options");
    }
}

#[test]
fn assembly_with_a_preprocessor_links() {
    let text = "
        #define ANSWER 42
        #ifdef __x86_64__
        .globl answers
        .type answers, @function
        answers: movq $ANSWER, (%rdi)
            mov $1, %eax
            ret
        #endif
        .section .note.GNU-stack, \"\", @progbits";
    for compiler in compile::c_compilers() {
        let object = compile::by(compiler, "assembler-with-cpp", &[], text).expect("it is there");
        let image = try_link(&[("text.o", &object)], &["answers"]);
        let image = image.unwrap_or_else(|error| panic!("{compiler}: {error}"));
        assert_eq!(driver(&[]).answers(&image), [42], "{compiler}");
    }
}

#[test]
fn stacks_in_parts_need_the_compilers_runtime() {
    let text = "long root(long n) { volatile char room[5000]; room[n] = 3; return n ? root(n - 1) + room[n] : 1; }";
    let Some(object) = compile::c(&["-O1", "-fPIC", "-fsplit-stack"], text) else {
        return;
    };
    let error = try_link(&[("split.o", &object)], &["root"]).expect_err("it lacks __morestack");
    let error = error.to_string();
    assert!(
        error.contains("__morestack") && error.contains("-fsplit-stack"),
        "{error}"
    );
    let image = link_with_archives(&object, &runtime_archive(), &["root"]);
    // SAFETY: that is its type, and the image lives to the end.
    let root = unsafe { support::function::<extern "C" fn(i64) -> i64>(&image, "root") };
    assert_eq!(root(20), 61);
}

#[test]
fn what_cannot_be_linked_names_the_option() {
    let cases: [(&str, &[&str], &[&str]); 9] = [
        (
            "cc",
            &["-flto", "-fno-fat-lto-objects"],
            &["-ffat-lto-objects", "-flto"],
        ),
        ("clang", &["-flto"], &["LLVM bitcode", "-flto"]),
        ("clang", &["-flto=thin"], &["LLVM bitcode", "-flto"]),
        (
            "cc",
            &["-fsanitize=address"],
            &["__asan_init", "-fsanitize"],
        ),
        ("cc", &["-fsanitize=thread"], &["__tsan_init", "-fsanitize"]),
        ("cc", &["--coverage"], &["__gcov_init", "libgcov.a"]),
        (
            "clang",
            &["--target=aarch64-linux-gnu"],
            &["aarch64", "x86_64"],
        ),
        ("clang", &["--target=i386-linux-gnu"], &["32-bit", "x86_64"]),
        ("clang", &["--target=x86_64-apple-darwin"], &["Mach-O"]),
    ];
    let text = "long root(long n) { long all[4] = {1, 2, n, 4}; return all[n & 3]; }";
    for (compiler, options, parts) in cases {
        let Some(object) = compile::by(compiler, "c", options, text) else {
            continue;
        };
        let error = try_link(&[("refused.o", &object)], &["root"])
            .expect_err("this cannot be linked")
            .to_string();
        for part in parts.iter().chain(&["refused.o"]) {
            assert!(
                error.contains(part),
                "{compiler} {options:?}: `{part}` is not in: {error}"
            );
        }
    }
}

#[test]
fn compact_relocations_are_refused_by_name() {
    let Some(mut object) = compile::c(&["-O1"], "void f(void); void root(void) { f(); f(); }")
    else {
        return;
    };
    // The section headers' types: SHT_RELA becomes SHT_CREL.
    let word = |bytes: &[u8], at: usize| {
        u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
    };
    let (table, count) = (word(&object, 0x28) as usize, object[0x3c] as usize);
    for header in (0..count).map(|number| table + number * 64) {
        if word(&object, header + 4) == 4 {
            object[header + 4..header + 8].copy_from_slice(&0x4000_0014_u32.to_le_bytes());
        }
    }
    let error = try_link(&[("crel.o", &object)], &["root"]).expect_err("it is compact");
    assert!(error.to_string().contains("CREL"), "{error}");
}
