//! Two attributes of a source that the build must know before or beside rustc: `#![crate_name]`, with which the command
//! line has to agree, and `#[link]` (with its flag `-l`), whose libraries the object alone does not name. The text is read as tokens, and only
//! if it mentions one of them.

use std::path::PathBuf;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use crate::own_thread::on_own_thread;

/// A native library that a source asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NativeLibrary {
    pub(crate) name: String,
    pub(crate) is_static: bool,
}

/// The value of `#![crate_name = "…"]`.
pub(crate) fn crate_name(text: &str) -> Option<String> {
    if !text.contains("crate_name") {
        return None;
    }
    on_own_thread(|| {
        let tokens: Vec<TokenTree> = text.parse::<TokenStream>().ok()?.into_iter().collect();
        tokens.windows(3).find_map(|window| {
            let [hash, bang, TokenTree::Group(group)] = window else {
                return None;
            };
            (is(hash, '#') && is(bang, '!'))
                .then(|| value(group.stream(), "crate_name"))
                .flatten()
        })
    })
}

/// The libraries of all `#[link(…)]`, in the text's order.
pub(crate) fn native_libraries(text: &str) -> Vec<NativeLibrary> {
    if text.contains("link") {
        on_own_thread(|| libraries(text))
    } else {
        Vec::new()
    }
}

fn libraries(text: &str) -> Vec<NativeLibrary> {
    let mut found = Vec::new();
    // Groups wait here rather than on the stack, which a text may nest deeper than it holds.
    let mut waiting: Vec<TokenStream> = text.parse().into_iter().collect();
    while let Some(tokens) = waiting.pop() {
        let mut after_hash = false;
        let mut inner = Vec::new();
        for token in tokens {
            let hash = is(&token, '#');
            if let TokenTree::Group(group) = token {
                match after_hash.then(|| link(&group)).flatten() {
                    Some(library) => found.push(library),
                    None => inner.push(group.stream()),
                }
            }
            after_hash = hash;
        }
        waiting.extend(inner.into_iter().rev());
    }
    found
}

/// The libraries that `-l` flags ask for, and the folders that `-L` flags name for them.
pub(crate) fn of_flags(flags: &[String]) -> (Vec<NativeLibrary>, Vec<PathBuf>) {
    let value = |option: &'static str| {
        flags
            .iter()
            .enumerate()
            .filter_map(move |(at, flag)| match flag.strip_prefix(option)? {
                "" => flags.get(at + 1).map(String::as_str),
                value => Some(value),
            })
    };
    let libraries = value("-l").filter_map(|value| {
        // [KIND[:MODIFIERS]=]NAME[:RENAME]
        let (kind, name) = value.split_once('=').unwrap_or(("dylib", value));
        let (kind, name) = (kind.split(':').next()?, name.split(':').next_back()?);
        let is_static = kind == "static";
        (is_static || kind == "dylib").then(|| NativeLibrary {
            name: name.to_owned(),
            is_static,
        })
    });
    let folders = value("-L").filter_map(|value| match value.split_once('=') {
        Some(("native" | "all", folder)) => Some(PathBuf::from(folder)),
        Some(("dependency" | "crate" | "framework", _)) => None,
        _ => Some(PathBuf::from(value)),
    });
    (libraries.collect(), folders.collect())
}

/// The library of `[link(name = "…", kind = "…")]`. Frameworks and raw-dylib are other systems'.
fn link(attribute: &Group) -> Option<NativeLibrary> {
    if attribute.delimiter() != Delimiter::Bracket {
        return None;
    }
    let mut tokens = attribute.stream().into_iter();
    let (Some(TokenTree::Ident(word)), Some(TokenTree::Group(arguments))) =
        (tokens.next(), tokens.next())
    else {
        return None;
    };
    if word != "link" {
        return None;
    }
    let name = value(arguments.stream(), "name")?;
    let kind = value(arguments.stream(), "kind");
    matches!(kind.as_deref(), None | Some("dylib" | "static")).then(|| NativeLibrary {
        name,
        is_static: kind.as_deref() == Some("static"),
    })
}

/// The string in `key = "string"`.
fn value(tokens: TokenStream, key: &str) -> Option<String> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens.windows(3).find_map(|window| match window {
        [TokenTree::Ident(word), equals, TokenTree::Literal(literal)]
            if word == key && is(equals, '=') =>
        {
            match syn::Lit::new(literal.clone()) {
                syn::Lit::Str(string) => Some(string.value()),
                _ => None,
            }
        }
        _ => None,
    })
}

fn is(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crate_name_is_an_inner_attribute() {
        assert_eq!(
            crate_name("#![no_std]\n#![crate_name = \"other\"]\nfn f() {}").as_deref(),
            Some("other")
        );
        assert_eq!(
            crate_name("// crate_name\nfn f() { let crate_name = \"x\"; }"),
            None
        );
        assert_eq!(crate_name("#![crate_name = unbalanced("), None);
    }

    #[test]
    fn libraries_are_found_in_any_module() {
        let text = r#"
            #[link(name = "z")] unsafe extern "C" {}
            mod inner { #[link(kind = "static", name = "own")] unsafe extern "C" {} }
            #[link(name = "CoreFoundation", kind = "framework")] unsafe extern "C" {}
            fn link() { let name = "not"; }
        "#;
        let expected = [("z", false), ("own", true)].map(|(name, is_static)| NativeLibrary {
            name: name.to_owned(),
            is_static,
        });
        assert_eq!(native_libraries(text), expected);
    }

    #[test]
    fn flags_name_libraries_and_folders() {
        let flags = [
            "-l",
            "z",
            "-lstatic:+verbatim=own:other",
            "-L/a",
            "-L",
            "native=/b",
            "-Ldependency=/c",
            "-lframework=x",
        ];
        let (libraries, folders) = of_flags(&flags.map(str::to_owned));
        let names: Vec<_> = libraries
            .iter()
            .map(|library| (library.name.as_str(), library.is_static))
            .collect();
        assert_eq!(names, [("z", false), ("other", true)]);
        assert_eq!(folders, [PathBuf::from("/a"), PathBuf::from("/b")]);
    }
}
