//! Bundles that do not fit the program, that are damaged, or that somebody made up: each is refused with what is wrong,
//! and nothing is left of it.

#[path = "support/alone.rs"]
mod alone;

use std::path::Path;

use alone::{Watched, alone};
use jitney::{BuildError, Error, Jit, LinkError, Status};
use jitney_build::{Bundle, SharedCrate};

/// It needs a function of the standard library, and none that panics, which would bring a hundred more.
const TEXT: &str =
    "pub fn half(n: u128) -> u128 { n / const { std::num::NonZeroU128::new(2).unwrap() } }
                    pub fn ratio(n: u128, m: std::num::NonZeroU128) -> u128 { n / m }
                    pub static SEVEN: u8 = 7;";

/// A bundle of the text, and the file that it is in.
fn bundle(jit: &Jit, path: &Path) -> Bundle {
    jit.text(TEXT)
        .opt_level(2)
        .rustc_flag("-Ccodegen-units=1")
        .bundle(path)
        .unwrap();
    Bundle::read(path).unwrap()
}

fn load(jit: &Jit, path: &Path) -> Result<(), Error> {
    let module = jit.bundle(path).load()?;
    // SAFETY: nothing of it has been used.
    unsafe { module.unload() }.unwrap();
    Ok(())
}

#[track_caller]
fn refused(jit: &Jit, path: &Path, parts: &[&str]) -> Error {
    let error = load(jit, path).unwrap_err();
    let words = error.to_string();
    for part in parts {
        assert!(words.contains(part), "`{part}` is not in: {words}");
    }
    error
}

#[test]
fn another_compiler_target_or_crate() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.jitney");
    let whole = bundle(&Jit::new().unwrap(), &path);
    let jit = Jit::without_compiler().unwrap();
    load(&jit, &path).unwrap();
    let shown = path.display().to_string();
    let mut other = whole.clone();
    other.identity.compiler = "rustc 1.94.0 (4a4ef493e 2026-03-02)".to_owned();
    other.identity.target = "aarch64-unknown-linux-gnu".to_owned();
    other.identity.shared = vec![SharedCrate {
        name: "api".to_owned(),
        proof: "1".to_owned(),
    }];
    other.write(&path).unwrap();
    let error = refused(
        &jit,
        &path,
        &[
            &shown,
            "made by rustc 1.94.0 (4a4ef493e 2026-03-02)",
            &format!("built by {}", whole.identity.compiler),
            "make it again",
            "for aarch64-unknown-linux-gnu",
            "the crate `api`",
        ],
    );
    assert!(
        matches!(error, Error::BundleUnfit { ref reasons, .. } if reasons.len() == 3),
        "{error}"
    );
    // The same compiler, but another build of its standard library: the hash in std's names is another one.
    let mut other = whole.clone();
    let name = b"9panicking11panic_count18GLOBAL_PANIC_COUNT";
    let at = other
        .parts
        .windows(name.len())
        .position(|part| part == name)
        .unwrap();
    let hash = &mut other.parts[at - 10];
    *hash = if *hash == b'a' { b'b' } else { b'a' };
    other.write(&path).unwrap();
    for jit in [&jit, &Jit::new().unwrap()] {
        let error = refused(
            jit,
            &path,
            &[
                &shown,
                "another build of the standard library",
                "rebuild this program",
            ],
        );
        assert!(matches!(error, Error::BundleUnfit { .. }), "{error}");
    }
}

#[test]
fn what_a_bundle_cannot_do_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.jitney");
    bundle(&Jit::new().unwrap(), &path);
    let jit = Jit::without_compiler().unwrap();
    type Change = fn(jitney::Source) -> jitney::Source;
    let options: [(&str, Change); 13] = [
        ("edition", |it| it.edition("2021")),
        ("dependency", |it| it.dependency("hex", "0.4")),
        ("dependency", |it| it.dependency_path("hex", "/nowhere")),
        ("host_crate", |it| it.host_crate("api")),
        ("features", |it| it.features(["a"])),
        ("opt_level", |it| it.opt_level(2)),
        ("debug_info", |it| it.debug_info(true)),
        ("rustc_flag", |it| it.rustc_flag("-O")),
        ("c_flag", |it| it.include_folder("/nowhere")),
        ("library", |it| it.library("m")),
        ("library_folder", |it| it.library_folder("/nowhere")),
        ("env", |it| it.env("KEY", "value")),
        ("export", |it| it.export("f", "fn()")),
    ];
    for (option, change) in options {
        let words = change(jit.bundle(&path)).load().unwrap_err().to_string();
        assert!(
            words.contains("is a bundle") && words.contains(&format!("`{option}`")),
            "{words}"
        );
    }
    let of_bundle = |error: Error, part: &str| {
        let words = error.to_string();
        assert!(
            matches!(error, Error::OfBundle { .. }) && words.contains(part),
            "{words}"
        );
    };
    of_bundle(
        jit.bundle(&path).build_expression("1").unwrap_err(),
        "a compiler",
    );
    of_bundle(jit.bundle(&path).explain("f").unwrap_err(), "a compiler");
    of_bundle(
        jit.bundle(&path).build_program().unwrap_err(),
        "`jitney call`",
    );
    of_bundle(
        jit.bundle(&path)
            .bundle(folder.path().join("y"))
            .unwrap_err(),
        "copy the file",
    );
    let program = folder.path().join("program.jitney");
    let source = Jit::new().unwrap().text("fn main() {}");
    source.bundle_program(&program).unwrap();
    of_bundle(jit.bundle(&program).load().unwrap_err(), "`jitney run`");
    // What cannot be put into one, or not there.
    let jit = Jit::new().unwrap();
    let names = || std::fs::read_dir(folder.path()).unwrap().count();
    let before = names();
    let y = folder.path().join("y.jitney");
    let words = jit
        .text(TEXT)
        .bundle(folder.path().join("nowhere/y"))
        .unwrap_err()
        .to_string();
    assert!(words.contains("nowhere/y"), "{words}");
    assert!(matches!(
        jit.text("fn x(").bundle(&y).unwrap_err(),
        Error::Build(BuildError::Compile { .. })
    ));
    let missing = jit
        .c("int missing(void); int f(void) { return missing(); }")
        .bundle(&y);
    assert!(matches!(
        missing.unwrap_err(),
        Error::Link(LinkError::Undefined(_))
    ));
    let no_main = jit
        .c("int f(void) { return 1; }")
        .bundle_program(&y)
        .unwrap_err();
    assert!(matches!(no_main, Error::NoForeignMain { .. }), "{no_main}");
    assert_eq!(names(), before);
}

#[test]
fn files_that_are_damaged_or_made_up() {
    alone(
        "files_that_are_damaged_or_made_up",
        |_, _| {},
        || {
            let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
            let path = folder.path().join("x.jitney");
            let jit = Jit::without_compiler().unwrap();
            let whole = bundle(&Jit::new().unwrap(), &path);
            load(&jit, &path).unwrap();
            let watched = Watched::new();
            let shown = path.display().to_string();

            // Cut off, and changed. Each byte of the beginning, and some of the rest: all lie behind one checksum.
            let bytes = std::fs::read(&path).unwrap();
            let places = || (0..400).chain((400..bytes.len()).step_by(bytes.len() / 200));
            for at in places() {
                std::fs::write(&path, &bytes[..at]).unwrap();
                let error = refused(&jit, &path, &[&shown, "make it again"]);
                assert!(
                    matches!(error, Error::Build(BuildError::Bundle { .. })),
                    "{error}"
                );
                let mut changed = bytes.clone();
                changed[at] ^= 1 << (at % 8);
                std::fs::write(&path, &changed).unwrap();
                refused(&jit, &path, &[&shown, "make it again"]);
            }
            std::fs::remove_file(&path).unwrap();
            refused(&jit, &path, &[&shown, "No such file"]);
            refused(&jit, folder.path(), &["no regular file"]);
            watched.goes_on("files that are cut off or changed");

            // The checksum is right, and what it is of is not.
            let changed = |change: &dyn Fn(&mut Bundle)| {
                let mut other = whole.clone();
                change(&mut other);
                other.write(&path).unwrap();
            };
            changed(&|it| it.object_names.clear());
            refused(&jit, &path, &[&shown, "1 objects and names for 0"]);
            changed(&|it| it.built.objects[0][18] = 183);
            refused(&jit, &path, &["aarch64", "objects for x86_64"]);
            changed(&|it| it.built.objects[0].truncate(100));
            refused(&jit, &path, &["text.o", "damaged"]);
            changed(&|it| it.built.objects[0].clear());
            refused(&jit, &path, &["text.o", "no relocatable object"]);
            changed(&|it| {
                it.built
                    .shared_libraries
                    .push("/nowhere/libx.so".to_owned())
            });
            refused(&jit, &path, &["/nowhere/libx.so"]);
            // Exports that are not there, or are something else.
            let marker = |marker: &str| Status::Exported {
                marker: marker.to_owned(),
            };
            changed(&|it| it.built.exports[0].status = marker("__JITNEY_EXPORT_99__"));
            refused(&jit, &path, &[&shown, "do not have the export `half`"]);
            changed(&|it| it.built.exports[2].status = Status::Foreign { size: 1 });
            refused(&jit, &path, &["do not have the export `SEVEN`"]);
            // A function, and a variable of another size, where an entry should be.
            for text in [
                "void __JITNEY_EXPORT_0__(void) {}",
                "int __JITNEY_EXPORT_0__;",
            ] {
                let c = watched.jit.c(text);
                c.bundle(&path).unwrap();
                let mut c = Bundle::read(&path).unwrap();
                c.built.exports = whole.built.exports[..1].to_vec();
                c.built.exports[0].status = marker("__JITNEY_EXPORT_0__");
                c.write(&path).unwrap();
                refused(&jit, &path, &[&shown, "do not have the export `half`"]);
            }
            // Parts that are cut off, or are anything.
            for len in (0..200).chain((200..whole.parts.len()).step_by(whole.parts.len() / 200)) {
                changed(&|it| it.parts.truncate(len));
                refused(&jit, &path, &[&shown]);
            }
            let (mut loaded, mut failed) = (0, 0);
            let mut random = 0x9e37_79b9_7f4a_7c15_u64;
            for _ in 0..1000 {
                random = random
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                let at = (random >> 32) as usize % whole.parts.len();
                changed(&|it| it.parts[at] ^= 1 << (random >> 24 & 7));
                // No code of it runs.
                match load(&jit, &path) {
                    Ok(()) => loaded += 1,
                    Err(error) => {
                        assert!(!error.to_string().is_empty());
                        failed += 1;
                    }
                }
            }
            assert!(loaded + failed == 1000 && loaded > 0 && failed > 0);
            watched.goes_on("bundles that were made up");
        },
    );
}
