//! Several files as one crate, and a package of the registry by its name.

#[path = "support/alone.rs"]
mod alone;
mod support;

use jitney::{BuildError, Error, Event};
use support::jit;

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn files_without_a_root_are_modules_of_their_own_names() {
    let folder = folder(&[
        (
            "area.rs",
            "use crate::shapes::Square;\npub fn of(s: &Square) -> u32 { s.side * s.side + include!(\"inc/one.in\") }\npub static UNIT: u32 = 1;\n",
        ),
        (
            "more/shapes.rs",
            "#[derive(Debug)] pub struct Square { pub side: u32 }\nimpl Square { pub fn new(side: u32) -> Square { Square { side } } }\npub fn place() -> &'static str { concat!(file!(), \":\", line!()) }\n",
        ),
        ("inc/one.in", "1"),
    ]);
    let paths = ["area.rs", "more/shapes.rs"].map(|name| folder.path().join(name));
    let module = jit()
        .files(&paths)
        .load()
        .unwrap_or_else(|error| panic!("{error}"));
    let mut names: Vec<&str> = module
        .exports()
        .iter()
        .map(|export| export.name())
        .collect();
    names.sort_unstable();
    let expected = [
        "area::UNIT",
        "area::of",
        "shapes::Square",
        "shapes::Square::new",
        "shapes::place",
    ];
    assert_eq!(names, expected);
    assert_eq!(*module.global::<u32>("area::UNIT").unwrap(), 1);
    let place = module
        .function::<fn() -> &'static str>("shapes::place")
        .unwrap()();
    assert_eq!(place, format!("{}:3", paths[1].display()));

    std::fs::write(&paths[0], "pub fn of() -> u8 { crate::shapes::none() }").unwrap();
    let error = jit().files(&paths).load().unwrap_err().to_string();
    assert!(
        error.contains(&format!("{}:1:36", paths[0].display())),
        "{error}"
    );
}

#[test]
fn a_root_among_the_files_names_the_others_itself() {
    let folder = folder(&[
        (
            "lib.rs",
            "mod inner;\npub use inner::twice;\npub fn four() -> u32 { twice(2) }\n",
        ),
        ("inner.rs", "pub fn twice(x: u32) -> u32 { 2 * x }\n"),
    ]);
    let module = jit()
        .files(["inner.rs", "lib.rs"].map(|name| folder.path().join(name)))
        .load()
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(module.function::<fn() -> u32>("four").unwrap()(), 4);
    assert_eq!(module.function::<fn(u32) -> u32>("twice").unwrap()(4), 8);
}

#[test]
fn a_folder_is_a_module_with_its_manifests_version() {
    let folder = folder(&[
        (
            "Cargo.toml",
            "[package]\nname = \"two-words\"\nversion = \"0.3.1-rc.1\"\nedition = \"2021\"\n[workspace]\n",
        ),
        (
            "src/lib.rs",
            "pub fn add(a: i32, b: i32) -> i32 { a + b }\npub mod deep;\n",
        ),
        (
            "src/deep.rs",
            "pub static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(7);\n",
        ),
    ]);
    let loadable = jit()
        .folder(folder.path())
        .build()
        .unwrap_or_else(|error| panic!("{error}"));
    let package = loadable.package().unwrap();
    assert_eq!(
        (package.name.as_str(), package.version.as_str()),
        ("two-words", "0.3.1-rc.1")
    );
    // Each load has statics of its own.
    for _ in 0..2 {
        let module = loadable.load().unwrap();
        assert_eq!(
            module.function::<fn(i32, i32) -> i32>("add").unwrap()(5, 6),
            11
        );
        let count = module
            .global::<std::sync::atomic::AtomicU32>("deep::COUNT")
            .unwrap();
        assert_eq!(count.fetch_add(1, std::sync::atomic::Ordering::Relaxed), 7);
    }
    // A folder is a source for `file` and `files` too.
    assert!(jit().file(folder.path()).load().is_ok());
}

#[test]
fn a_packages_public_functions_are_found_through_modules_and_pub_use() {
    let module = jit()
        .package("memchr", "2")
        .load()
        .unwrap_or_else(|error| panic!("{error}"));
    let package = module.package().unwrap();
    assert!(
        package.name == "memchr" && package.version.starts_with("2."),
        "{package:?}"
    );
    type Find = fn(u8, &[u8]) -> Option<usize>;
    assert_eq!(
        module.function::<Find>("memchr").unwrap()(b'c', b"abcabc"),
        Some(2)
    );
    assert_eq!(
        module.function::<Find>("memrchr").unwrap()(b'c', b"abcabc"),
        Some(5)
    );
    type FindAll = fn(&[u8], &[u8]) -> Option<usize>;
    assert_eq!(
        module.function::<FindAll>("memmem::find").unwrap()(b"xabcabc", b"abc"),
        Some(1)
    );

    // The check value of CRC-32 (ISO-HDLC): https://reveng.sourceforge.io/crc-catalogue/all.htm
    let crc = jit()
        .package("crc32fast", "latest")
        .load()
        .unwrap_or_else(|error| panic!("{error}"));
    let hash = crc.function::<fn(&[u8]) -> u32>("hash").unwrap();
    assert_eq!(hash(b"123456789"), 0xcbf4_3926);
}

#[test]
fn a_generic_function_of_a_package_is_had_one_instance_at_a_time() {
    let source = || jit().package("hex", "0.4");
    let module = source()
        .export("encode", "fn(&[u8]) -> String")
        .export("decode", "fn(&str) -> Result<Vec<u8>, FromHexError>")
        .export("encode_upper", "fn(String) -> String")
        .load()
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        module.function::<fn(&[u8]) -> String>("encode").unwrap()(b"kiwi"),
        "6b697769"
    );
    assert_eq!(
        module
            .function::<fn(String) -> String>("encode_upper")
            .unwrap()("kiwi".into()),
        "6B697769"
    );
    // The compiler judges the type; an instance that there is not is listed with its word on it.
    let wrong = source().export("encode", "fn(u32) -> String").load();
    let Err(Error::NothingOffered { name, reasons }) = wrong else {
        panic!("{wrong:?}")
    };
    let about = |function: &str| {
        let of = reasons.iter().find(|(name, _)| name == function);
        of.map_or("", |(_, reason)| reason)
    };
    assert_eq!(name, "hex");
    assert!(about("encode").contains("AsRef"), "{reasons:?}");
    assert!(
        about("decode").contains("name one with .export"),
        "{reasons:?}"
    );
}

#[test]
fn a_package_that_is_not_there_or_not_usable_is_named() {
    let error = |name: &str, version: &str| jit().package(name, version).load().unwrap_err();
    let unknown = error("jitney-no-such-package", "1");
    assert!(
        matches!(unknown, Error::Build(BuildError::UnknownDependency { .. })),
        "{unknown}"
    );
    let version = error("hex", "999");
    assert!(
        matches!(version, Error::Build(BuildError::NoMatchingVersion { .. })),
        "{version}"
    );
    let macros = error("thiserror-impl", "2").to_string();
    assert!(macros.contains("procedural macro"), "{macros}");
    let malformed = error("he x", "1").to_string();
    assert!(malformed.contains("letters, digits"), "{malformed}");
    let requirement = error("hex", "one").to_string();
    assert!(requirement.contains("one"), "{requirement}");
}

#[test]
fn what_is_done_is_told_from_resolving_to_loaded() {
    let events = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let told = events.clone();
    jit()
        .package("memchr", "2")
        .on_progress(move |event| told.lock().unwrap().push(event.clone()))
        .load()
        .unwrap();
    let events = events.lock().unwrap();
    let [.., linking, loaded] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(
        *linking,
        Event::Linking {
            name: "memchr".to_owned()
        }
    );
    assert_eq!(
        *loaded,
        Event::Loaded {
            name: "memchr".to_owned(),
            version: 1
        }
    );
}

/// Such a file is known to rustc alone, which opens it where it is.
#[test]
fn types_of_a_module_that_a_macro_names_are_new_when_its_file_changes() {
    let text = "macro_rules! module { ($name:ident) => { pub mod $name; } }\nmodule!(inner);\n\
                pub fn id() -> (std::any::TypeId, usize) { (std::any::TypeId::of::<inner::S>(), size_of::<inner::S>()) }\n";
    let folder = folder(&[("lib.rs", text), ("inner.rs", "pub struct S(pub u8);\n")]);
    let id = || {
        let module = jit().file(folder.path().join("lib.rs")).load().unwrap();
        module
            .function::<fn() -> (std::any::TypeId, usize)>("id")
            .unwrap()()
    };
    let first = id();
    std::fs::write(folder.path().join("inner.rs"), "pub struct S(pub u64);\n").unwrap();
    let second = id();
    assert_eq!((first.1, second.1), (1, 8));
    assert_ne!(first.0, second.0);
}

#[test]
fn types_that_a_variable_sizes_are_new_when_it_changes() {
    let test = "types_that_a_variable_sizes_are_new_when_it_changes";
    alone::alone(
        test,
        |_, _| {},
        || {
            let text = "const LONG: bool = option_env!(\"JITNEY_TEST_LONG\").is_some();\n\
                        pub struct S(pub [u8; if LONG { 9 } else { 5 }]);\n\
                        pub fn id() -> (std::any::TypeId, usize) { (std::any::TypeId::of::<S>(), size_of::<S>()) }\n";
            let id = || {
                let module = jit().text(text).load().unwrap();
                module
                    .function::<fn() -> (std::any::TypeId, usize)>("id")
                    .unwrap()()
            };
            let first = id();
            assert_eq!(id(), first);
            // SAFETY: the process runs this test alone, and no other thread.
            unsafe { std::env::set_var("JITNEY_TEST_LONG", "1") };
            let second = id();
            assert_eq!((first.1, second.1), (5, 9));
            assert_ne!(first.0, second.0);
        },
    );
}

/// The text of the other crate says what their types are.
#[test]
fn functions_of_other_crates_that_a_package_offers_are_its_own() {
    let folder = folder(&[
        (
            "Cargo.toml",
            "[package]\nname = \"facade\"\nversion = \"1.0.0\"\nedition = \"2024\"\n[dependencies]\n\
             own-part = { path = \"part\" }\nhex = \"0.4\"\n[workspace]\nmembers = [\"part\"]\n",
        ),
        (
            "src/lib.rs",
            "pub use own_part::twice;\npub mod texts { pub use own_part::texts::*; pub fn both() -> u8 { 2 } fn mine() {} }\npub use own_part::{area, Side, id as same, hidden::deep as shallow};\n\
             pub use own_part as whole;\nuse own_part::private_here as _;\npub fn own() -> u8 { 1 }\n",
        ),
        (
            "part/Cargo.toml",
            "[package]\nname = \"own-part\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
        ),
        (
            "part/src/lib.rs",
            "pub mod texts;\npub mod hidden { pub fn deep(x: &[u8]) -> Option<&u8> { x.first() } }\n\
             /// Two times.\npub fn twice(x: u32) -> u32 { 2 * x }\npub struct Side(pub u8);\npub fn area(s: &Side) -> u8 { s.0 * s.0 }\n\
             pub fn id<T>(x: T) -> T { x }\npub fn private_here() {}\n",
        ),
        (
            "part/src/texts.rs",
            "pub fn loud(text: &str) -> String { text.to_uppercase() }\npub(crate) fn quiet() {}\npub fn both() {}\npub fn mine() {}\npub mod deeper { pub fn no() {} }\n",
        ),
    ]);
    let load = || jit().folder(folder.path());
    let module = load().load().unwrap_or_else(|error| panic!("{error}"));
    let listed: Vec<(&str, bool)> = module
        .exports()
        .iter()
        .map(|export| (export.name(), export.is_exported()))
        .collect();
    let mut names = listed.clone();
    names.sort_unstable();
    let expected = [
        ("area", false),
        ("own", true),
        ("same", false),
        ("shallow", true),
        ("texts::both", true),
        ("texts::loud", true),
        ("twice", true),
    ];
    assert_eq!(names, expected);
    let id = module
        .exports()
        .iter()
        .find(|export| export.name() == "same");
    let reason = id.and_then(|export| export.reason()).unwrap();
    assert!(reason.contains(r#".export("same""#), "{reason}");
    let twice = module
        .exports()
        .iter()
        .find(|export| export.name() == "twice")
        .unwrap();
    assert_eq!(twice.signature(), "pub fn twice(x: u32) -> u32");
    assert_eq!(twice.doc(), Some("Two times."));
    assert_eq!(module.function::<fn(u32) -> u32>("twice").unwrap()(4), 8);
    let loud = module
        .function::<fn(&str) -> String>("texts::loud")
        .unwrap();
    assert_eq!(loud("a"), "A");
    let shallow = module
        .function::<fn(&[u8]) -> Option<&u8>>("shallow")
        .unwrap();
    assert_eq!(shallow(&[7, 8]), Some(&7));
    assert_eq!(module.function::<fn() -> u8>("texts::both").unwrap()(), 2);
    let error = module.function::<fn()>("area").unwrap_err().to_string();
    assert!(error.contains("by `export`"), "{error}");

    let module = load().export("area", "fn(&Side) -> u8").load().unwrap();
    let area = module
        .exports()
        .iter()
        .find(|export| export.name() == "area")
        .unwrap();
    assert!(area.is_exported());
}
