//! Several files as one crate. Where one of them is a root as cargo knows it, the others are its modules if it says so;
//! where none is, a root is written that makes each of them a public module. It stands between the source and its root.

use std::path::{Component, Path, PathBuf};

use crate::error::Error;
use crate::layout::normal;
use crate::root::{self, Root};

/// What cargo calls a crate's root.
const ROOTS: [&str; 2] = ["lib.rs", "main.rs"];

/// A root that is written for files without one, as messages would show it.
const WRITTEN: &str = "<files>.rs";

/// The crate that the files make: its root, and the root's text.
pub(crate) fn crate_of(files: &[PathBuf]) -> Result<(Root, String), Error> {
    if let [only] = files {
        return Ok((Root::File(only.clone()), root::read(only)?));
    }
    if let Some(root) = of_cargo(files)? {
        return Ok((Root::File(root.to_owned()), root::read(root)?));
    }
    let folder = common_folder(files);
    let mut text = String::new();
    let mut seen: Vec<(String, &Path)> = Vec::new();
    for file in files {
        // A file that is not there or cannot be read is named as such, and not as a module that the user never wrote.
        root::read(file)?;
        let name = module_name(file)?;
        if let Some((_, other)) = seen.iter().find(|(seen, _)| *seen == name) {
            return Err(Error::SameModule {
                name,
                first: other.to_path_buf(),
                second: file.clone(),
            });
        }
        let relative = from(&folder, file);
        let Some(shown) = relative.to_str() else {
            return Err(refused(
                file,
                "its path is not UTF-8, which rustc needs; rename it",
            ));
        };
        text.push_str(&format!("#[path = {shown:?}] pub mod {};\n", raw(&name)));
        seen.push((name, file));
    }
    Ok((Root::Written(folder.join(WRITTEN)), text))
}

/// The file that is the root by its name.
fn of_cargo(files: &[PathBuf]) -> Result<Option<&Path>, Error> {
    let named = |name: &str| {
        let mut found = files
            .iter()
            .filter(move |file| file.file_name().is_some_and(|its| its == name));
        (found.next(), found.next())
    };
    // A library is what the others are modules of; a program beside it would be a crate of its own.
    for name in ROOTS {
        match named(name) {
            (Some(first), Some(second)) => {
                return Err(Error::SeveralRoots {
                    first: first.clone(),
                    second: second.clone(),
                });
            }
            (Some(only), None) => return Ok(Some(only)),
            (None, _) => {}
        }
    }
    Ok(None)
}

/// The deepest folder that all files lie in, as the user names it: "" for the current one.
fn common_folder(files: &[PathBuf]) -> PathBuf {
    let folder = |file: &PathBuf| normal(file.parent().unwrap_or(Path::new("")));
    let absolute = files.iter().any(|file| file.is_absolute());
    let folders = files.iter().map(|file| match absolute {
        true => folder(&std::path::absolute(file).unwrap_or_else(|_| file.clone())),
        false => folder(file),
    });
    folders
        .reduce(|common, folder| {
            let same = common.components().zip(folder.components());
            same.take_while(|(one, other)| one == other)
                .map(|(part, _)| part)
                .collect()
        })
        .unwrap_or_default()
}

/// The way from a folder to a file.
fn from(folder: &Path, file: &Path) -> PathBuf {
    let file = match folder.is_absolute() {
        true => std::path::absolute(file).unwrap_or_else(|_| file.to_owned()),
        false => file.to_owned(),
    };
    let file = normal(&file);
    file.strip_prefix(folder)
        .map(Path::to_owned)
        .unwrap_or(file)
}

/// The module that a file is: by its stem, or as `mod.rs` by its folder.
fn module_name(file: &Path) -> Result<String, Error> {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let of_folder = || match normal(file).parent()?.components().next_back()? {
        Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        _ => None,
    };
    let name = match &*stem {
        "mod" => of_folder().unwrap_or_else(|| stem.clone().into_owned()),
        _ => stem.replace('-', "_"),
    };
    match syn::parse_str::<syn::Ident>(&raw(&name)) {
        Ok(_) => Ok(name),
        Err(_) => Err(refused(
            file,
            "its name cannot be a module's; rename it, or give a `lib.rs` that says `#[path = \"…\"] mod name;`",
        )),
    }
}

/// A keyword can name a module in this form; `crate`, `self`, `super` and `Self` cannot.
fn raw(name: &str) -> String {
    match syn::parse_str::<syn::Ident>(name) {
        Ok(_) => name.to_owned(),
        Err(_) => format!("r#{name}"),
    }
}

fn refused(file: &Path, reason: &str) -> Error {
    Error::ReadSource {
        path: file.to_owned(),
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            crate::scratch::write(&folder.path().join(name), "pub fn f() {}\n").unwrap();
        }
        folder
    }

    #[test]
    fn files_without_a_root_become_modules_of_a_written_one() {
        let folder = folder(&["a.rs", "deep/b-c.rs", "deep/type.rs", "deep/d/mod.rs"]);
        let files = ["a.rs", "deep/b-c.rs", "deep/type.rs", "deep/d/mod.rs"]
            .map(|name| folder.path().join(name));
        let (root, text) = crate_of(&files).unwrap();
        assert_eq!(root, Root::Written(folder.path().join(WRITTEN)));
        let expected = "#[path = \"a.rs\"] pub mod a;\n#[path = \"deep/b-c.rs\"] pub mod b_c;\n\
                        #[path = \"deep/type.rs\"] pub mod r#type;\n#[path = \"deep/d/mod.rs\"] pub mod d;\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_root_is_known_by_its_name_and_two_are_refused() {
        let folder = folder(&["lib.rs", "a.rs", "main.rs", "other/lib.rs", "other/a.rs"]);
        let path = |name: &str| folder.path().join(name);
        let (root, _) = crate_of(&[path("a.rs"), path("main.rs"), path("lib.rs")]).unwrap();
        assert_eq!(root, Root::File(path("lib.rs")));
        let two = crate_of(&[path("lib.rs"), path("other/lib.rs")]);
        assert!(matches!(two, Err(Error::SeveralRoots { .. })));
        let same = crate_of(&[path("a.rs"), path("other/a.rs")]).unwrap_err();
        assert!(
            same.to_string().contains("both be the module `a`"),
            "{same}"
        );
    }

    #[test]
    fn what_no_module_can_be_called_is_named() {
        let folder = folder(&["self.rs", "2nd.rs", "ok.rs"]);
        for name in ["self.rs", "2nd.rs"] {
            let error = crate_of(&[folder.path().join("ok.rs"), folder.path().join(name)]);
            assert!(error.unwrap_err().to_string().contains(name));
        }
        let missing = crate_of(&[folder.path().join("ok.rs"), folder.path().join("none.rs")]);
        assert!(missing.unwrap_err().to_string().contains("no such file"));
    }

    #[test]
    fn relative_files_share_the_folder_that_they_name() {
        let common = |files: &[&str]| {
            let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
            common_folder(&files)
        };
        assert_eq!(common(&["a.rs", "b.rs"]), Path::new(""));
        assert_eq!(common(&["x/a.rs", "x/y/b.rs"]), Path::new("x"));
        assert_eq!(common(&["../a.rs", "../b/c.rs"]), Path::new(".."));
        assert_eq!(
            from(Path::new("x"), Path::new("x/y/b.rs")),
            Path::new("y/b.rs")
        );
    }
}
