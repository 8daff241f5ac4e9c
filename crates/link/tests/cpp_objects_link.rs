//! Objects of C++ through the linker alone, with the shared library of the C++ runtime beside them:
//! what several objects define alike exists once, exceptions are caught across them, and what an
//! image's static objects want at the end runs when the image is finalized.

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};

use jitney_link::{Bytes, Definitions, Image, Input};
use support::{compile, function, linker};

const RUNTIME: [&str; 2] = ["stdc++", "m"];

/// Compiles C++ texts by each compiler and calls `check` with the linked image.
fn each_compiler(options: &[&str], texts: &[&str], roots: &[&str], check: impl Fn(&str, Image)) {
    for compiler in ["g++", "clang++"] {
        let objects: Option<Vec<_>> = texts
            .iter()
            .map(|text| compile::by(compiler, "c++", options, text))
            .collect();
        if let Some(objects) = objects {
            check(compiler, link(&objects, roots, None));
        }
    }
}

fn link(objects: &[Vec<u8>], roots: &[&str], definitions: Option<&Definitions<'_>>) -> Image {
    let named = |(number, bytes): (usize, &Vec<u8>)| {
        (format!("part_{number}.o"), Bytes::from(bytes.clone()))
    };
    let input = Input {
        objects: objects.iter().enumerate().map(named).collect(),
        shared_libraries: &RUNTIME.map(String::from),
        definitions,
        ..Input::default()
    };
    let is_root = |name: &[u8]| roots.iter().any(|root| root.as_bytes() == name);
    // SAFETY: a compiler made the objects of the texts in this file.
    unsafe { linker().link(input, &is_root) }.unwrap_or_else(|error| panic!("{error}"))
}

fn call(image: &Image, name: &str, argument: i64) -> i64 {
    // SAFETY: the functions of this file that are called by this have this type; the image is alive.
    unsafe { function::<extern "C" fn(i64) -> i64>(image, name)(argument) }
}

/// What both objects of a pair see: classes, templates, inline functions and variables.
const SHARED: &str = r#"
    #include <stdexcept>
    #include <string>
    #include <typeinfo>
    #include <vector>
    struct Base { long tag = 1; virtual ~Base() {} virtual long value() const { return tag; } };
    struct Left : virtual Base { long left = 20; long value() const override { return left + tag; } };
    struct Right : virtual Base { long right = 300; };
    struct Both : Left, Right { long value() const override { return left + right + tag; } };
    struct Failure : std::runtime_error { long code; Failure(long c) : runtime_error("failure"), code(c) {} };
    template <class T> struct Counter { static T count; static T next() { return ++count; } };
    template <class T> T Counter<T>::count = 100;
    inline long shared_count = 7;
    inline long once() { static std::vector<long> made(1, shared_count++); return ++made[0]; }
    struct Guarded { ~Guarded(); long n; };
    Base *make(long); long thrower(long); long other_next(); long other_once(); long *other_shared();
    const std::type_info &other_type();
"#;

#[test]
fn what_several_objects_define_alike_exists_once() {
    let first = format!(
        r#"{SHARED}
        extern "C" long casts(long kind) {{
            Base *base = make(kind); long result = base->value() * 10;
            if (dynamic_cast<Right *>(base)) result += 1;
            if (dynamic_cast<Both *>(base)) result += 2;
            if (typeid(*base) == other_type()) result += 4;
            try {{ (void)dynamic_cast<Left &>(*base); }} catch (const std::bad_cast &) {{ result = -result; }}
            delete base; return result; }}
        extern "C" long counts(long) {{
            return Counter<long>::next() * 10000 + other_next() * 10 + (&shared_count == other_shared()); }}
        extern "C" long onces(long) {{ long one = once(); return one * 100 + other_once(); }}
        extern "C" long text(long n) {{
            std::string s; for (long i = 0; i < n; i++) s += std::to_string(i) + ","; return s.size(); }}"#
    );
    let second = format!(
        r#"{SHARED}
        Base *make(long kind) {{ switch (kind) {{ case 0: return new Base; case 1: return new Left;
            case 2: return new Right; default: return new Both; }} }}
        long other_next() {{ return Counter<long>::next(); }}
        long other_once() {{ return once(); }}
        long *other_shared() {{ return &shared_count; }}
        const std::type_info &other_type() {{ return typeid(Both); }}"#
    );
    for options in [&["-std=c++17", "-O0"][..], &["-std=c++17", "-O2", "-fPIC"]] {
        let roots = ["casts", "counts", "onces", "text"];
        each_compiler(
            options,
            &[&first, &second],
            &roots,
            |compiler, mut image| {
                let context = format!("{compiler} {options:?}");
                let casts = [0, 1, 2, 3].map(|kind| call(&image, "casts", kind));
                assert_eq!(casts, [-10, 210, -11, 3217], "{context}");
                assert_eq!(
                    call(&image, "counts", 0),
                    101 * 10000 + 102 * 10 + 1,
                    "{context}"
                );
                assert_eq!(call(&image, "onces", 0), 809, "{context}");
                assert_eq!(call(&image, "text", 100), 290, "{context}");
                // SAFETY: nothing uses the image.
                unsafe { image.finalize() };
            },
        );
    }
}

#[test]
fn exceptions_are_caught_in_another_object() {
    let first = format!(
        r#"{SHARED}
        static long unwound;
        struct Noted {{ ~Noted() {{ unwound++; }} }};
        extern "C" long caught(long kind) {{
            Noted first; unwound = 0;
            try {{
                try {{ Noted second; thrower(kind); }}
                catch (const Failure &failure) {{ if (failure.code == 5) throw; return failure.code * 10 + unwound; }}
                catch (const std::exception &error) {{ return -(long)std::string(error.what()).size(); }}
            }} catch (const std::runtime_error &again) {{ return 1000 + unwound; }}
            catch (int number) {{ return 2000 + number; }}
            catch (...) {{ return 3000 + unwound; }}
            return 0; }}"#
    );
    let second = format!(
        r#"{SHARED}
        long thrower(long kind) {{ std::string held(100, 'x'); std::vector<long> numbers;
            switch (kind) {{ case 0: return 0; case 1: throw Failure(4); case 2: throw Failure(5);
            case 3: throw 77; case 4: throw "text"; case 5: return numbers.at(9); default: return held.at(kind); }} }}"#
    );
    each_compiler(
        &["-std=c++17", "-O2"],
        &[&first, &second],
        &["caught"],
        |compiler, mut image| {
            let caught = [0, 1, 2, 3, 4].map(|kind| call(&image, "caught", kind));
            assert_eq!(caught, [0, 41, 1001, 2077, 3001], "{compiler}");
            assert!(call(&image, "caught", 5) < -10 && call(&image, "caught", 1000) < -10);
            // SAFETY: nothing uses the image.
            unsafe { image.finalize() };
        },
    );
}

/// Where static objects of loaded code write what they do, as decimal digits.
static LOG: [AtomicUsize; 2] = [const { AtomicUsize::new(0) }; 2];

extern "C" fn log(place: usize, digit: usize) {
    let add = |before: usize| Some(before * 10 + digit);
    LOG[place]
        .fetch_update(Ordering::AcqRel, Ordering::Acquire, add)
        .expect("it adds");
}

#[test]
fn static_objects_are_made_by_priority_and_unmade_at_the_end() {
    let text = r#"
        #include <cstdlib>
        #include <pthread.h>
        #include <string>
        extern "C" void log_digit(unsigned long place, unsigned long digit);
        static unsigned long place = PLACE;
        struct Noted { unsigned long n; Noted(unsigned long n) : n(n) { log_digit(place, n); }
            ~Noted() { log_digit(place, n + 5); } };
        Noted third(3);
        __attribute__((init_priority(200))) Noted first(1);
        __attribute__((init_priority(300))) Noted second(2);
        static std::string text = "a string that is too long to lie in its object";
        static void handler() { log_digit(place, 4); }
        static void quick() { log_digit(place, 0); }
        static void in_child() { log_digit(place, 0); }
        __attribute__((destructor)) static void very_end() { log_digit(place, 9); std::atexit(handler); }
        extern "C" long use(long n) { static Noted local(0);
            std::atexit(handler); std::at_quick_exit(quick); pthread_atfork(0, 0, in_child);
            return n + text.size(); }
    "#;
    for (place, compiler) in ["g++", "clang++"].into_iter().enumerate() {
        let text = text.replace("PLACE", &place.to_string());
        let Some(object) = compile::by(compiler, "c++", &["-O1", "-fPIC"], &text) else {
            continue;
        };
        let definitions = Definitions {
            symbols: [("log_digit".to_owned(), log as *const () as usize)].into(),
            ..Definitions::default()
        };
        let mut image = link(&[object], &["use"], Some(&definitions));
        let log = || LOG[place].load(Ordering::Acquire);
        assert_eq!(log(), 123, "{compiler}");
        assert_eq!(call(&image, "use", 2), 48);
        assert_eq!(log(), 1230);
        // SAFETY: nothing else runs in the image.
        unsafe { image.finalize() };
        // The handler, the local object, the others in reverse, the end, and what that registered.
        assert_eq!(log(), 12_304_587_694, "{compiler}");
        // SAFETY: as above.
        unsafe { image.finalize() };
        drop(image);
        // A child of this process calls nothing of it.
        // SAFETY: the child does nothing but end.
        let status = unsafe {
            let child = libc::fork();
            if child == 0 {
                libc::_exit(0);
            }
            let mut status = -1;
            libc::waitpid(child, &raw mut status, 0);
            status
        };
        assert_eq!(status, 0, "{compiler}");
        assert_eq!(
            log(),
            12_304_587_694,
            "{compiler}: nothing twice, and nothing at this process's exit"
        );
    }
}

#[test]
fn thread_local_objects_hold_their_image() {
    let text = r#"
        #include <string>
        struct Held { std::string text; ~Held() { text.clear(); } };
        thread_local Held held{std::string(40, 'h')};
        thread_local std::string plain(50, 'p');
        extern "C" long touch(long n) { held.text += char(n); plain += char(n);
            return held.text.size() * 1000 + plain.size(); }
    "#;
    each_compiler(
        &["-O1", "-fPIC"],
        &[text],
        &["touch"],
        |compiler, mut image| {
            let touch = &image;
            std::thread::scope(|scope| {
                let thread = scope.spawn(move || {
                    assert_eq!(call(touch, "touch", 65), 41_051, "{compiler}");
                    assert_eq!(call(touch, "touch", 65), 42_052, "{compiler}");
                    touch.pending_destructors()
                });
                assert_eq!(thread.join().expect("no panic"), 2, "{compiler}");
            });
            assert_eq!(image.pending_destructors(), 0, "{compiler}");
            // SAFETY: nothing else runs in the image.
            unsafe { image.finalize() };
        },
    );
}

#[test]
fn streams_threads_and_guards_work() {
    let text = r#"
        #include <atomic>
        #include <iomanip>
        #include <iostream>
        #include <mutex>
        #include <sstream>
        #include <thread>
        #include <vector>
        static std::atomic<long> made{0};
        struct Slow { long n; Slow() { std::this_thread::yield(); n = ++made; } };
        static Slow &only() { static Slow slow; return slow; }
        extern "C" long threads(long n) {
            std::vector<std::thread> all; std::atomic<long> sum{0}; std::mutex lock; long plain = 0;
            for (long i = 0; i < n; i++) all.emplace_back([&, i] {
                sum += only().n; std::lock_guard<std::mutex> held(lock); plain += i; });
            for (auto &t : all) t.join();
            return sum * 1000 + plain; }
        extern "C" long streams(long n) {
            std::ostringstream out; out << std::hex << n << ' ' << std::setprecision(3) << 3.14159 << ' ' << std::boolalpha << true;
            long back; std::istringstream(out.str()) >> std::hex >> back;
            std::cerr << std::flush;
            return back * 100 + out.str().size(); }
    "#;
    each_compiler(
        &["-std=c++17", "-O1"],
        &[text],
        &["threads", "streams"],
        |compiler, mut image| {
            assert_eq!(call(&image, "threads", 8), 8028, "{compiler}");
            assert_eq!(call(&image, "streams", 255), 25_512, "{compiler}");
            // SAFETY: the threads have ended; nothing uses the image.
            unsafe { image.finalize() };
        },
    );
}
