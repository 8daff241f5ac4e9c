//! Functions of other crates that a package offers as its own, by `pub use`: found in the sources of those crates, which
//! rustc's list of what it read names, beside their rlibs.
//!
//! Each is exported by the type that its source gives it, if that is one that means the same everywhere. One of another type is
//! listed, and can be named by `.export`.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};

use crate::exports::{self, Export, Outside, Status, Survey};
use crate::job::Job;
use crate::resolution::Resolution;
use crate::root;

/// Names in types that mean the same in every crate, if it does not define them itself.
const EVERYWHERE: [&str; 33] = [
    "Box", "Option", "Result", "String", "Vec", "alloc", "bool", "char", "const", "core", "dyn",
    "extern", "f32", "f64", "fn", "for", "i128", "i16", "i32", "i64", "i8", "isize", "mut",
    "static", "std", "str", "u128", "u16", "u32", "u64", "u8", "unsafe", "usize",
];

/// A function that was brought in.
pub(crate) struct Brought {
    /// As its own crate offers it, but by the path here.
    pub(crate) export: Export,
    /// The type of a pointer to it, where that can be written here.
    pub(crate) ty: Option<String>,
}

/// The functions that public imports of a package bring in. What the package has itself hides what a glob brings.
pub(crate) fn find(job: &Job<'_>, resolution: &Resolution, package: &Survey) -> Vec<Brought> {
    let asked = job.exports();
    let own = package.exports.iter().map(|own| &own.name);
    let own: HashSet<&String> = own.chain(&package.private).collect();
    let mut surveys: HashMap<&str, Option<Survey>> = HashMap::new();
    let mut found: Vec<Brought> = Vec::new();
    for import in &package.outside {
        let Some((name, inside)) = import.target.split_first() else {
            continue;
        };
        let survey = surveys
            .entry(name)
            .or_insert_with(|| survey(job, resolution, name));
        let Some(survey) = survey else { continue };
        for export in &survey.exports {
            let Some(path) = path_here(import, inside, &export.name) else {
                continue;
            };
            let is_new = !own.contains(&path)
                && asked.iter().all(|(known, _)| *known != path)
                && found.iter().all(|known| known.export.name != path);
            if export.kind == exports::ExportKind::Function && is_new {
                let types = &survey.function_types;
                let ty = types.iter().find(|(known, _)| *known == export.name);
                found.push(Brought {
                    ty: ty.map(|(_, ty)| ty.clone()).filter(|ty| means_the_same(ty)),
                    export: Export {
                        // Advice names it by its path.
                        status: match &export.status {
                            Status::Refused { reason } => Status::Refused {
                                reason: reason
                                    .replace(&format!("{:?}", export.name), &format!("{path:?}")),
                            },
                            status => status.clone(),
                        },
                        name: path,
                        ..export.clone()
                    },
                });
            }
        }
    }
    found
}

/// By which path the import offers what its crate calls `name`.
fn path_here(import: &Outside, inside: &[String], name: &str) -> Option<String> {
    let prefix: String = inside.iter().map(|part| format!("{part}::")).collect();
    match import.is_glob {
        true => {
            let rest = name.strip_prefix(&prefix)?;
            (!rest.contains("::")).then(|| format!("{}{rest}", import.path))
        }
        false => (inside.join("::") == name).then(|| import.path.clone()),
    }
}

/// What the crate of this name offers. None when its source cannot be found or read.
fn survey(job: &Job<'_>, resolution: &Resolution, name: &str) -> Option<Survey> {
    let is_it = |(given, _): &&(String, PathBuf)| given == name;
    let (_, rlib) = resolution.externs.iter().find(is_it)?;
    let root = root_of(rlib, &job.unit.as_ref()?.folder)?;
    exports::survey(&root::read(&root).ok()?, Some(&root), &[]).ok()
}

/// The root file of a crate: the first that `NAME-HASH.d` beside `libNAME-HASH.rlib` lists. Of a workspace's crates it is
/// relative to the workspace.
fn root_of(rlib: &Path, workspace: &Path) -> Option<PathBuf> {
    let stem = rlib.file_stem()?.to_str()?.strip_prefix("lib")?;
    let list = fs::read_to_string(rlib.with_file_name(format!("{stem}.d"))).ok()?;
    let (_, files) = list.lines().next()?.split_once(".d: ")?;
    // Spaces in paths are escaped.
    let files = files.replace("\\ ", "\0");
    let first = files.split(' ').next()?.replace('\0', " ");
    let root = workspace.join(first);
    root.is_file().then_some(root)
}

/// Whether a type is written by names alone that mean the same here as where it stands.
fn means_the_same(ty: &str) -> bool {
    let Ok(stream) = ty.parse::<TokenStream>() else {
        return false;
    };
    let mut waiting = vec![stream];
    while let Some(stream) = waiting.pop() {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let is = |at: usize, mark: char| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == mark);
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => waiting.push(group.stream()),
                TokenTree::Ident(name) => {
                    // A lifetime; a part of `std::…`, whose beginning is looked at by itself.
                    let later = at > 0 && (is(at - 1, '\'') || is(at - 1, ':'));
                    let name = name.to_string();
                    if !later && !EVERYWHERE.contains(&name.as_str()) {
                        return false;
                    }
                }
                _ => {}
            }
        }
    }
    true
}

/// Why one is listed and not handed out.
fn refusal(brought: &Brought) -> Status {
    match &brought.export.status {
        refused @ Status::Refused { .. } => refused.clone(),
        _ => Status::Refused {
            reason: "it is another crate's, and its type names types of that crate: name it, and its type as it is written here, \
                     by `export`"
                .to_owned(),
        },
    }
}

/// Tells of the exports in their own crates' words, and adds those that cannot be handed out.
pub(crate) fn describe(brought: Vec<Brought>, exports: &mut Vec<Export>) {
    for one in brought {
        match exports
            .iter_mut()
            .find(|known| known.name == one.export.name)
        {
            Some(known) => {
                known.signature = one.export.signature;
                known.doc = one.export.doc;
            }
            None => {
                let status = refusal(&one);
                exports.push(Export {
                    status,
                    ..one.export
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_std_alone_mean_the_same() {
        for ty in [
            "fn(&[u8]) -> String",
            "for<'a> fn(&'a str, Option<std::path::PathBuf>) -> &'a str",
            "unsafe extern \"C\" fn(*const u8) -> usize",
        ] {
            assert!(means_the_same(ty), "{ty}");
        }
        for ty in ["fn(Value)", "fn() -> inner::T", "fn(Option<T>)", "fn("] {
            assert!(!means_the_same(ty), "{ty}");
        }
    }

    #[test]
    fn the_root_is_the_first_file_of_the_list() {
        let folder = tempfile::tempdir().unwrap();
        let rlib = folder.path().join("libdep-0f.rlib");
        let root = folder.path().join("a b/lib.rs");
        fs::create_dir(root.parent().unwrap()).unwrap();
        fs::write(&root, "").unwrap();
        let list = "/t/dep-0f.d: a\\ b/lib.rs a\\ b/more.rs\n\n/t/libdep-0f.rlib: a\\ b/lib.rs\n";
        fs::write(folder.path().join("dep-0f.d"), list).unwrap();
        assert_eq!(root_of(&rlib, folder.path()), Some(root));
        assert_eq!(root_of(&rlib, Path::new("/nowhere")), None);
        assert_eq!(
            root_of(Path::new("/nowhere/libx-1.rlib"), folder.path()),
            None
        );
    }
}
