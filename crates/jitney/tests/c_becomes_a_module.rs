//! C texts, objects and archives become modules, whose symbols are looked up by name with a type that the caller vouches for.

mod support;

use std::ffi::{CStr, c_char, c_int};
use std::path::{Path, PathBuf};
use std::process::Command;

use jitney::{Error, ExportKind, Jit, Status};
use support::jit;

type Binary = extern "C" fn(c_int, c_int) -> c_int;

/// Compiles C to an object by `cc` itself.
fn object(folder: &Path, name: &str, text: &str) -> PathBuf {
    let (source, object) = (
        folder.join(name).with_extension("c"),
        folder.join(name).with_extension("o"),
    );
    std::fs::write(&source, text).unwrap();
    let mut cc = Command::new("cc");
    run(cc.args(["-c", "-O2"]).arg(&source).arg("-o").arg(&object));
    object
}

fn archive(folder: &Path, name: &str, objects: &[PathBuf]) -> PathBuf {
    let archive = folder.join(name);
    run(Command::new("ar").arg("rcs").arg(&archive).args(objects));
    archive
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {output:?}");
}

#[test]
fn a_text_in_c_is_called_and_its_variables_are_shared() {
    let module = jit()
        .c("#include <math.h>\n\
            int calls; struct point { double x, y; } origin = {3, 4};\n\
            static int helper(int a) { return a; }\n\
            int add(int a, int b) { calls++; return helper(a) + b; }\n\
            double distance(void) { return hypot(origin.x, origin.y); }\n\
            const char *name(void) { return \"in C\"; }\n")
        .load()
        .unwrap();
    #[repr(C)]
    struct Point {
        x: f64,
        y: f64,
    }
    // SAFETY: these are the types that the text above declares.
    unsafe {
        let add = module.foreign_function::<Binary>("add").unwrap();
        assert_eq!((add(5, 6), add(1, 2)), (11, 3));
        let calls = module.foreign_global::<c_int>("calls").unwrap();
        assert_eq!(*calls, 2);
        let distance = module
            .foreign_function::<extern "C" fn() -> f64>("distance")
            .unwrap();
        assert_eq!(distance(), 5.0);
        module
            .foreign_global::<Point>("origin")
            .unwrap()
            .write(Point { x: 6.0, y: 8.0 });
        assert_eq!(distance(), 10.0);
        let name = module
            .foreign_function::<extern "C" fn() -> *const c_char>("name")
            .unwrap();
        assert_eq!(CStr::from_ptr(name()), c"in C");
    }
    let listed: Vec<(&str, ExportKind)> = module
        .exports()
        .iter()
        .map(|export| (export.name(), export.kind()))
        .collect();
    for expected in [("add", ExportKind::Function), ("calls", ExportKind::Global)] {
        assert!(listed.contains(&expected), "{listed:?}");
    }
    assert!(!listed.iter().any(|(name, _)| *name == "helper"));
    let Status::Foreign { size } = module
        .exports()
        .iter()
        .find(|export| export.name() == "origin")
        .unwrap()
        .status
    else {
        panic!("not foreign");
    };
    assert_eq!(size, 16);
}

#[test]
fn a_wrong_lookup_says_what_is_right() {
    let module = jit()
        .c("int counter; __thread int own; void increment(void) { counter++; own++; }")
        .name("counting")
        .load()
        .unwrap();
    let say = |error: Error| error.to_string();
    // SAFETY: nothing is called or read: the lookups fail.
    unsafe {
        let missing = say(module
            .foreign_function::<extern "C" fn()>("incremnt")
            .unwrap_err());
        assert_eq!(
            missing,
            "module `counting` has no function `incremnt`; did you mean `increment`?"
        );
        let kind = say(module.foreign_global::<c_int>("increment").unwrap_err());
        assert!(kind.contains("that is a function"), "{kind}");
        let kind = say(module
            .foreign_function::<extern "C" fn()>("counter")
            .unwrap_err());
        assert!(kind.contains("that is a global"), "{kind}");
        let large = say(module.foreign_global::<[u64; 4]>("counter").unwrap_err());
        assert!(
            large.contains("has 4 bytes") && large.contains("has 32"),
            "{large}"
        );
        let of_thread = say(module.foreign_global::<c_int>("own").unwrap_err());
        assert!(of_thread.contains("each thread has its own"), "{of_thread}");
    }
    let checked = say(module.function::<fn()>("increment").unwrap_err());
    assert!(
        checked.contains("use the unsafe `foreign_function`"),
        "{checked}"
    );
}

#[test]
fn objects_and_archives_become_modules() {
    let folder = tempfile::tempdir().unwrap();
    let base = object(folder.path(), "base", "int base(int x) { return x + 100; }");
    let other = object(
        folder.path(),
        "other",
        "int base(int); int other(int x) { return base(x) * 2; }",
    );
    let helper = object(
        folder.path(),
        "helper",
        "static int base(void) { return -1; } int helper(void) { return base(); }",
    );
    type Unary = extern "C" fn(c_int) -> c_int;
    let jit = jit();

    let module = jit.object(&base).load().unwrap();
    // SAFETY: the type is the one that the object was compiled with; here and below.
    let of_object = unsafe { module.foreign_function::<Unary>("base") }.unwrap();
    assert_eq!(of_object(1), 101);

    let archive = archive(folder.path(), "liball.a", &[helper, base, other]);
    let module = jit.archive(&archive).load().unwrap();
    let names: Vec<&str> = module
        .exports()
        .iter()
        .map(|export| export.name())
        .collect();
    assert_eq!(names, ["helper", "base", "other"]);
    // SAFETY: as above.
    unsafe {
        assert_eq!(module.foreign_function::<Unary>("other").unwrap()(1), 202);
        // The static function of the same name, in another object, is not meant.
        assert_eq!(module.foreign_function::<Unary>("base").unwrap()(1), 101);
        assert_eq!(
            module
                .foreign_function::<extern "C" fn() -> c_int>("helper")
                .unwrap()(),
            -1
        );
    }
    let thin = folder.path().join("libthin.a");
    run(Command::new("ar")
        .arg("rcsT")
        .arg(&thin)
        .arg(folder.path().join("base.o")));
    let module = jit.archive(&thin).load().unwrap();
    // SAFETY: as above.
    let base = unsafe { module.foreign_function::<Unary>("base") }.unwrap();
    assert_eq!(base(2), 102);

    // By a name, from a folder.
    let module = jit
        .c("int other(int); int through(int x) { return other(x) + 1; }")
        .library_folder(folder.path())
        .library("all")
        .load()
        .unwrap();
    // SAFETY: as above.
    let through = unsafe { module.foreign_function::<Unary>("through") }.unwrap();
    assert_eq!(through(1), 203);
}

#[test]
fn c_beside_rust_is_one_module() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("mixed.h"),
        "#define OFFSET 1000\nint from_rust(int);\n",
    )
    .unwrap();
    std::fs::write(
        folder.path().join("part.c"),
        "#include <mixed.h>\nint in_c(int x) { return from_rust(x) + OFFSET * TIMES; }\n",
    )
    .unwrap();
    std::fs::write(
        folder.path().join("root.rs"),
        "unsafe extern \"C\" { safe fn in_c(x: i32) -> i32; }\n\
         #[unsafe(no_mangle)] extern \"C\" fn from_rust(x: i32) -> i32 { x * 2 }\n\
         pub fn both(x: i32) -> i32 { in_c(x) + 1 }\n",
    )
    .unwrap();
    let source = jit()
        .files([folder.path().join("root.rs"), folder.path().join("part.c")])
        .include_folder(folder.path())
        .c_flag("-DTIMES=2");
    let module = source.clone().load().unwrap();
    let both = module.function::<fn(i32) -> i32>("both").unwrap();
    assert_eq!(both(5), 2011);
    // SAFETY: the type is the C function's.
    let in_c = unsafe { module.foreign_function::<extern "C" fn(c_int) -> c_int>("in_c") }.unwrap();
    assert_eq!(in_c(5), 2010);
    // SAFETY: nothing is called: the lookup fails.
    let error = unsafe { module.foreign_function::<extern "C" fn()>("both") }.unwrap_err();
    assert!(error.to_string().contains("it is Rust"), "{error}");
    assert!(source.build_expression("in_c(1)").is_ok());
}

#[test]
fn what_c_registers_for_the_end_runs_at_unload() {
    // The second handler's thread-local object has to outlive the first attempt.
    let text = r#"
        #include <stdlib.h>
        int __cxa_thread_atexit_impl(void (*)(void *), void *, void *); extern char __dso_handle;
        static int *place; static int object;
        static void count(void) { *place += 1; }
        static void unmake(void *thing) { *(int *)thing = 0; *place += 100; }
        static void make(void) { *place += 10; __cxa_thread_atexit_impl(unmake, &object, &__dso_handle); }
        int begin(int *where, int makes) { place = where; return atexit(count) || (makes && atexit(make)); }
    "#;
    for makes in [0, 1] {
        let mut place = 0;
        let at = &raw mut place as usize;
        std::thread::spawn(move || {
            let module = jit().c(text).load().unwrap();
            // SAFETY: that is its type in C.
            let begin = unsafe {
                module.foreign_function::<extern "C" fn(*mut c_int, c_int) -> c_int>("begin")
            };
            assert_eq!(begin.unwrap()(at as *mut c_int, makes), 0);
            // SAFETY: nothing of the module is in use.
            match unsafe { module.unload() } {
                Ok(_) => assert_eq!(makes, 0),
                Err(error) => {
                    assert_eq!(makes, 1);
                    assert!(matches!(
                        error.lingerers(),
                        [jitney::Lingerer::ThreadLocalDestructors { count: 1 }]
                    ));
                }
            }
        })
        .join()
        .unwrap();
        assert_eq!(place, [1, 111][makes as usize]);
    }
}

#[test]
fn constructors_run_at_load_and_destructors_at_unload() {
    let jit = jit();
    let loadable = jit
        .c("int state; int *report;\n\
            __attribute__((constructor)) static void begin(void) { state = 7; }\n\
            __attribute__((destructor)) static void end(void) { if (report) *report = state + 1; }\n")
        .build()
        .unwrap();
    let (first, second) = (loadable.load().unwrap(), loadable.load().unwrap());
    let mut reported = 0;
    // SAFETY: the types are the text's; `reported` outlives the module, of which nothing is used afterwards.
    unsafe {
        *second.foreign_global::<c_int>("state").unwrap() = 20;
        assert_eq!(*first.foreign_global::<c_int>("state").unwrap(), 7);
        *second.foreign_global::<*mut c_int>("report").unwrap() = &raw mut reported;
        assert!(second.unload().unwrap().bytes > 0);
    }
    assert_eq!(reported, 21);
}

#[test]
fn what_is_wrong_with_c_is_told_by_its_compiler() {
    let jit = jit();
    let error = jit
        .c("int f(void) {\n    return undeclared;\n}\n")
        .name("rules")
        .load()
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("rules.c:2:12: error:") && text.contains("undeclared"),
        "{text}"
    );
    assert!(text.contains("    2 |     return undeclared;"), "{text}");
    let jitney::Error::Build(jitney::BuildError::Compile { diagnostics }) = error else {
        panic!("{error:?}");
    };
    let span = &diagnostics[0].spans[0];
    assert_eq!(
        (span.file.as_str(), span.line, span.column),
        ("rules.c", 2, 12)
    );

    let error = jit.c("int missing_one(void); int missing_two(void); int f(void) { return missing_one() + missing_two(); }").load();
    let text = error.unwrap_err().to_string();
    for part in ["missing_one", "missing_two", "`f`"] {
        assert!(text.contains(part), "{text}");
    }
    let text = jit
        .c("int f(void);")
        .library("no_such_thing")
        .load()
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("the library `no_such_thing` was not found"),
        "{text}"
    );
    let text = jit
        .c("int x;")
        .build_expression("1")
        .unwrap_err()
        .to_string();
    assert!(text.contains("is not Rust"), "{text}");
    let two = jit.files(["a/lib.rs", "b/lib.rs"]).load().unwrap_err();
    let text = two.to_string();
    assert!(
        text.contains("`a/lib.rs` and `b/lib.rs` are both a crate's root"),
        "{text}"
    );
    let text = jit
        .c("int f(void) { return 1; }")
        .build_program()
        .unwrap_err()
        .to_string();
    assert!(text.contains("no `main`"), "{text}");
}

#[test]
fn bad_files_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let jit: Jit = jit();
    let say = |path: PathBuf| (path.clone(), jit.file(path).load().unwrap_err().to_string());
    let cases = [
        (
            say(file("text.o", b"int x;")),
            "taken for a relocatable object",
        ),
        (
            say(file("text.a", b"not an archive")),
            "taken for an archive",
        ),
        (say(file("short.o", b"\x7fELF")), "short.o"),
        (say(file("cut.a", b"!<arch>\nnonsense")), "cut.a"),
        (say(folder.path().join("none.c")), "there is no such file"),
        (say(folder.path().to_owned()), "it is a folder"),
    ];
    for ((path, text), part) in cases {
        assert!(text.contains(part), "{}: {text}", path.display());
        assert!(text.contains(&path.display().to_string()), "{text}");
    }
}
