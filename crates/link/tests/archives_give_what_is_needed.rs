//! Archives beside a module's objects: a member becomes part of the module when it is needed.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use jitney_link::{Bytes, Error, Image, Input, Library};
use support::{compile, function, linker};

/// Writes objects of C texts into a folder and puts them into an archive with `ar`'s letters.
fn archive(folder: &Path, name: &str, letters: &str, members: &[(&str, &str)]) -> Option<PathBuf> {
    let path = folder.join(name);
    let mut command = Command::new("ar");
    command.arg(letters).arg(&path).current_dir(folder);
    for (member, text) in members {
        std::fs::write(folder.join(member), compile::c(&["-O1", "-fPIC"], text)?)
            .expect("the folder takes files");
        command.arg(member);
    }
    assert!(command.status().expect("ar runs").success());
    Some(path)
}

fn link(text: &str, archives: &[PathBuf], whole: bool, roots: &[&str]) -> Result<Image, Error> {
    let objects = match text {
        "" => Vec::new(),
        text => {
            let object = compile::c(&["-O1", "-fPIC"], text).expect("there is a C compiler");
            vec![("main.o".to_owned(), Bytes::from(object))]
        }
    };
    let archives = Library::archives(archives)?;
    let input = Input {
        objects,
        archives: Some(&archives),
        whole_archives: whole,
        ..Input::default()
    };
    // SAFETY: the objects are what a C compiler made of the texts beside.
    unsafe {
        linker().link(input, &|name| {
            roots.iter().any(|root| root.as_bytes() == name)
        })
    }
}

const MAIN: &str = "int even(int); int root(int n) { return even(n); }";
const EVEN: &str = "int odd(int); int even(int n) { return n == 0 ? 1 : odd(n - 1); }";
const ODD: &str = "int even(int); int odd(int n) { return n == 0 ? 0 : even(n - 1); }";
/// Would be an error if it were taken.
const UNNEEDED: &str = "int even(int n) { return 7; } int nobody(void) { return 0; }";

#[test]
fn members_are_found_in_any_order_with_and_without_an_index() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (number, letters) in ["rcs", "rcS", "rcsT", "rcST"].into_iter().enumerate() {
        let path = folder.path().join(number.to_string());
        std::fs::create_dir(&path).expect("a folder");
        let Some(first) = archive(&path, "libodd.a", letters, &[("odd.o", ODD)]) else {
            return;
        };
        let second = archive(
            &path,
            "libeven.a",
            letters,
            &[("even.o", EVEN), ("unneeded.o", UNNEEDED)],
        )
        .expect("there is a C compiler");
        for order in [[first.clone(), second.clone()], [second, first]] {
            let image =
                link(MAIN, &order, false, &["root"]).unwrap_or_else(|e| panic!("{letters}: {e}"));
            // SAFETY: the root has this type, and the image is alive.
            let root = unsafe { function::<extern "C" fn(i32) -> i32>(&image, "root") };
            assert_eq!([root(0), root(1), root(10), root(11)], [1, 0, 1, 0]);
        }
    }
}

#[test]
fn a_whole_archive_offers_all_its_functions() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let members = [("even.o", EVEN), ("odd.o", ODD)];
    let Some(path) = archive(folder.path(), "libboth.a", "rcs", &members) else {
        return;
    };
    let image = link("", &[path], true, &["odd"]).unwrap_or_else(|error| panic!("{error}"));
    // SAFETY: the root has this type, and the image is alive.
    let odd = unsafe { function::<extern "C" fn(i32) -> i32>(&image, "odd") };
    assert_eq!([odd(3), odd(4)], [1, 0]);
}

#[test]
fn each_link_has_statics_of_its_own() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let members = [("count.o", "static int n; int count(void) { return ++n; }")];
    let Some(path) = archive(folder.path(), "libcount.a", "rcs", &members) else {
        return;
    };
    let text = "int count(void); int root(void) { return count(); }";
    let images = [(); 2].map(|()| {
        link(text, std::slice::from_ref(&path), false, &["root"]).unwrap_or_else(|e| panic!("{e}"))
    });
    for image in &images {
        // SAFETY: the root has this type, and the image is alive.
        let root = unsafe { function::<extern "C" fn() -> i32>(image, "root") };
        assert_eq!([root(), root()], [1, 2]);
    }
}

#[test]
fn what_is_wrong_with_an_archive_is_told() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let members = [("even.o", EVEN)];
    let Some(thin) = archive(folder.path(), "libthin.a", "rcsT", &members) else {
        return;
    };
    std::fs::remove_file(folder.path().join("even.o")).expect("the member was there");
    let error = Library::archives(&[thin])
        .expect_err("its member is gone")
        .to_string();
    assert!(
        error.contains("libthin.a") && error.contains("even.o"),
        "{error}"
    );

    let text = folder.path().join("libtext.a");
    std::fs::write(&text, "no archive").expect("the folder takes files");
    let error = Library::archives(&[text])
        .expect_err("it is a text")
        .to_string();
    assert!(error.contains("libtext.a"), "{error}");

    // Both members of a whole archive define one name.
    let twice = [("a.o", ODD), ("b.o", ODD)];
    let path = archive(folder.path(), "libtwice.a", "rcs", &twice).expect("a C compiler");
    let error = link("int even(int n) { return n; }", &[path], true, &["odd"])
        .expect_err("odd is there twice")
        .to_string();
    assert!(
        error.contains("libtwice.a(a.o)") && error.contains("libtwice.a(b.o)"),
        "{error}"
    );
}
