//! Whatever cargo makes of a program, loaded code shares its standard library: the same program,
//! with a part of it linked in while it runs, reports what an ordinary build of the whole reports.
//!
//! The program is in `fixtures/host`: containers, threads, thread-locals with destructors, the
//! standard output's order, environment, arguments, allocator, and panics across the border in both
//! directions.

mod support;

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use support::compile::library_folder;
use support::hosts::{
    Kind, arguments, arguments_alone, build, folder, has, native, object, report, run, text, truth,
};

#[track_caller]
fn check(kind: Kind<'_>) {
    let host = build(kind);
    for arguments in [arguments("all"), arguments_alone("all")] {
        let report = report(Command::new(&host).args(arguments));
        assert_eq!(report, Ok(truth("all")), "{} {arguments:?}", kind.name);
    }
}

/// The host that an ordinary `cargo build` makes.
fn plain() -> &'static Path {
    static PLAIN: OnceLock<PathBuf> = OnceLock::new();
    PLAIN.get_or_init(|| {
        build(Kind {
            name: "debug",
            profile: "dev",
            ..Kind::default()
        })
    })
}

#[test]
fn every_profile_makes_a_host() {
    for arguments in [arguments("all"), arguments_alone("all")] {
        let report = report(Command::new(plain()).args(arguments));
        assert_eq!(report, Ok(truth("all")));
    }
    for (name, profile, features) in [
        ("release", "release", ""),
        ("small", "small", "allocator"),
        ("smaller", "smaller", ""),
    ] {
        check(Kind {
            name,
            profile,
            features,
            ..Kind::default()
        });
    }
}

#[test]
fn hosts_with_link_time_optimization_share_their_variables() {
    for (name, profile, features) in [("thin", "thin", "allocator"), ("fat", "fat", "")] {
        check(Kind {
            name,
            profile,
            features,
            ..Kind::default()
        });
    }
}

#[test]
fn in_hosts_whose_panics_abort_loaded_panics_do_too() {
    for profile in ["aborting", "smallest"] {
        let host = build(Kind {
            name: profile,
            profile,
            ..Kind::default()
        });
        for arguments in [
            arguments("all but panics"),
            arguments_alone("all but panics"),
        ] {
            let shared = report(Command::new(&host).args(arguments));
            assert_eq!(shared, Ok(truth("all but panics")), "{profile}");
        }
        let output = Command::new(&host).args(arguments("panic")).output();
        let output = output.expect("the host starts");
        let message = text(&output.stderr);
        assert_eq!(
            output.status.signal(),
            Some(libc::SIGABRT),
            "{profile}: {message}"
        );
        assert!(
            message.contains("inside true") || message.contains("inside false"),
            "{message}"
        );
    }
}

#[test]
fn however_it_is_linked_a_program_is_a_host() {
    for (name, flags) in [
        ("no-pie", &["-Crelocation-model=static"][..]),
        ("static", &["-Ctarget-feature=+crt-static"]),
        ("packed", &["-Cdebuginfo=1", "-Csplit-debuginfo=packed"]),
        ("unpacked", &["-Cdebuginfo=1", "-Csplit-debuginfo=unpacked"]),
    ] {
        check(Kind {
            name,
            profile: "dev",
            flags,
            ..Kind::default()
        });
    }
}

#[test]
fn a_program_may_be_started_through_the_loader() {
    const LOADER: &str = "/lib64/ld-linux-x86-64.so.2";
    let report = report(Command::new(LOADER).arg(plain()).args(arguments("all")));
    assert_eq!(report, Ok(truth("all")));
}

#[test]
fn a_program_of_many_symbols_is_a_host() {
    if !has("cc") {
        return;
    }
    let mut assembly = String::from(".text\n");
    for number in 0..60_000 {
        let name = format!("_ZN5other17function_{number:08}17h{number:016x}E");
        assembly += &format!(".type {name},@function\n{name}: ret\n.size {name}, . - {name}\n");
    }
    let (source, object) = (folder().join("many.s"), folder().join("many.o"));
    std::fs::write(&source, assembly).expect("the text is written");
    run(Command::new("cc")
        .arg("-c")
        .arg(source)
        .arg("-o")
        .arg(&object));
    let object = format!("-Clink-arg={}", object.display());
    check(Kind {
        name: "many",
        profile: "dev",
        flags: &[&object, "-Clink-dead-code"],
        ..Kind::default()
    });
}

#[test]
fn a_test_program_is_a_host_and_captures_what_loaded_code_prints() {
    let test = build(Kind {
        name: "test",
        profile: "test",
        ..Kind::default()
    });
    let run = |options: &[&str]| {
        let [library, object, what] = arguments("all but arguments");
        let mut command = Command::new(&test);
        command
            .args(options)
            .env("LIBRARY", library)
            .env("OBJECT", object)
            .env("WHAT", what);
        report(&mut command)
    };
    assert_eq!(run(&["--nocapture"]), Ok(truth("all but arguments")));
    assert_eq!(run(&[]), Ok(String::new()));
}

/// A program in C that opens the shared library named first and calls it. A file named last takes
/// the library's place in between.
const LOADER: &str = r#"
#include <dlfcn.h>
#include <stdio.h>

int main(int argc, char **argv) {
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (!library || (argc > 5 && rename(argv[5], argv[1]))) {
        fprintf(stderr, "%s\n", library ? argv[5] : dlerror());
        return 4;
    }
    int (*run)(const char *, const char *, const char *) = dlsym(library, "run_probe");
    return run(argv[2], argv[3], argv[4]);
}
"#;

#[test]
fn a_shared_library_is_a_host() {
    if !has("cc") {
        return;
    }
    let loader = folder().join("loader");
    std::fs::write(folder().join("loader.c"), LOADER).expect("the text is written");
    run(Command::new("cc")
        .arg(folder().join("loader.c"))
        .arg("-o")
        .arg(&loader));
    for (name, profile) in [("libdebug.so", "dev"), ("libfat.so", "fat")] {
        let library = build(Kind {
            name,
            profile,
            what: &["--lib"],
            ..Kind::default()
        });
        let start = || {
            let mut command = Command::new(&loader);
            command.arg(&library).args(arguments("all"));
            command
        };
        assert_eq!(report(&mut start()), Ok(truth("all")), "{name}");
        // The same file again, at another inode.
        let (copy, other) = (folder().join("copy.so"), folder().join("other.so"));
        std::fs::copy(&library, &copy).expect("the library is copied");
        assert_eq!(report(start().arg(&copy)), Ok(truth("all")), "{name}");
        std::fs::copy(object(), &other).expect("the object is copied");
        let refused = report(start().arg(&other)).expect_err("another file is in its place");
        assert!(
            refused.contains(name) && refused.contains("start it again"),
            "{refused}"
        );
    }
}

#[test]
fn a_program_whose_standard_library_is_elsewhere_is_refused() {
    let host = build(Kind {
        name: "dynamic",
        profile: "dev",
        flags: &["-Cprefer-dynamic"],
        ..Kind::default()
    });
    let mut host = Command::new(host);
    host.env("LD_LIBRARY_PATH", library_folder())
        .args(arguments("all"));
    let refused = report(&mut host).expect_err("loaded code would have another one");
    assert!(refused.contains("-C prefer-dynamic"), "{refused}");
}

#[test]
fn a_stripped_program_needs_a_file_with_its_symbols() {
    let stripped = build(Kind {
        name: "stripped",
        profile: "dev",
        flags: &["-Cstrip=symbols"],
        ..Kind::default()
    });
    let start = || {
        let mut command = Command::new(&stripped);
        command.args(arguments("all"));
        command
    };
    let refused = report(&mut start()).expect_err("it has no symbols");
    for advice in ["strip = \"debuginfo\"", "jitney symbols"] {
        assert!(refused.contains(advice), "{refused}");
    }

    let file = folder().join("kept");
    let symbols = jitney_link::symbol_file(plain()).expect("it has its symbols");
    std::fs::write(&file, &symbols).expect("the symbols are written");
    assert_eq!(
        report(start().env("JITNEY_SYMBOLS", &file)),
        Ok(truth("all"))
    );
    assert_eq!(
        report(start().env("NAMED_SYMBOLS", &file)),
        Ok(truth("all"))
    );
    let mut alone = Command::new(&stripped);
    alone
        .args(arguments_alone("all"))
        .env("NAMED_SYMBOLS", &file);
    assert_eq!(report(&mut alone), Ok(truth("all")));
    let beside = folder().join("stripped.symbols");
    std::fs::copy(&file, &beside).expect("the symbols are copied");
    assert_eq!(report(&mut start()), Ok(truth("all")));
    std::fs::remove_file(&beside).expect("it was there");

    // Symbols of another build, none at all, no symbols, and a file that is cut off.
    let wrong = jitney_link::symbol_file(native()).expect("it has its symbols");
    std::fs::write(&file, wrong).expect("the symbols are written");
    let refused = report(start().env("JITNEY_SYMBOLS", &file)).expect_err("another program's");
    assert!(refused.contains("of another build"), "{refused}");
    let refused = report(start().env("JITNEY_SYMBOLS", "/nowhere")).expect_err("no such file");
    assert!(refused.contains("/nowhere"), "{refused}");
    let refused = report(start().env("JITNEY_SYMBOLS", &stripped)).expect_err("it has none");
    assert!(refused.contains("it was stripped itself"), "{refused}");
    std::fs::write(&file, &symbols[..symbols.len() / 2]).expect("the symbols are written");
    report(start().env("JITNEY_SYMBOLS", &file)).expect_err("half of the file is not there");
    jitney_link::symbol_file(&stripped).expect_err("there are no symbols to keep");
    jitney_link::symbol_file(object()).expect_err("it is no program");
}

#[test]
fn files_with_debug_information_hold_the_symbols_too() {
    if !has("objcopy") {
        return;
    }
    let whole = plain();
    let (host, debug) = (folder().join("linked"), folder().join("linked.debug"));
    run(Command::new("objcopy")
        .arg("--only-keep-debug")
        .arg(whole)
        .arg(&debug));
    let link = format!("--add-gnu-debuglink={}", debug.display());
    run(Command::new("objcopy")
        .args(["--strip-all", &link])
        .arg(whole)
        .arg(&host));
    assert_eq!(
        report(Command::new(&host).args(arguments("all"))),
        Ok(truth("all"))
    );
}
