//! A package after a change: its types stay the same while they can, so that rustc finds what it made before, and are others
//! as soon as one of them might differ.

mod support;

use std::any::TypeId;
use std::collections::HashMap;
use std::env;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jitney::{Event, Jit, Module};
use support::jit;

/// A type as a version of the package has it: its name, and its size in bytes.
type Type = (TypeId, usize, &'static str);

const MANIFEST: &str =
    "[package]\nname = \"edited\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n";

const ROOT: &str = r#"
use std::any::{TypeId, type_name};

mod shapes;

pub type Type = (TypeId, usize, &'static str);

fn note<T: 'static>(_: &T, out: &mut Vec<Type>) {
    out.push((TypeId::of::<T>(), size_of::<T>(), type_name::<T>()));
}

const fn length() -> usize {
    3
}

pub struct Counted([u8; length()]);

#[derive(Clone)]
pub struct Whole {
    field: u8,
}

fn returned() -> impl Iterator<Item = u8> + 'static {
    [1u8].into_iter()
}

async fn later() {
    let held = [0u8; 4];
    std::future::ready(()).await;
    drop(held);
}

async fn uses_returned() {
    let held = returned();
    std::future::ready(()).await;
    drop(held);
}

fn captures(out: &mut Vec<Type>) {
    let number = 1u64;
    let text = String::from("a");
    let closure = move || (number, 0u8, text.len()).0;
    note(&closure, out);
}

fn captures_nothing(out: &mut Vec<Type>) {
    let closure = |x: u32| x + 1;
    note(&closure, out);
}

fn line(out: &mut Vec<Type>) {
    let array = [0u8; line!() as usize];
    let closure = move || array.len();
    note(&closure, out);
}

fn included(out: &mut Vec<Type>) {
    let bytes = *include_bytes!("data.bin");
    let closure = move || bytes.len();
    note(&closure, out);
}

fn set(out: &mut Vec<Type>) {
    const LONG: bool = option_env!("JITNEY_TEST_LONG").is_some();
    let array = [0u8; if LONG { 9 } else { 5 }];
    let closure = move || array.len();
    note(&closure, out);
}

pub fn whole() -> TypeId {
    TypeId::of::<Whole>()
}

pub fn value() -> u32 {
    let ten = 10;
    ten + shapes::part()
}

pub fn types() -> Vec<Type> {
    let mut out = Vec::new();
    note(&Counted([0; length()]), &mut out);
    note(&Whole { field: 0 }, &mut out);
    note(&shapes::Square { side: 1 }, &mut out);
    note(&returned(), &mut out);
    note(&later(), &mut out);
    note(&uses_returned(), &mut out);
    captures(&mut out);
    captures_nothing(&mut out);
    line(&mut out);
    included(&mut out);
    set(&mut out);
    out
}
"#;

const SHAPES: &str = "pub struct Square { pub side: u8 }\npub fn part() -> u32 { 1 }\n";

/// A package on disk.
struct Package(tempfile::TempDir);

impl Package {
    fn new() -> Package {
        let package = Package(tempfile::tempdir().unwrap());
        fs::create_dir(package.path("src")).unwrap();
        package.write("Cargo.toml", MANIFEST);
        package.write("src/lib.rs", ROOT);
        package.write("src/shapes.rs", SHAPES);
        package.write("src/data.bin", "abc");
        package
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn load(&self) -> Module {
        let loaded = jit().folder(self.0.path()).load();
        loaded.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Where it is compiled again and again.
    fn kept(&self) -> PathBuf {
        let entries = fs::read_dir(self.path("target/debug/incremental")).unwrap();
        let mut paths = entries.map(|entry| entry.unwrap().path());
        let found = paths.next().expect("the package was compiled so");
        assert_eq!(paths.next(), None);
        found
    }

    /// How many identities rustc has results of.
    fn identities(&self) -> usize {
        let count = |name| fs::read_dir(self.kept().join(name)).map_or(0, Iterator::count);
        count("own") + count("contents")
    }

    fn has_copies(&self) -> bool {
        self.kept().join("files").exists()
    }
}

fn whole(module: &Module) -> TypeId {
    module.function::<fn() -> TypeId>("whole").unwrap()()
}

fn value(module: &Module) -> u32 {
    module.function::<fn() -> u32>("value").unwrap()()
}

#[test]
fn no_two_versions_disagree_on_a_type() {
    let package = Package::new();
    let mut modules = vec![package.load()];
    let (first, mut sizes) = (whole(&modules[0]), HashMap::new());
    let mut see = |module: &Module| {
        let types = module.function::<fn() -> Vec<Type>>("types").unwrap()();
        assert!(types.len() > 10);
        for (id, size, name) in types {
            let known = *sizes.entry(id).or_insert(size);
            assert_eq!(known, size, "{name} has two sizes and one TypeId");
        }
    };
    see(&modules[0]);
    // A change, whether it leaves all types what they are, and what `value` is then.
    for (file, from, to, same, expected) in [
        ("src/lib.rs", "let ten = 10", "let ten = 20", true, 21),
        ("src/lib.rs", "|x: u32| x + 1", "|x: u32| x + 2", true, 11),
        ("src/shapes.rs", "-> u32 { 1 }", "-> u32 { 2 }", true, 12),
        (
            "src/shapes.rs",
            "-> u32 { 1 }",
            "-> u32 {\n\n 3 }",
            true,
            13,
        ),
        ("src/shapes.rs", "side: u8", "side: u64", false, 11),
        ("src/lib.rs", "field: u8", "field: u32", false, 11),
        ("src/lib.rs", "    3\n", "    40\n", false, 11),
        (
            "src/lib.rs",
            "[1u8].into_iter()",
            "vec![1u8].into_iter()",
            false,
            11,
        ),
        ("src/lib.rs", "[0u8; 4]", "[0u8; 40]", false, 11),
        (
            "src/lib.rs",
            "(number, 0u8, text.len()).0",
            "number",
            false,
            11,
        ),
        // A line more in a body that makes no type, above the place that asks for its line.
        (
            "src/lib.rs",
            "|x: u32| x + 1",
            "|x: u32|\n x + 1",
            false,
            11,
        ),
        ("src/data.bin", "abc", "abcdefgh", false, 11),
    ] {
        let before = fs::read_to_string(package.path(file)).unwrap();
        assert!(before.contains(from), "{from}");
        package.write(file, &before.replace(from, to));
        let module = package.load();
        package.write(file, &before);
        assert_eq!(value(&module), expected, "{to}");
        assert_eq!(whole(&module) == first, same, "{to}");
        see(&module);
        modules.push(module);
    }
    let set = jit().folder(package.0.path()).env("JITNEY_TEST_LONG", "1");
    let set = set.load().unwrap();
    assert_ne!(whole(&set), first);
    see(&set);
    assert_eq!(whole(&package.load()), first);
}

#[test]
fn what_rustc_made_is_kept_and_the_copies_are_not() {
    let package = Package::new();
    package.write(
        "src/lib.rs",
        "pub struct S { pub a: u8 }\npub fn f() -> u8 { 1 }\n",
    );
    let mut identities = Vec::new();
    for (struct_, body) in [
        ("a: u8", "1"),
        ("a: u8", "2"),
        ("a: u16", "2"),
        ("a: u32", "2"),
        ("a: u64", "2"),
        ("a: u64", "3"),
        ("a: u128", "3"),
    ] {
        let text = format!("pub struct S {{ pub {struct_} }}\npub fn f() -> u8 {{ {body} }}\n");
        package.write("src/lib.rs", &text);
        let module = package.load();
        assert_eq!(
            module.function::<fn() -> u8>("f").unwrap()().to_string(),
            body
        );
        assert!(!package.has_copies());
        identities.push(package.identities());
    }
    assert_eq!(identities, [1, 1, 2, 3, 4, 4, 4]);

    package.write("src/lib.rs", "pub fn f() -> u8 { nothing }\n");
    let error = jit()
        .folder(package.0.path())
        .load()
        .unwrap_err()
        .to_string();
    let place = package.path("src/lib.rs:1:20");
    assert!(error.contains(&place.display().to_string()), "{error}");
    assert!(!package.has_copies());

    // A warning is told each time, whether rustc has looked at its place again or not.
    for number in [1, 2] {
        package.write(
            "src/lib.rs",
            &format!("fn unused() {{}}\npub fn f() -> u8 {{ {number} }}\n"),
        );
        let built = jit().folder(package.0.path()).build().unwrap();
        let warnings: Vec<String> = built.warnings().iter().map(ToString::to_string).collect();
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(
            warnings[0].contains("`unused` is never used"),
            "{warnings:?}"
        );
    }
}

/// The content of the package in a process of its own: what `test` does with it there.
fn elsewhere(test: &str, package: &Package, text: &str) {
    package.write("src/lib.rs", text);
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["--exact", test, "--nocapture"])
        .env(ELSEWHERE, package.0.path());
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}"
    );
}

/// Names the package's folder to the process that [`elsewhere`] starts.
const ELSEWHERE: &str = "JITNEY_TEST_ELSEWHERE";

/// Processes find what others left in the cache. The first content has the package's own identity in each: it must not
/// be taken from there for another one.
#[test]
fn the_first_of_a_process_is_the_only_one_with_the_packages_own_types() {
    let test = "the_first_of_a_process_is_the_only_one_with_the_packages_own_types";
    let text = |size: u32| {
        format!(
            "use std::any::TypeId;\npub struct S(pub [u8; {size}]);\n\
             pub fn of() -> (TypeId, usize) {{ (TypeId::of::<S>(), size_of::<S>()) }}\n"
        )
    };
    let of = |module: &Module| module.function::<fn() -> (TypeId, usize)>("of").unwrap()();
    let jit = |folder: &Path| Jit::new().unwrap().cache_folder(folder.join("cache"));
    let load = |folder: &Path| of(&jit(folder).folder(folder).load().unwrap());
    // A file that has just been written is not trusted, so the first builds are not kept.
    let keep = |folder: &Path| {
        let kept = Arc::new(AtomicBool::new(false));
        while !kept.load(Ordering::Relaxed) {
            let seen = kept.clone();
            let source = jit(folder).folder(folder).on_progress(move |event| {
                if matches!(event, Event::Cached { .. }) {
                    seen.store(true, Ordering::Relaxed);
                }
            });
            source.load().unwrap();
        }
    };
    if let Some(folder) = env::var_os(ELSEWHERE) {
        let folder = Path::new(&folder);
        let given = fs::read_to_string(folder.join("src/lib.rs")).unwrap();
        let first = load(folder);
        keep(folder);
        // What the other process built, whatever its size, and back.
        for size in [1, 2, 1, 2] {
            fs::write(folder.join("src/lib.rs"), text(size)).unwrap();
            let other = load(folder);
            assert_eq!(other.1, size as usize);
            assert_eq!(other.0 == first.0, other.1 == first.1);
        }
        fs::write(folder.join("src/lib.rs"), &given).unwrap();
        assert_eq!(load(folder), first);
        return;
    }
    let package = Package::new();
    for size in [1, 3, 5] {
        elsewhere(test, &package, &text(size));
        // One for each process's first, and at most three for others.
        assert!(package.identities() <= 4);
        assert_eq!(fs::read_dir(package.kept().join("own")).unwrap().count(), 1);
    }
}

#[test]
fn two_builds_at_once_do_not_meet() {
    let package = Package::new();
    package.load();
    let lock = File::open(package.kept().join("lock")).unwrap();
    lock.lock().unwrap();
    package.write("src/shapes.rs", &SHAPES.replace("{ 1 }", "{ 7 }"));
    assert_eq!(value(&package.load()), 17);
    lock.unlock().unwrap();
    std::thread::scope(|scope| {
        let loads: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| value(&package.load())))
            .collect();
        for load in loads {
            assert_eq!(load.join().unwrap(), 17);
        }
    });
    assert!(!package.has_copies());
}

#[test]
fn an_expression_is_evaluated_in_the_newest_version() {
    let package = Package::new();
    let run = |text: &str| {
        package.write("src/lib.rs", text);
        let built = jit()
            .folder(package.0.path())
            .build_expression("(f(), g(2))");
        let loaded = built
            .unwrap_or_else(|error| panic!("{error}"))
            .load()
            .unwrap();
        assert_eq!(loaded.exports().len(), 1);
        package.identities()
    };
    let text =
        |number: u8| format!("pub fn f() -> u8 {{ {number} }}\npub fn g(x: u8) -> u8 {{ x }}\n");
    assert_eq!((run(&text(1)), run(&text(2))), (1, 1));
}

#[test]
fn a_compiler_that_dies_of_what_it_made_before_is_called_without() {
    let package = Package::new();
    let rustc = package.path("rustc");
    let script =
        "#!/bin/sh\ncase $* in *incremental=*/jitney-*) exit 101;; esac\nexec rustc \"$@\"\n";
    fs::write(&rustc, script).unwrap();
    fs::set_permissions(&rustc, fs::Permissions::from_mode(0o755)).unwrap();
    let jit = Jit::with_toolchain(&rustc)
        .unwrap()
        .cache_folder(package.path("cache"));
    assert_eq!(value(&jit.folder(package.0.path()).load().unwrap()), 11);
    assert!(!package.has_copies());
    assert_eq!(package.identities(), 0);
}

#[test]
fn where_nothing_can_be_kept_it_is_compiled_without() {
    let package = Package::new();
    package.load();
    let kept = package.kept();
    fs::remove_dir_all(&kept).unwrap();
    // A file in the folder's place, as root may write everywhere.
    fs::write(&kept, "").unwrap();
    package.write("src/shapes.rs", &SHAPES.replace("{ 1 }", "{ 7 }"));
    assert_eq!(value(&package.load()), 17);
    assert!(Path::new(&kept).is_file());
}
